using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Goals;

/// <summary>The goals whose period holds a day, and how far they are.</summary>
[Requires(DealsContract.SeeReports)]
internal sealed record GetGoals(DateOnly Day) : IRequest<Result<IReadOnlyList<GoalProgress>>>;

/// <summary>
/// A goal (a person's or team's by name, everybody's when null), what was reached within its period up to today, and the share of the days
/// of the period that have passed, 0 to 1.
/// </summary>
internal sealed record GoalProgress(Guid Id, string Period, DateOnly From, DateOnly Until, string? Whose, string Measure, decimal Target, decimal Reached, decimal Passed)
{
    /// <summary>Whether the goal names a team that is not there, such as one that was renamed: nothing is counted then.</summary>
    public bool TeamIsGone { get; init; }

    public decimal Share => Target == 0 ? 0 : Reached / Target;

    /// <summary>Whether it is at least as far as the days are.</summary>
    public bool OnTrack => Share >= Passed;
}

internal static class GoalPeriod
{
    /// <summary>The first and the last day of the month, quarter or fiscal year that holds a day.</summary>
    public static (DateOnly From, DateOnly Until) Of(string period, DateOnly day, int fiscalYearStart)
    {
        var month = new DateOnly(day.Year, day.Month, 1);
        var (from, months) = period switch
        {
            GoalPeriods.Year => (FiscalYear.Of(day, fiscalYearStart).Start, 12),
            GoalPeriods.Quarter => (month.AddMonths(-((day.Month - fiscalYearStart + 12) % 3)), 3),
            _ => (month, 1),
        };
        return (from, from.AddMonths(months).AddDays(-1));
    }
}

internal sealed class GetGoalsHandler(DealsDb db, Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant)
    : IRequestHandler<GetGoals, Result<IReadOnlyList<GoalProgress>>>
{
    public async Task<Result<IReadOnlyList<GoalProgress>>> Handle(GetGoals query, CancellationToken cancellationToken)
    {
        if (user.Reach(DealsContract.Goal, RecordAction.Read) == Reach.None) return Problems.Forbidden($"{DealsContract.Goal}:read");
        if (!await readable.SeesMoney(cancellationToken)) return Problems.Forbidden($"{DealsContract.Deal}:read");
        var staff = await mediator.Send(new GetColleagues(), cancellationToken);
        if (staff.Failed) return Result<IReadOnlyList<GoalProgress>>.Fail(staff.Problems);

        // No period is longer than a year, whichever of its days it was entered with.
        var (earliest, latest) = (query.Day.AddYears(-1), query.Day.AddYears(1));
        var goals = (await db.Goals.AsNoTracking().Where(g => g.StartsOn >= earliest && g.StartsOn <= latest).ToListAsync(cancellationToken))
            .Select(g => (Goal: g, Days: GoalPeriod.Of(g.Period, g.StartsOn!.Value, tenant.FiscalYearStart)))
            .Where(g => g.Days.From <= query.Day && query.Day <= g.Days.Until).ToList();
        if (goals.Count == 0) return Result.Of<IReadOnlyList<GoalProgress>>([]);
        var today = clock.Today(tenant);
        var progress = new List<GoalProgress>();
        var reachedBy = new Dictionary<(string Measure, DateOnly From, DateOnly Until), List<Reached>>();
        foreach (var (goal, (from, until)) in goals)
        {
            if (!reachedBy.TryGetValue((goal.Measure, from, until), out var all)) reachedBy.Add((goal.Measure, from, until), all = await ByOwner(goal.Measure, from, until, cancellationToken));
            var known = staff.Value.Teams.FirstOrDefault(t => t.Name == goal.Team);
            var team = goal.Team is { Length: > 0 } name ? known ?? new StaffTeam(Guid.Empty, name, []) : null;
            var whose = new Who(goal.UserId, team);
            var reached = all.Where(r => whose.Has(r.Owner)).Sum(r => r.Value);
            var days = until.DayNumber - from.DayNumber + 1;
            progress.Add(new(
                goal.Id, goal.Period, from, until, goal.UserId is { } id ? staff.Value.People.FirstOrDefault(p => p.Id == id)?.Name ?? "–" : team?.Name, goal.Measure, goal.Target ?? 0, reached,
                Math.Clamp((decimal)(today.DayNumber - from.DayNumber + 1) / days, 0, 1)) { TeamIsGone = team is not null && known is null });
        }

        return Result.Of<IReadOnlyList<GoalProgress>>(
            [.. progress.OrderBy(p => p.Period == GoalPeriods.Month ? 0 : p.Period == GoalPeriods.Quarter ? 1 : 2).ThenBy(p => p.Measure, StringComparer.Ordinal).ThenBy(p => p.Whose is not null).ThenBy(p => p.Whose, StringComparer.CurrentCulture)]);
    }

    /// <summary>What each reached within days: won deals count for the day they were closed on, as in lists and on the dashboard.</summary>
    private async Task<List<Reached>> ByOwner(string measure, DateOnly from, DateOnly until, CancellationToken cancellation)
    {
        var (begins, ends) = (tenant.StartOf(from), tenant.StartOf(until.AddDays(1)));
        var won = readable.Deals.Where(d => d.Status == DealsContract.Status.Won && d.ClosedOn >= from && d.ClosedOn <= until);
        var begun = readable.Deals.Where(d => (d.OpenedOn >= from && d.OpenedOn <= until) || (d.OpenedOn == null && d.CreatedAt >= begins && d.CreatedAt < ends));
        var done = readable.Activities.Where(a => a.DoneAt >= begins && a.DoneAt < ends);
        return measure switch
        {
            GoalMeasures.Activities => await Counted(done.Select(a => a.OwnerId)),
            GoalMeasures.WonDeals => await Counted(won.Select(d => d.OwnerId)),
            GoalMeasures.NewDeals => await Counted(begun.Select(d => d.OwnerId)),
            _ => await won.GroupBy(d => d.OwnerId).Select(g => new Reached(g.Key, g.Sum(d => d.Value) ?? 0)).ToListAsync(cancellation),
        };

        async Task<List<Reached>> Counted(IQueryable<Guid?> owners) =>
            [.. (await owners.GroupBy(o => o).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation)).Select(g => new Reached(g.Key, g.Count))];
    }

    private sealed record Reached(Guid? Owner, decimal Value);
}
