using Crm.Deals.Contracts;
using Crm.Deals.Forecasts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Reports;

/// <summary>What happened between two days, both included.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="Who">Whose: <c>me</c>, <c>user:id</c>, <c>team:id</c>; everybody's when empty.</param>
[Requires(DealsContract.SeeReports)]
internal sealed record GetReport(DateOnly From, DateOnly Until, string? Who) : IRequest<Result<ReportView>>;

internal sealed record ReportView(
    Movement Movement, Outcome All, IReadOnlyList<ReportRow> ByMonth, IReadOnlyList<ReportRow> ByPerson, IReadOnlyList<ReportRow> BySource, IReadOnlyList<LossRow> Losses,
    IReadOnlyList<LossRow> Competitors, IReadOnlyList<StageRow> Stages, Colleagues Staff);

internal sealed record ReportRow(string Key, string Name, Outcome Outcome);

internal sealed record LossRow(Guid? Id, string Name, Sum Lost);

internal sealed record StageRow(string Pipeline, string Name, int Deals, int Won);

internal sealed class GetReportHandler(DealsDb db, DealHistories histories, Readable readable, IMediator mediator, IUser user) : IRequestHandler<GetReport, Result<ReportView>>
{
    public async Task<Result<ReportView>> Handle(GetReport query, CancellationToken cancellationToken)
    {
        if (!await readable.SeesMoney(cancellationToken)) return Problems.Forbidden($"{DealsContract.Deal}:read");
        if (query.Until < query.From) return Problems.Invalid("deals.ends-before-it-begins", "until", ("終了日が開始日より前です。", "The end lies before the beginning."));
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<ReportView>.Fail(staff.Problems);

        var who = Who.Of(query.Who, staff.Value, user);
        List<DealHistory> deals = [.. (await histories.Read(query.From, cancellationToken)).Where(d => who.Has(d.Owner))];
        var stages = await db.Stages.AsNoTracking().OrderBy(s => s.Position).ToListAsync(cancellationToken);
        var pipelines = await db.Pipelines.AsNoTracking().OrderBy(p => p.Position).ToListAsync(cancellationToken);
        var (from, until) = (query.From, query.Until);
        var names = staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        return new ReportView(
            Movement.Of(deals, from, until, stages.ToDictionary(s => s.Id, s => s.Position)),
            Outcome.Of(deals, from, until),
            [.. Months(from, until).Select(m => new ReportRow($"{m.From:yyyy-MM}", $"{m.From:yyyy-MM}", Outcome.Of(deals, m.From, m.Until)))],
            Rows(deals.GroupBy(d => d.Owner?.ToString() ?? ""), key => Guid.TryParse(key, out var id) ? names.GetValueOrDefault(id) ?? "–" : Texts.L("担当者なし", "Nobody"), from, until),
            Rows(deals.GroupBy(d => d.Source ?? ""), key => Dealing.DealSources.All.FirstOrDefault(s => s.Key == key)?.Label.ToString() ?? Texts.L("不明", "Unknown"), from, until),
            await Losses(deals, d => d.LossReason, db.LossReasons.IgnoreQueryFilters().Where(r => r.TenantId == db.TenantId).Select(r => new Named(r.Id, r.Name)), from, until, cancellationToken),
            await Losses(deals.Where(d => d.Competitor is not null), d => d.Competitor, db.Competitors.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId).Select(c => new Named(c.Id, c.Name)), from, until, cancellationToken),
            [
                .. from pipeline in pipelines
                   let own = stages.Where(s => s.PipelineId == pipeline.Id).ToList()
                   let names2 = own.ToDictionary(s => s.Id, s => s.Name)
                   from reached in Reached.Of(deals, query.From, query.Until, [.. own.Select(s => (s.Id, s.Position))])
                   select new StageRow(pipeline.Name, names2[reached.Stage], reached.Deals, reached.Won),
            ],
            staff.Value);
    }

    private static List<ReportRow> Rows(IEnumerable<IGrouping<string, DealHistory>> groups, Func<string, string> name, DateOnly from, DateOnly until) =>
    [
        .. groups.Select(g => new ReportRow(g.Key, name(g.Key), Outcome.Of(g, from, until)))
            .Where(r => r.Outcome.Won.Count + r.Outcome.Lost.Count > 0).OrderByDescending(r => r.Outcome.Won.Value).ThenBy(r => r.Name, StringComparer.CurrentCulture),
    ];

    private static async Task<List<LossRow>> Losses(
        IEnumerable<DealHistory> deals, Func<DealHistory, Guid?> why, IQueryable<Named> named, DateOnly from, DateOnly until, CancellationToken cancellation)
    {
        var names = await named.ToDictionaryAsync(n => n.Id, n => n.Name, cancellation);
        var before = until.AddDays(1);
        return
        [
            .. deals.Where(d => d.At(before) is { Status: DealsContract.Status.Lost } lost && lost.On >= from).GroupBy(why)
                .Select(g => new LossRow(g.Key, g.Key is { } id ? names.GetValueOrDefault(id) ?? "–" : Texts.L("理由なし", "None given"), Sum.Of(g)))
                .OrderByDescending(r => r.Lost.Count).ThenBy(r => r.Name, StringComparer.CurrentCulture),
        ];
    }

    private static IEnumerable<(DateOnly From, DateOnly Until)> Months(DateOnly from, DateOnly until)
    {
        for (var at = from; at <= until; at = new DateOnly(at.Year, at.Month, 1).AddMonths(1))
        {
            var last = new DateOnly(at.Year, at.Month, 1).AddMonths(1).AddDays(-1);
            yield return (at, last < until ? last : until);
        }
    }

    private sealed record Named(Guid Id, string Name);
}
