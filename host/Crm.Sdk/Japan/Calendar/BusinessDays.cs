// Counting days on which offices work: for terms that laws and contracts give in business days.
namespace Crm.Sdk.Japan;

/// <summary>
/// Business days: not Saturday, Sunday or a public holiday; what else is closed the caller says.
/// (Source: design notes, H; for the electronic manifest: also not 29 December to 3 January.)
/// </summary>
public static class BusinessDays
{
    /// <summary>29 December to 3 January, when public offices and JWNET rest.</summary>
    public static bool IsYearEnd(DateOnly date) => date is { Month: 12, Day: >= 29 } or { Month: 1, Day: <= 3 };

    /// <summary>Whether offices work on the day.</summary>
    public static bool Is(DateOnly date, Func<DateOnly, bool>? alsoClosed = null) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.IsHoliday(date) && alsoClosed?.Invoke(date) != true;

    /// <summary>
    /// The business day that lies <paramref name="days"/> business days after <paramref name="date"/> (before it, when negative); the
    /// day itself is not counted. With 0 the day itself, or the next business day when it is none.
    /// </summary>
    public static DateOnly Add(DateOnly date, int days, Func<DateOnly, bool>? alsoClosed = null)
    {
        var step = days < 0 ? -1 : 1;
        if (days == 0)
            while (!Is(date, alsoClosed)) date = date.AddDays(1);

        for (var left = Math.Abs(days); left > 0;)
        {
            date = date.AddDays(step);
            if (Is(date, alsoClosed)) left--;
        }

        return date;
    }
}
