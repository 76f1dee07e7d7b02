using Crm.Deals.Board;
using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Activities;

/// <summary>What somebody has to do: activities that are late, for today and for the coming week, each up to a limit of its own, and deals that lie still.</summary>
/// <param name="Who">Whose: <c>me</c>, <c>user:id</c>, <c>team:id</c>; everybody's when empty.</param>
internal sealed record GetTodo(string? Who) : IRequest<Result<TodoList>>;

internal sealed record TodoList(
    TodoPart Overdue, TodoPart Today, TodoPart Coming, IReadOnlyList<StalledDeal> Stalled, Colleagues Staff);

/// <summary>The first of some activities, and how many there are.</summary>
internal sealed record TodoPart(IReadOnlyList<TodoActivity> Shown, int Count);

internal sealed record TodoActivity(Guid Id, string Subject, string? Kind, DateTimeOffset StartsAt, Guid? DealId, string? Deal, string? Owner, bool MayEdit);

/// <summary>
/// An open deal in which nothing happened for longer than its stage allows: days since the last activity that was done or the last move,
/// whichever was later.
/// </summary>
internal sealed record StalledDeal(Guid Id, string Name, string? Stage, int Days, string? Owner, Guid? CompanyId, Guid? PersonId);

internal sealed class GetTodoHandler(DealsDb db, Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<GetTodo, Result<TodoList>>
{
    private const int AtMost = 300;
    private const int DaysAhead = 7;

    public async Task<Result<TodoList>> Handle(GetTodo query, CancellationToken cancellationToken)
    {
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<TodoList>.Fail(staff.Problems);
        var owners = Who.Of(query.Who, staff.Value, user).Owners;
        var names = staff.Value.People.ToDictionary(p => p.Id, p => p.Name);
        var (now, today) = (clock.GetUtcNow(), clock.Today(tenant));
        var (tomorrow, end) = (tenant.StartOf(today.AddDays(1)), tenant.StartOf(today.AddDays(1 + DaysAhead)));

        var activities = readable.Activities.Where(a => a.DoneAt == null && a.StartsAt != null);
        if (owners is not null) activities = activities.Where(a => a.OwnerId != null && owners.Contains(a.OwnerId.Value));
        return new TodoList(
            await Part(activities.Where(a => a.StartsAt < now), names, cancellationToken), await Part(activities.Where(a => a.StartsAt >= now && a.StartsAt < tomorrow), names, cancellationToken),
            await Part(activities.Where(a => a.StartsAt >= tomorrow && a.StartsAt < end), names, cancellationToken), await Stalled(readable.Deals, owners, names, today, cancellationToken), staff.Value);
    }

    private async Task<TodoPart> Part(IQueryable<Activity> activities, Dictionary<Guid, string> names, CancellationToken cancellation)
    {
        var rows = await activities.OrderBy(a => a.StartsAt).ThenBy(a => a.Id).Take(AtMost).Select(a => new { a.Id, a.Subject, a.Kind, a.StartsAt, a.DealId, a.OwnerId }).ToListAsync(cancellation);
        var ids = rows.Select(r => r.DealId).OfType<Guid>().Distinct().ToList();
        var titles = ids.Count == 0 ? [] : await readable.Deals.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.Name, cancellation);
        return new(
            rows.ConvertAll(r => new TodoActivity(
                r.Id, r.Subject, r.Kind, r.StartsAt!.Value, r.DealId is { } deal && titles.ContainsKey(deal) ? deal : null, r.DealId is { } of ? titles.GetValueOrDefault(of) : null,
                r.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null, user.MayAct(DealsContract.Activity, r.OwnerId, RecordAction.Edit))),
            rows.Count < AtMost ? rows.Count : await activities.CountAsync(cancellation));
    }

    private async Task<List<StalledDeal>> Stalled(
        IQueryable<Dealing.Deal> deals, IReadOnlyList<Guid>? owners, Dictionary<Guid, string> names, DateOnly today, CancellationToken cancellation)
    {
        var stages = await db.Stages.AsNoTracking().Where(s => s.RotDays != null).ToDictionaryAsync(s => s.Id, cancellation);
        if (stages.Count == 0) return [];
        var open = deals.Where(d => d.Status == DealsContract.Status.Open && d.StageId != null && stages.Keys.Contains(d.StageId.Value));
        if (owners is not null) open = open.Where(d => d.OwnerId != null && owners.Contains(d.OwnerId.Value));
        var rows = await open.Select(d => new { d.Id, d.Name, d.StageId, d.StageSince, d.OpenedOn, d.CreatedAt, d.OwnerId, d.Value, d.CompanyId, d.PersonId }).ToListAsync(cancellation);

        // Those moved lately cannot be stalled; only of the others is asked when something was last done.
        var still = rows.Select(r => (Deal: r, Since: r.StageSince ?? r.OpenedOn ?? tenant.DayOf(r.CreatedAt), Stage: stages[r.StageId!.Value])).Where(r => today.DayNumber - r.Since.DayNumber > r.Stage.RotDays).ToList();
        var touches = new Dictionary<Guid, Touches>();
        foreach (var some in still.Select(r => r.Deal.Id).Chunk(500))
        {
            foreach (var (id, touch) in await Touches.Of(readable.Activities, some, cancellation)) touches[id] = touch;
        }

        return
        [
            .. from row in still
               let done = touches.GetValueOrDefault(row.Deal.Id)?.LastDone
               let last = done is { } at && tenant.DayOf(at) > row.Since ? tenant.DayOf(at) : row.Since
               let days = today.DayNumber - last.DayNumber
               where days > row.Stage.RotDays
               orderby days descending, row.Deal.Name
               select new StalledDeal(row.Deal.Id, row.Deal.Name, row.Stage.Name, days, row.Deal.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null, row.Deal.CompanyId, row.Deal.PersonId),
        ];
    }

}
