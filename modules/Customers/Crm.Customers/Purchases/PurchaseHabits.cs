// The mathematics of buying habits. Pure; the definitions here are the ones shown on screens and in the manual.
using Crm.Sdk.Records;

namespace Crm.Customers.Purchases;

/// <summary>What a customer bought on one day, all lines together.</summary>
/// <param name="On">The day.</param>
/// <param name="Lines">Lines bought (returns not counted).</param>
/// <param name="Amount">Their amounts, less what was returned.</param>
internal readonly record struct PurchaseDay(DateOnly On, int Lines, decimal Amount);

/// <summary>How a customer buys, worked out from the days on which they bought; a row on its way to the customer's record.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A line with a negative quantity or amount is a return: it lowers the total and counts for nothing else.</item>
/// <item>Interval: median of the gaps in days between consecutive days of purchase, over the last <see cref="Recent"/> of them.
/// Needs <see cref="Enough"/> days; before that there is no habit to speak of.</item>
/// <item>Next: last day + interval. Range: last day + first and third quartile of the same gaps. Quartiles interpolate linearly
/// between order statistics (Hyndman and Fan type 7, the QUARTILE.INC of spreadsheets).</item>
/// <item>Season: the meteorological season (March to May is spring) that holds at least <see cref="SeasonShare"/> of the days of purchase,
/// when there are at least <see cref="SeasonDays"/> of them and they reach over <see cref="SeasonSpan"/> days, so that every season had its chance.</item>
/// </list>
/// </remarks>
internal sealed record PurchaseHabits
{
    public const int Recent = 25;
    public const int Enough = 3;
    public const int SeasonDays = 4;
    public const int SeasonSpan = 270;
    public const decimal SeasonShare = 0.6m;

    public static readonly PurchaseHabits None = new();

    public Guid TenantId { get; init; }

    public Guid CustomerId { get; init; }

    public int PurchaseCount { get; private init; }

    public decimal PurchaseTotal { get; private init; }

    public DateOnly? FirstPurchaseOn { get; private init; }

    public DateOnly? LastPurchaseOn { get; private init; }

    public decimal? PurchaseInterval { get; private init; }

    public DateOnly? NextPurchaseOn { get; private init; }

    public DateOnly? NextPurchaseFrom { get; private init; }

    public DateOnly? NextPurchaseUntil { get; private init; }

    public string? PurchaseSeason { get; private init; }

    /// <summary>The habits of a customer who bought on these days.</summary>
    /// <param name="days">In order of time; one entry per day.</param>
    public static PurchaseHabits Of(IReadOnlyList<PurchaseDay> days)
    {
        var bought = days.Where(d => d.Lines > 0).Select(d => d.On).ToList();
        var habits = new PurchaseHabits { PurchaseCount = days.Sum(d => d.Lines), PurchaseTotal = days.Sum(d => d.Amount) };
        if (bought.Count == 0) return habits;

        habits = habits with { FirstPurchaseOn = bought[0], LastPurchaseOn = bought[^1], PurchaseSeason = Seasons.Of(bought) };
        if (bought.Count < Enough) return habits;

        var recent = bought.TakeLast(Recent).ToList();
        var gaps = recent.Zip(recent.Skip(1), (a, b) => (decimal)(b.DayNumber - a.DayNumber)).Order().ToList();
        var interval = Quantile(gaps, 0.5m);
        return habits with
        {
            PurchaseInterval = interval,
            NextPurchaseOn = After(bought[^1], interval),
            NextPurchaseFrom = After(bought[^1], Quantile(gaps, 0.25m)),
            NextPurchaseUntil = After(bought[^1], Quantile(gaps, 0.75m)),
        };
    }

    /// <summary>Type 7 quantile of values in ascending order.</summary>
    internal static decimal Quantile(IReadOnlyList<decimal> ascending, decimal share)
    {
        var position = (ascending.Count - 1) * share;
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, ascending.Count - 1);
        return ascending[below] + ((position - below) * (ascending[above] - ascending[below]));
    }

    private static DateOnly After(DateOnly day, decimal gap)
    {
        var number = day.DayNumber + (int)Math.Round(gap, MidpointRounding.AwayFromZero);
        return DateOnly.FromDayNumber(Math.Min(number, DateOnly.MaxValue.DayNumber));
    }
}

/// <summary>Seasons of the year by the calendar months meteorologists use.</summary>
internal static class Seasons
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("spring", "春（3〜5月）", "Spring (March–May)", "green"),
        Choice.Of("summer", "夏（6〜8月）", "Summer (June–August)", "orange"),
        Choice.Of("autumn", "秋（9〜11月）", "Autumn (September–November)", "red"),
        Choice.Of("winter", "冬（12〜2月）", "Winter (December–February)", "blue"),
    ];

    /// <summary>The season most days fall into, or null when there is none worth naming.</summary>
    public static string? Of(IReadOnlyList<DateOnly> days)
    {
        if (days.Count < PurchaseHabits.SeasonDays || days[^1].DayNumber - days[0].DayNumber < PurchaseHabits.SeasonSpan) return null;
        var (season, count) = days.CountBy(Season).MaxBy(s => s.Value);
        return count >= days.Count * PurchaseHabits.SeasonShare ? season : null;
    }

    private static string Season(DateOnly day) => All[(day.Month + 9) % 12 / 3].Key;
}
