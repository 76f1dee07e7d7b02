using Crm.Customers.Purchases;

namespace Crm.Tests.Customers;

/// <summary>Usual interval, next purchase with its range, and season.</summary>
public sealed class PurchaseHabitTests
{
    private static PurchaseHabits Of(params string[] days) =>
        PurchaseHabits.Of([.. days.Select(d => new PurchaseDay(DateOnly.Parse(d, null), 1, 1000m))]);

    [Fact]
    public void Nobody_who_bought_nothing_has_a_habit()
    {
        Assert.Equal(PurchaseHabits.None, PurchaseHabits.Of([]));
    }

    [Fact]
    public void Two_purchases_are_no_habit_yet()
    {
        var habits = Of("2026-01-10", "2026-02-10");

        Assert.Equal((2, 2000m), (habits.PurchaseCount, habits.PurchaseTotal));
        Assert.Equal(new DateOnly(2026, 2, 10), habits.LastPurchaseOn);
        Assert.Null(habits.PurchaseInterval);
        Assert.Null(habits.NextPurchaseOn);
    }

    [Fact]
    public void The_interval_is_the_median_of_the_gaps_and_the_range_their_quartiles()
    {
        // Gaps 10, 20, 30, 100: the one long pause does not spoil the habit.
        var habits = Of("2026-01-01", "2026-01-11", "2026-01-31", "2026-03-02", "2026-06-10");

        Assert.Equal(25m, habits.PurchaseInterval);
        Assert.Equal(new DateOnly(2026, 7, 5), habits.NextPurchaseOn);
        Assert.Equal(new DateOnly(2026, 6, 10).AddDays(18), habits.NextPurchaseFrom);  // 17.5
        Assert.Equal(new DateOnly(2026, 6, 10).AddDays(48), habits.NextPurchaseUntil); // 47.5
    }

    [Theory]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.75, 3.25)]
    public void Quartiles_are_those_of_a_spreadsheet(decimal share, decimal expected) =>
        Assert.Equal(expected, PurchaseHabits.Quantile([1, 2, 3, 4], share));

    [Fact]
    public void Only_the_last_twenty_five_days_of_purchase_count_for_the_interval()
    {
        var start = new DateOnly(2020, 1, 1);
        var yearly = Enumerable.Range(0, 5).Select(n => start.AddDays(n * 365));
        var weekly = Enumerable.Range(1, 25).Select(n => start.AddDays((4 * 365) + (n * 7)));
        var habits = PurchaseHabits.Of([.. yearly.Concat(weekly).Select(d => new PurchaseDay(d, 1, 0))]);

        Assert.Equal(7m, habits.PurchaseInterval);
    }

    [Fact]
    public void A_return_lowers_the_total_and_counts_for_nothing_else()
    {
        var habits = PurchaseHabits.Of(
        [
            new PurchaseDay(new(2026, 4, 1), 2, 5000m),
            new PurchaseDay(new(2026, 4, 8), 0, -2000m),
        ]);

        Assert.Equal((2, 3000m), (habits.PurchaseCount, habits.PurchaseTotal));
        Assert.Equal(new DateOnly(2026, 4, 1), habits.LastPurchaseOn);
    }

    [Theory]
    [InlineData("winter", "2024-12-01", "2025-12-10", "2026-01-05", "2026-07-01", "2026-12-20")]
    [InlineData("spring", "2025-03-31", "2025-05-01", "2026-03-01", "2026-08-01", "2026-05-31")]
    [InlineData(null, "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-15")]
    [InlineData(null, "2025-03-01", "2025-06-01", "2025-09-01", "2026-03-01")]
    public void A_season_is_named_when_six_in_ten_days_fall_into_it(string? season, params string[] days) =>
        Assert.Equal(season, Of([.. days.Order()]).PurchaseSeason);

    [Fact]
    public void A_date_at_the_end_of_time_does_not_break_the_forecast()
    {
        var habits = Of("0001-01-01", "5000-01-01", "9999-12-31");
        Assert.Equal(DateOnly.MaxValue, habits.NextPurchaseOn);
    }
}
