// Time as the desk works: days and hours of the week, Japanese holidays, days closed and opened besides.
using Crm.Sdk.Japan;

namespace Crm.Support.Clock;

/// <summary>
/// When the desk works. A shift belongs to the day on which it begins: one from Friday 22:00 to 6:00 is worked although Saturday is closed,
/// and a holiday closes the shifts that begin on it.
/// </summary>
internal sealed class BusinessHours(TimeZoneInfo zone, IReadOnlyDictionary<DayOfWeek, IReadOnlyList<Shift>> week)
{
    /// <summary>Nobody waits longer than this for a desk that never opens.</summary>
    private const int MostDays = 800;

    /// <summary>Whether public holidays are worked like other days.</summary>
    public bool WorksOnHolidays { get; init; }

    /// <summary>The shifts of public holidays, when they differ; none unless said otherwise.</summary>
    public IReadOnlyList<Shift> HolidayShifts { get; init; } = [];

    /// <summary>Days closed besides: the company's own holidays, the end of the year.</summary>
    public IReadOnlyList<DayRange> Closed { get; init; } = [];

    /// <summary>Days with shifts of their own, whatever else is said of them.</summary>
    public IReadOnlyDictionary<DateOnly, IReadOnlyList<Shift>> Special { get; init; } = new Dictionary<DateOnly, IReadOnlyList<Shift>>();

    /// <summary>Whether the desk ever works in an ordinary week.</summary>
    public bool EverOpen => week.Values.Any(shifts => shifts.Count > 0);

    /// <summary>The shifts that begin on a day.</summary>
    public IReadOnlyList<Shift> On(DateOnly day) =>
        Special.TryGetValue(day, out var special) ? special
        : Closed.Any(range => range.Has(day)) ? []
        : !WorksOnHolidays && Holidays.IsHoliday(day) ? HolidayShifts
        : week.GetValueOrDefault(day.DayOfWeek) ?? [];

    /// <summary>The moment at which so much working time has passed since <paramref name="from"/>; null when the desk does not work that much in two years.</summary>
    public DateTimeOffset? Add(DateTimeOffset from, TimeSpan time)
    {
        var left = time;
        foreach (var (begins, ends) in Spans(from))
        {
            var start = begins > from ? begins : from;
            if (left <= ends - start) return (start + left).ToUniversalTime();
            left -= ends - start;
        }

        return null;
    }

    /// <summary>The working time between two moments; none when the second is not later.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset until)
    {
        var worked = TimeSpan.Zero;
        if (until <= from) return worked;
        foreach (var (begins, ends) in Spans(from, Day(until)))
        {
            if (begins >= until) break;
            worked += (ends < until ? ends : until) - (begins > from ? begins : from);
        }

        return worked;
    }

    /// <summary>Whether the desk works at a moment.</summary>
    public bool IsOpen(DateTimeOffset at)
    {
        foreach (var (begins, _) in Spans(at, Day(at))) return begins <= at;
        return false;
    }

    /// <summary>Stretches of work that have not ended at a moment, in order and without overlaps.</summary>
    private IEnumerable<(DateTimeOffset Begins, DateTimeOffset Ends)> Spans(DateTimeOffset from, DateOnly? last = null)
    {
        // The night shift of the day before may still go on.
        var (day, ended) = (Day(from).AddDays(-1), from);
        var end = last ?? day.AddDays(MostDays);
        for (; day <= end; day = day.AddDays(1))
        {
            foreach (var shift in On(day))
            {
                var (begins, ends) = (Moment(day, shift.Begins), Moment(day, shift.Ends));
                if (begins < ended) begins = ended;
                if (ends <= begins) continue;
                ended = ends;
                yield return (begins, ends);
            }
        }
    }

    private DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    private DateTimeOffset Moment(DateOnly day, TimeSpan sinceMidnight)
    {
        var local = day.ToDateTime(TimeOnly.MinValue) + sinceMidnight;

        // An hour that a change to summer time leaves out begins when that hour would have ended.
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}

/// <summary>A stretch of a working day, counted from its midnight; one past midnight ends after 24 hours or more.</summary>
internal readonly record struct Shift(TimeSpan Begins, TimeSpan Ends);

/// <summary>Days from one to another, both included; of one year or of every year.</summary>
internal readonly record struct DayRange(int? Year, int FromMonth, int FromDay, int? UntilYear, int UntilMonth, int UntilDay)
{
    public bool Has(DateOnly day)
    {
        var at = (day.Month * 100) + day.Day;
        var (from, until) = ((FromMonth * 100) + FromDay, (UntilMonth * 100) + UntilDay);
        if (Year is not { } year) return from <= until ? at >= from && at <= until : at >= from || at <= until;

        // 2026-12-29..01-03 ends in the year after.
        var last = UntilYear ?? (until < from ? year + 1 : year);
        var whole = (day.Year * 10_000) + at;
        return whole >= (year * 10_000) + from && whole <= (last * 10_000) + until;
    }
}
