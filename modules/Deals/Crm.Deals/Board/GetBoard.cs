using Crm.Customers.Contracts;
using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Pipelines;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Board;

/// <summary>The open deals of one pipeline by stage: totals of all, cards of a window of each.</summary>
/// <param name="Pipeline">The pipeline; the first when null.</param>
/// <param name="Filter">Which deals.</param>
internal sealed record GetBoard(Guid? Pipeline, BoardFilter Filter) : IRequest<Result<BoardView>>
{
    public const int Window = 30;

    /// <summary>Only the cards of this stage.</summary>
    public Guid? Stage { get; init; }

    /// <summary>So many cards of the stage were shown before.</summary>
    public int Skip { get; init; }

    /// <summary>Whether cards are wanted besides totals.</summary>
    public bool Cards { get; init; } = true;
}

/// <summary>Which deals stand on the board.</summary>
internal sealed record BoardFilter
{
    public string? Who { get; init; }

    /// <summary>Part of the deal's name or of its company's.</summary>
    public string? Text { get; init; }

    /// <summary><c>late</c>, <c>month</c>, <c>next-month</c>, <c>quarter</c> or <c>none</c>, by expected close.</summary>
    public string? Close { get; init; }
}

internal sealed record BoardView(IReadOnlyList<Pipeline> Pipelines, Pipeline Pipeline, IReadOnlyList<BoardStage> Stages, Colleagues Staff, bool SeesMoney)
{
    /// <summary>Whether the text found so many deals or companies that not all of them are looked at.</summary>
    public bool Narrowed { get; init; }

    public int Count => Stages.Sum(s => s.Count);

    public decimal Value => Stages.Sum(s => s.Value);

    public decimal Weighted => Stages.Sum(s => s.Weighted);
}

/// <summary>A column.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Count">Open deals in it.</param>
/// <param name="Value">Sum of their values.</param>
/// <param name="Weighted">Sum of value × probability.</param>
/// <param name="Cards">A window of them, by expected close.</param>
/// <param name="More">How many were shown after this window; null when that is all.</param>
internal sealed record BoardStage(Stage Stage, int Count, decimal Value, decimal Weighted, IReadOnlyList<BoardCard> Cards, int? More);

internal sealed record BoardCard(Guid Id, int Version, string Name)
{
    public string? Customer { get; init; }

    public decimal? Value { get; init; }

    public int? Probability { get; init; }

    public DateOnly? ExpectedClose { get; init; }

    public bool Late { get; init; }

    public string? Owner { get; init; }

    public int DaysInStage { get; init; }

    public bool Stalled { get; init; }

    public DateTimeOffset? NextActivity { get; init; }

    public bool ActivityLate { get; init; }

    public bool MayMove { get; init; }
}

internal sealed class GetBoardHandler(DealsDb db, Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<GetBoard, Result<BoardView>>
{
    private const int NamedAtMost = 500;

    public async Task<Result<BoardView>> Handle(GetBoard query, CancellationToken cancellationToken)
    {
        if (user.Reach(DealsContract.Deal, RecordAction.Read) == Reach.None) return Problems.Forbidden($"{DealsContract.Deal}:read");
        var pipelines = await db.Pipelines.AsNoTracking().OrderBy(p => p.Position).ThenBy(p => p.Id).ToListAsync(cancellationToken);
        if (pipelines.Count == 0) return NoPipeline;
        var pipeline = pipelines.Find(p => p.Id == query.Pipeline) ?? pipelines[0];
        var stages = await db.Stages.AsNoTracking().Where(s => s.PipelineId == pipeline.Id).OrderBy(s => s.Position).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<BoardView>.Fail(staff.Problems);

        var seesMoney = await readable.SeesMoney(cancellationToken);
        var (deals, whole) = await Filtered(query.Filter, [.. stages.Select(s => s.Id)], staff.Value, cancellationToken);
        var sums = await deals.GroupBy(d => new { d.StageId, d.Probability })
            .Select(g => new { g.Key.StageId, g.Key.Probability, Count = g.Count(), Value = g.Sum(d => d.Value) ?? 0 }).ToListAsync(cancellationToken);
        var names = staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        var wanted = query.Cards ? stages.Where(s => query.Stage is null || query.Stage == s.Id).ToDictionary(s => s.Id) : [];
        var skip = query.Stage is null ? 0 : query.Skip;
        var cards = wanted.Count > 0 && sums.Count > 0 ? await Cards(deals, wanted, skip, names, seesMoney, cancellationToken) : [];
        return new BoardView(pipelines, pipeline, [.. stages.Select(Column)], staff.Value, seesMoney) { Narrowed = !whole };

        BoardStage Column(Stage stage)
        {
            var own = sums.Where(s => s.StageId == stage.Id).ToList();
            var (count, shown) = (own.Sum(s => s.Count), cards.GetValueOrDefault(stage.Id, []));
            return new(
                stage, count, seesMoney ? own.Sum(s => s.Value) : 0, seesMoney ? own.Sum(s => s.Value * (s.Probability ?? stage.Probability) / 100m) : 0, shown,
                shown.Count > 0 && skip + shown.Count < count ? skip + shown.Count : null);
        }
    }

    private async Task<(IQueryable<Deal> Deals, bool Whole)> Filtered(BoardFilter filter, List<Guid> stages, Colleagues staff, CancellationToken cancellation)
    {
        var deals = readable.Deals.Where(d => d.Status == DealsContract.Status.Open && d.StageId != null && stages.Contains(d.StageId.Value));
        if (Who.Of(filter.Who, staff, user).Owners is { } owners) deals = deals.Where(d => d.OwnerId != null && owners.Contains(d.OwnerId.Value));
        var whole = true;
        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            // As lists search: whatever width or kana it is typed in.
            var (own, ownWhole) = await Named(DealsContract.Deal, new Filter.All(Filter.Eq("status", DealsContract.Status.Open), new Filter.Text(text)), cancellation);
            var (companies, companiesWhole) = await Named(CustomersContract.Company, new Filter.Text(text), cancellation);
            deals = deals.Where(d => own.Contains(d.Id) || (d.CompanyId != null && companies.Contains(d.CompanyId.Value)));
            whole = ownWhole && companiesWhole;
        }

        var today = clock.Today(tenant);
        var month = new DateOnly(today.Year, today.Month, 1);
        var quarter = month.AddMonths(-((today.Month - tenant.FiscalYearStart + 12) % 3));
        deals = filter.Close switch
        {
            "late" => deals.Where(d => d.ExpectedClose < today),
            "month" => Between(month, month.AddMonths(1)),
            "next-month" => Between(month.AddMonths(1), month.AddMonths(2)),
            "quarter" => Between(quarter, quarter.AddMonths(3)),
            "none" => deals.Where(d => d.ExpectedClose == null),
            _ => deals,
        };
        return (deals, whole);

        IQueryable<Deal> Between(DateOnly from, DateOnly before) => deals.Where(d => d.ExpectedClose >= from && d.ExpectedClose < before);
    }

    /// <summary>Records a text finds, up to a limit that is told.</summary>
    private async Task<(List<Guid> Ids, bool Whole)> Named(string type, Filter filter, CancellationToken cancellation)
    {
        var page = await mediator.Send(new ListRecords(type) { Filter = filter, Fields = [], Limit = NamedAtMost }, cancellation);
        return page.Failed ? ([], true) : ([.. page.Value.Rows.Select(r => r.Id)], page.Value.Next is null);
    }

    /// <summary>A window of cards of each stage, all by one query.</summary>
    private async Task<Dictionary<Guid, List<BoardCard>>> Cards(IQueryable<Deal> deals, Dictionary<Guid, Stage> stages, int skip, Dictionary<Guid, string> names, bool seesMoney, CancellationToken cancellation)
    {
        // Those without a date last, on every database.
        var rows = await db.Stages.Where(s => stages.Keys.Contains(s.Id))
            .SelectMany(s => deals.Where(d => d.StageId == s.Id).OrderBy(d => d.ExpectedClose == null).ThenBy(d => d.ExpectedClose).ThenBy(d => d.Id).Skip(skip).Take(GetBoard.Window))
            .Select(d => new { d.Id, d.StageId, d.Version, d.Name, d.CompanyId, d.PersonId, d.Value, d.Probability, d.ExpectedClose, d.OwnerId, d.StageSince, d.OpenedOn, d.CreatedAt }).ToListAsync(cancellation);
        var touches = await Touches.Of(readable.Activities, [.. rows.Select(r => r.Id)], cancellation);
        var customers = await mediator.Send(new GetCustomerCards([.. rows.Select(r => r.CompanyId ?? r.PersonId).OfType<Guid>().Distinct()]), cancellation);
        var (today, now) = (clock.Today(tenant), clock.GetUtcNow());
        var seesProbability = await readable.Sees(DealsContract.Deal, ["probability"], cancellation);
        var seesClose = await readable.Sees(DealsContract.Deal, ["expectedClose"], cancellation);
        var cards =
            from row in rows
            orderby row.ExpectedClose is null, row.ExpectedClose, row.Id
            let stage = stages[row.StageId!.Value]
            let since = row.StageSince ?? row.OpenedOn ?? tenant.DayOf(row.CreatedAt)
            let touch = touches.GetValueOrDefault(row.Id)
            let last = touch?.LastDone is { } done && tenant.DayOf(done) > since ? tenant.DayOf(done) : since
            group new BoardCard(row.Id, row.Version, row.Name)
            {
                Customer = (row.CompanyId ?? row.PersonId) is { } id && !customers.Failed ? customers.Value.GetValueOrDefault(id)?.Name : null,
                Value = seesMoney ? row.Value : null,
                Probability = seesProbability ? row.Probability : null,
                ExpectedClose = seesClose ? row.ExpectedClose : null,
                Late = seesClose && row.ExpectedClose < today,
                Owner = row.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null,
                DaysInStage = today.DayNumber - since.DayNumber,
                Stalled = stage.RotDays is { } rot && today.DayNumber - last.DayNumber > rot,
                NextActivity = touch?.Next,
                ActivityLate = touch?.Next < now,
                MayMove = user.MayAct(DealsContract.Deal, row.OwnerId, RecordAction.Edit),
            }
            by stage.Id;
        return cards.ToDictionary(g => g.Key, g => g.ToList());
    }


    private static Problem NoPipeline => new(
        "deals.no-pipeline", ("パイプラインがありません。", "There is no pipeline."), ("「パイプライン」と「商談段階」を登録してください。", "Add a pipeline and its stages."), Kind: ProblemKind.NotFound);
}

/// <summary>When something last happened about a deal, and when something is planned next.</summary>
internal sealed record Touches(DateTimeOffset? LastDone, DateTimeOffset? Next)
{
    public static async Task<Dictionary<Guid, Touches>> Of(IQueryable<Activity> activities, IReadOnlyList<Guid> deals, CancellationToken cancellation)
    {
        if (deals.Count == 0) return [];
        return await activities.Where(a => a.DealId != null && deals.Contains(a.DealId.Value)).GroupBy(a => a.DealId!.Value)
            .Select(g => new { g.Key, Done = g.Max(a => a.DoneAt), Next = g.Min(a => a.DoneAt == null ? a.StartsAt : null) })
            .ToDictionaryAsync(t => t.Key, t => new Touches(t.Done, t.Next), cancellation);
    }
}
