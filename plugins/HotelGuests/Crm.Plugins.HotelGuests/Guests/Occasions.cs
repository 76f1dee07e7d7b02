using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Guests;

/// <summary>Birthdays and anniversaries: days that come each year.</summary>
internal static class Occasions
{
    /// <summary>1225 for 25 December: order of numbers is order of days in the year.</summary>
    public static int MonthAndDay(DateOnly day) => (day.Month * 100) + day.Day;

    /// <summary>Those whose number lies between two days, the last one included; across the end of the year too.</summary>
    public static Filter Between(string field, DateOnly from, DateOnly until)
    {
        if (until.DayNumber - from.DayNumber >= 365) return new Filter.Compare(field, FilterOp.Empty, false);
        var (first, last) = (MonthAndDay(from), MonthAndDay(until));
        var begins = new Filter.Compare(field, FilterOp.Gte, (decimal)first);
        var ends = new Filter.Compare(field, FilterOp.Lte, (decimal)last);
        return first <= last ? new Filter.All(begins, ends) : new Filter.Any(begins, ends);
    }

    /// <summary>The day on which it comes between two days; null when it does not. A 29 February comes on the 28th in other years.</summary>
    public static DateOnly? Within(DateOnly day, DateOnly from, DateOnly until)
    {
        for (var year = from.Year; year <= until.Year; year++)
        {
            var comes = new DateOnly(year, day.Month, Math.Min(day.Day, DateTime.DaysInMonth(year, day.Month)));
            if (comes >= from && comes <= until) return comes;
        }

        return null;
    }
}
