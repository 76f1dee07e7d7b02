// Hours and days as administrators type them: 9:00-12:00、13:00〜18:00; 12/29〜1/3; 2026-08-13..2026-08-16 夏季休業.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Support.Clock;

internal static partial class HoursText
{
    /// <summary>The shifts of a day; empty when closed, null when it cannot be read.</summary>
    public static IReadOnlyList<Shift>? Shifts(string? text)
    {
        var plain = Plain(text);
        if (plain.Length == 0 || plain is "休" or "休み" or "closed") return [];
        var shifts = new List<Shift>();
        foreach (var part in plain.Split([',', '、', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TimeRange().Match(part) is not { Success: true } match || Clock(match, 1) is not { } begins || Clock(match, 3) is not { } ends) return null;
            if (begins >= TimeSpan.FromHours(24)) return null;
            if (ends <= begins) ends += TimeSpan.FromHours(24);
            shifts.Add(new Shift(begins, ends));
        }

        shifts.Sort((a, b) => a.Begins.CompareTo(b.Begins));
        return shifts;
    }

    /// <summary>Days closed, one range a line; null when a line cannot be read.</summary>
    public static IReadOnlyList<DayRange>? Days(string? text)
    {
        var ranges = new List<DayRange>();
        foreach (var line in Lines(text))
        {
            if (DayLine().Match(line) is not { Success: true } match) return null;
            var (month, day) = (Int(match, "m"), Int(match, "d"));
            int? year = match.Groups["y"].Success ? Int(match, "y") : null;
            int? untilYear = match.Groups["y2"].Success ? Int(match, "y2") : null;
            var (untilMonth, untilDay) = match.Groups["m2"].Success ? (Int(match, "m2"), Int(match, "d2")) : (month, day);
            if (!IsDay(year, month, day) || !IsDay(untilYear ?? year, untilMonth, untilDay) || (year is null && untilYear is not null)) return null;
            ranges.Add(new DayRange(year, month, day, untilYear, untilMonth, untilDay));
        }

        return ranges;
    }

    /// <summary>Days with hours of their own, one a line: <c>2026-05-02 10:00-15:00</c>; null when a line cannot be read.</summary>
    public static IReadOnlyDictionary<DateOnly, IReadOnlyList<Shift>>? Special(string? text)
    {
        var days = new Dictionary<DateOnly, IReadOnlyList<Shift>>();
        foreach (var line in Lines(text))
        {
            if (SpecialLine().Match(line) is not { Success: true } match || !IsDay(Int(match, "y"), Int(match, "m"), Int(match, "d")) || Shifts(match.Groups["hours"].Value) is not { } shifts) return null;
            days[new DateOnly(Int(match, "y"), Int(match, "m"), Int(match, "d"))] = shifts;
        }

        return days;
    }

    public static Problem? CheckShifts(Field field, object value, RuleContext record) => Shifts(value as string) is not null ? null : Problems.Invalid(
        "support.hours-unreadable", field.Key, ("営業時間を読み取れません。", "These hours cannot be read."), ("例: 9:00-12:00, 13:00-18:00。休みは空欄、夜勤は 22:00-6:00。", "For example 9:00-12:00, 13:00-18:00; empty when closed; 22:00-6:00 for a night shift."));

    public static Problem? CheckDays(Field field, object value, RuleContext record) => Days(value as string) is not null ? null : Problems.Invalid(
        "support.days-unreadable", field.Key, ("休業日を読み取れません。", "These days cannot be read."), ("1行に1つ。例: 12-29..01-03（毎年）、2026-08-13..2026-08-16 夏季休業。", "One a line, for example 12-29..01-03 (each year) or 2026-08-13..2026-08-16 summer."));

    public static Problem? CheckSpecial(Field field, object value, RuleContext record) => Special(value as string) is not null ? null : Problems.Invalid(
        "support.special-unreadable", field.Key, ("特別な営業日を読み取れません。", "These days cannot be read."), ("1行に1日。例: 2026-05-02 10:00-15:00。", "One a line, for example 2026-05-02 10:00-15:00."));

    private static IEnumerable<string> Lines(string? text) => (text ?? "").Split('\n').Select(Plain).Where(l => l.Length > 0);

    private static string Plain(string? text) => (text ?? "").Normalize(NormalizationForm.FormKC).Replace('〜', '~').Replace('–', '-').Replace('—', '-').Replace('−', '-').Trim();

    private static TimeSpan? Clock(Match match, int group)
    {
        var (hours, minutes) = (int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[group + 1].Value, CultureInfo.InvariantCulture));
        return hours > 24 || minutes > 59 || (hours == 24 && minutes > 0) ? null : new TimeSpan(hours, minutes, 0);
    }

    private static int Int(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // 29 February is a day of every fourth year, and may be named without one.
    private static bool IsDay(int? year, int month, int day) => month is >= 1 and <= 12 && day >= 1 && (year ?? 2028) is >= 1980 and <= 2099 && day <= DateTime.DaysInMonth(year ?? 2028, month);

    [GeneratedRegex(@"^(\d{1,2}):(\d{2})[-~](\d{1,2}):(\d{2})$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex TimeRange();

    [GeneratedRegex(@"^(?:(?<y>\d{4})[-/])?(?<m>\d{1,2})[-/](?<d>\d{1,2})(?:\s*(?:~|\.\.)\s*(?:(?<y2>\d{4})[-/])?(?<m2>\d{1,2})[-/](?<d2>\d{1,2}))?(?:\s.*)?$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex DayLine();

    [GeneratedRegex(@"^(?<y>\d{4})[-/](?<m>\d{1,2})[-/](?<d>\d{1,2})\s+(?<hours>\d.*)$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex SpecialLine();
}
