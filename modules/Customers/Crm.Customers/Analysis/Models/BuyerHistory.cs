namespace Crm.Customers.Analysis.Models;

/// <summary>What the models know of a customer. Several purchases on one day are one.</summary>
/// <param name="Repeats">x: days of purchase after the first.</param>
/// <param name="LastAfter">t_x: weeks from the first to the last day of purchase.</param>
/// <param name="Watched">T: weeks from the first day of purchase to the day looked from.</param>
/// <param name="RepeatValue">Mean amount of a day of purchase after the first; null when there was none or its sum is not above 0.</param>
internal readonly record struct BuyerHistory(int Repeats, double LastAfter, double Watched, double? RepeatValue)
{
    /// <summary>The history of a customer up to a day.</summary>
    /// <param name="days">Days of purchase with their amounts, in order of time, up to <paramref name="until"/>; at least one.</param>
    /// <param name="until">The day looked from.</param>
    public static BuyerHistory Of(IReadOnlyList<(DateOnly On, decimal Amount)> days, DateOnly until)
    {
        var first = days[0].On;
        var value = days.Count > 1 ? days.Skip(1).Average(d => d.Amount) : 0;
        return new(days.Count - 1, Weeks(first, days[^1].On), Weeks(first, until), value > 0 ? (double)value : null);
    }

    private static double Weeks(DateOnly from, DateOnly until) => (until.DayNumber - from.DayNumber) / 7.0;
}
