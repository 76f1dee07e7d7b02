// What happened to the deals between two days. Pure; the definitions here are the ones shown on the page and in the manual.
using Crm.Deals.Contracts;
using Crm.Deals.Forecasts;

namespace Crm.Deals.Reports;

/// <summary>A number of deals and what they are worth.</summary>
internal readonly record struct Sum(int Count, decimal Value)
{
    public static Sum Of(IEnumerable<DealHistory> deals) => deals.Aggregate(new Sum(0, 0), (sum, deal) => new(sum.Count + 1, sum.Value + deal.Value));

    public static Sum operator +(Sum one, Sum other) => new(one.Count + other.Count, one.Value + other.Value);

    public static Sum operator -(Sum one, Sum other) => new(one.Count - other.Count, one.Value - other.Value);
}

/// <summary>The pipeline from one day to another, both included.</summary>
/// <remarks>Opening + began + reopened − won − lost = closing: each deal counts once for each thing that happened to it.</remarks>
internal sealed record Movement(Sum Opening, Sum Began, Sum Reopened, Sum Won, Sum Lost, Sum Closing, Sum Forwards, Sum Backwards)
{
    public static Movement Of(IReadOnlyList<DealHistory> deals, DateOnly from, DateOnly until, IReadOnlyDictionary<Guid, int> positions)
    {
        var before = until.AddDays(1);
        var steps = deals.SelectMany(d => d.Steps.Where(s => s.After.On >= from && s.After.On < before).Select(s => (Deal: d, s.Before, s.After))).ToList();
        Sum When(Func<DealState, DealState, bool> happened) => Sum.Of(steps.Where(s => happened(s.Before, s.After)).Select(s => s.Deal));
        return new(
            Sum.Of(deals.Where(d => d.OpenAt(from))),
            Sum.Of(deals.Where(d => d.Opened >= from && d.Opened < before)),
            When((was, now) => was.Status != DealsContract.Status.Open && now.Status == DealsContract.Status.Open),
            When((was, now) => was.Status == DealsContract.Status.Open && now.Status == DealsContract.Status.Won),
            When((was, now) => was.Status == DealsContract.Status.Open && now.Status == DealsContract.Status.Lost),
            Sum.Of(deals.Where(d => d.OpenAt(before))),
            When((was, now) => Moved(was, now) > 0),
            When((was, now) => Moved(was, now) < 0));

        int Moved(DealState was, DealState now) => was.Status == DealsContract.Status.Open && now.Status == DealsContract.Status.Open && was.Stage != now.Stage
            ? positions.GetValueOrDefault(now.Stage ?? Guid.Empty).CompareTo(positions.GetValueOrDefault(was.Stage ?? Guid.Empty))
            : 0;
    }
}

/// <summary>Deals won and lost, of a group.</summary>
/// <param name="Won">Those won.</param>
/// <param name="Lost">Those lost.</param>
/// <param name="Days">Days from beginning to order of those won, ascending.</param>
internal sealed record Outcome(Sum Won, Sum Lost, IReadOnlyList<int> Days)
{
    /// <summary>Won ÷ (won + lost); null when nothing was closed.</summary>
    public decimal? Rate => Won.Count + Lost.Count == 0 ? null : (decimal)Won.Count / (Won.Count + Lost.Count);

    /// <summary>The same by value.</summary>
    public decimal? ValueRate => Won.Value + Lost.Value == 0 ? null : Won.Value / (Won.Value + Lost.Value);

    public decimal? MedianDays => Quantile(0.5m);

    /// <summary>Linear between order statistics (Hyndman and Fan type 7).</summary>
    public decimal? Quantile(decimal share)
    {
        if (Days.Count == 0) return null;
        var position = (Days.Count - 1) * share;
        var below = (int)Math.Floor(position);
        return Days[below] + ((position - below) * (Days[Math.Min(below + 1, Days.Count - 1)] - Days[below]));
    }

    /// <summary>Of deals whose end came within days and held until the end of them.</summary>
    public static Outcome Of(IEnumerable<DealHistory> deals, DateOnly from, DateOnly until)
    {
        var before = until.AddDays(1);
        var closed = deals.Select(d => (Deal: d, End: d.At(before))).Where(d => d.End is { } end && end.On >= from && end.Status != DealsContract.Status.Open).ToList();
        var won = closed.Where(d => d.End!.Status == DealsContract.Status.Won).ToList();
        return new(
            Sum.Of(won.Select(d => d.Deal)), Sum.Of(closed.Where(d => d.End!.Status == DealsContract.Status.Lost).Select(d => d.Deal)),
            [.. won.Select(d => d.End!.On.DayNumber - d.Deal.Opened.DayNumber).Order()]);
    }
}

/// <summary>How many of the deals that ended within days had come how far.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Deals">Those that were in it or in a later one of its pipeline at any time; those won reached all.</param>
/// <param name="Won">Those of them that were won.</param>
internal sealed record Reached(Guid Stage, int Deals, int Won)
{
    public static IReadOnlyList<Reached> Of(IReadOnlyList<DealHistory> deals, DateOnly first, DateOnly until, IReadOnlyList<(Guid Id, int Position)> stages)
    {
        var before = until.AddDays(1);
        var own = stages.ToDictionary(s => s.Id, s => s.Position);
        var ended = (
            from deal in deals
            let end = deal.At(before)
            where end is not null && end.On >= first && end.Status != DealsContract.Status.Open && end.Stage is { } stage && own.ContainsKey(stage)
            let won = end.Status == DealsContract.Status.Won
            select (Won: won, Furthest: won ? int.MaxValue : deal.States.Max(s => s.Stage is { } at ? own.GetValueOrDefault(at, int.MinValue) : int.MinValue))).ToList();
        return [.. stages.OrderBy(s => s.Position).Select(s => new Reached(s.Id, ended.Count(d => d.Furthest >= s.Position), ended.Count(d => d.Won)))];
    }
}
