// What a deal was on any day: the ground of forecast and reports. Pure, but for the reading at the end.
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Shared;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Forecasts;

/// <summary>A deal from its beginning on.</summary>
internal sealed record DealHistory(Guid Id, DateOnly Opened, IReadOnlyList<DealState> States)
{
    public string Name { get; init; } = "";

    public Guid? Owner { get; init; }

    /// <summary>As it is now, in the tenant's currency; 0 when nobody said.</summary>
    public decimal Value { get; init; }

    public DateOnly? ExpectedClose { get; init; }

    /// <summary>Its own estimate in per cent; null when that of the stage counts.</summary>
    public int? Probability { get; init; }

    public string? Source { get; init; }

    public Guid? LossReason { get; init; }

    public Guid? Competitor { get; init; }

    /// <summary>The state at the beginning of a day; null before it began.</summary>
    public DealState? At(DateOnly day)
    {
        DealState? last = null;
        foreach (var state in States)
        {
            if (state.On >= day) break;
            last = state;
        }

        return last;
    }

    /// <summary>Whether it was open at the beginning of a day.</summary>
    public bool OpenAt(DateOnly day) => At(day) is { Status: DealsContract.Status.Open };

    /// <summary>Whether it was won within days, and still was at the end of them.</summary>
    public bool WonIn(DateOnly from, DateOnly before) => At(before) is { Status: DealsContract.Status.Won } won && won.On >= from;

    /// <summary>What each change of state was, the beginning left out.</summary>
    public IEnumerable<(DealState Before, DealState After)> Steps => States.Zip(States.Skip(1));

    /// <summary>Puts a deal and its noted steps together. A deal that came already closed has none: it was open until its day of closing.</summary>
    public static DealHistory Of(Deal deal, IEnumerable<StageChange> changes, ITenant tenant)
    {
        var noted = changes.OrderBy(c => c.At).ThenBy(c => c.Id).ToList();
        var opened = deal.Began(tenant);
        var states = new List<DealState> { new(opened, noted.Count > 0 ? noted[0].FromStage : deal.StageId, DealsContract.Status.Open) };
        foreach (var change in noted)
        {
            // A day entered later than it counts for must not come before what was known already.
            var on = change.OnDay < states[^1].On ? states[^1].On : change.OnDay;
            states.Add(new(on, change.ToStage, change.ToStatus));
        }

        if (deal.ClosedOn is { } closed && deal.Status != DealsContract.Status.Open)
        {
            // The end counts for the day that lists and purchases go by, though steps before it were entered later.
            if (states[^1].Status != deal.Status) states.Add(new(closed, deal.StageId, deal.Status));
            states = [.. states.SkipLast(1).Select(s => s.On > closed ? s with { On = closed } : s), states[^1] with { On = closed }];
            if (opened > closed) opened = closed;
        }

        return new(deal.Id, opened, states)
        {
            Name = deal.Name, Owner = deal.OwnerId, Value = deal.Value ?? deal.InOwnCurrency ?? 0, ExpectedClose = deal.ExpectedClose, Probability = deal.Probability, Source = deal.Source,
            LossReason = deal.LossReasonId, Competitor = deal.CompetitorId,
        };
    }
}

/// <summary>A state of a deal from a day on.</summary>
internal sealed record DealState(DateOnly On, Guid? Stage, string Status);

/// <summary>Reads the histories of the deals that whoever asks may read.</summary>
internal sealed class DealHistories(DealsDb db, Readable readable, ITenant tenant)
{
    /// <summary>Of all deals, or of those that were open on a day or began after it.</summary>
    public async Task<IReadOnlyList<DealHistory>> Read(DateOnly? from, CancellationToken cancellation)
    {
        var wanted = readable.Deals;
        if (from is { } day) wanted = wanted.Where(d => d.Status == DealsContract.Status.Open || d.ClosedOn >= day);

        // Long texts stay where they are.
        var deals = await wanted.Select(d => new
        {
            d.Id, d.Name, d.OwnerId, d.Value, d.ExpectedClose, d.Probability, d.Source, d.LossReasonId, d.CompetitorId, d.OpenedOn, d.CreatedAt, d.StageId, d.Status, d.ClosedOn,
        }).ToListAsync(cancellation);
        var changes = (await db.Changes.AsNoTracking().Where(c => wanted.Any(d => d.Id == c.DealId)).ToListAsync(cancellation)).ToLookup(c => c.DealId);
        return
        [
            .. deals.Select(d => DealHistory.Of(
                new Deal
                {
                    Id = d.Id, Name = d.Name, OwnerId = d.OwnerId, Value = d.Value, ExpectedClose = d.ExpectedClose, Probability = d.Probability, Source = d.Source, LossReasonId = d.LossReasonId,
                    CompetitorId = d.CompetitorId, OpenedOn = d.OpenedOn, CreatedAt = d.CreatedAt, StageId = d.StageId, Status = d.Status, ClosedOn = d.ClosedOn,
                },
                changes[d.Id], tenant)),
        ];
    }
}
