namespace Crm.Plugins.WasteDisposal.Law;

/// <summary>When a contract that renews by itself (自動更新) was renewed. The law of that day is the one it is judged by.</summary>
internal static class Renewals
{
    private const int Year = 12;

    /// <summary>
    /// The last renewal up to a day, and the end of the term it began; null when the first term still runs. A term of whole months is followed
    /// by terms as long, any other by years.
    /// </summary>
    /// <param name="begins">Days on which the term that is written down may have begun; the latest before its end counts.</param>
    /// <param name="ends">The last day of that term.</param>
    /// <param name="until">No renewal after it counts.</param>
    public static (DateOnly On, DateOnly Ends)? Last(IEnumerable<DateOnly?> begins, DateOnly ends, DateOnly until)
    {
        if (ends >= until) return null;
        var first = ends.AddDays(1);
        var months = begins.Where(d => d <= ends).Max() is { } begun ? WholeMonths(begun, first) ?? Year : Year;
        var count = 0;
        while (first.AddMonths((count + 1) * months) <= until) count++;
        return (first.AddMonths(count * months), first.AddMonths((count + 1) * months).AddDays(-1));
    }

    private static int? WholeMonths(DateOnly from, DateOnly to)
    {
        var months = ((to.Year - from.Year) * Year) + to.Month - from.Month;
        return months > 0 && from.AddMonths(months) == to ? months : null;
    }
}
