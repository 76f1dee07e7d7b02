// Dates and times as text: 2026/1/5, 20260105, 令和8年1月5日, R8.1.5, 午後3時5分. Anything that could mean two days is refused.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Crm.Platform.Tabular;

internal static partial class DateText
{
    private const int Timeout = 1000;
    private static readonly string[] English = ["d MMM yyyy", "d MMMM yyyy", "d-MMM-yyyy", "MMM d yyyy", "MMM d, yyyy", "MMMM d, yyyy"];
    private static readonly string[] TimeSuffixes = ["", " H:mm", " H:mm:ss", " h:mm tt", " h:mm:ss tt"];

    /// <summary>Eras by number of the framework's calendar, which knows their days.</summary>
    private static readonly (char Kanji, char Letter, string Name, int Era)[] Eras =
        [('明', 'M', "明治", 1), ('大', 'T', "大正", 2), ('昭', 'S', "昭和", 3), ('平', 'H', "平成", 4), ('令', 'R', "令和", 5)];

    public static Parsed<DateTimeParts> Read(string raw, CellOptions options)
    {
        var text = CellText.Normal(raw);
        if (text.Length == 0) return Parsed<DateTimeParts>.Empty;
        if (options.DateFormat is { Length: > 0 } format && WithFormat(text, format) is { } formatted) return formatted;

        if (YearFirst().Match(text) is { Success: true } western)
            return Day(raw, Number(western, "y"), western) is { } day ? WithTime(raw, day, western.Groups["rest"].Value) : ValueProblems.DateImpossible(raw);
        if (EraFirst().Match(text) is { Success: true } era) return FromEra(raw, era);
        if (SerialDays().IsMatch(text) && ExcelSerial.ToDate(int.Parse(text, CultureInfo.InvariantCulture), options.Date1904) is { } serial)
            return new DateTimeParts(DateOnly.FromDateTime(serial), TimeOnly.MinValue, Offset: null);

        if (options.DateFormat is { Length: > 0 }) return ValueProblems.DateFormatDiffers(raw, options.DateFormat);
        if (SeveralReadings().IsMatch(text)) return ValueProblems.DateAmbiguous(raw);
        if (Incomplete().IsMatch(text)) return ValueProblems.DateIncomplete(raw);
        if (DateOnly.TryParseExact(text, English, CultureInfo.InvariantCulture, DateTimeStyles.None, out var english))
            return new DateTimeParts(english, TimeOnly.MinValue, Offset: null);
        return ValueProblems.DateInvalid(raw);
    }

    public static Parsed<TimeOnly> ReadTime(string raw)
    {
        var text = CellText.Normal(raw);
        if (text.Length == 0) return Parsed<TimeOnly>.Empty;
        return Clock(text) is { Zone: null } clock ? clock.Time : ValueProblems.TimeInvalid(raw);
    }

    /// <summary>The text in the given pattern, with or without a time behind it; null when it does not fit.</summary>
    public static DateTimeParts? WithFormat(string text, string format)
    {
        foreach (var suffix in TimeSuffixes)
            if (DateTime.TryParseExact(text, format + suffix, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return new DateTimeParts(DateOnly.FromDateTime(date), TimeOnly.FromDateTime(date), Offset: null);
        return null;
    }

    private static Parsed<DateTimeParts> FromEra(string raw, Match match)
    {
        var letter = char.ToUpperInvariant(match.Groups["e"].Value[0]);
        var era = Array.Find(Eras, e => e.Kanji == letter || e.Letter == letter);
        var year = match.Groups["y"].Value == "元" ? 1 : Number(match, "y");
        if (year == 0) return ValueProblems.DateImpossible(raw);

        var calendar = new JapaneseCalendar();
        var firstYear = calendar.ToDateTime(1, 12, 31, 0, 0, 0, 0, era.Era).Year;
        if (Day(raw, firstYear + year - 1, match) is not { } day) return ValueProblems.DateImpossible(raw);

        // 平成35年 stands in many old contracts and is plainly 2023; 令和元年1月 may be 平成31年 or a slip.
        if (year == 1 && day < Start(calendar, era.Era, firstYear)) return ValueProblems.BeforeEra(raw, era.Name, Start(calendar, era.Era, firstYear));
        return WithTime(raw, day, match.Groups["rest"].Value);
    }

    private static DateOnly Start(JapaneseCalendar calendar, int era, int year)
    {
        var day = era == 1 ? DateOnly.FromDateTime(calendar.MinSupportedDateTime) : new DateOnly(year, 1, 1);
        while (calendar.GetEra(day.ToDateTime(TimeOnly.MinValue)) != era) day = day.AddDays(1);
        return day;
    }

    private static DateOnly? Day(string raw, int year, Match match)
    {
        var (month, day) = (Number(match, "m"), Number(match, "d"));
        return raw.Length > 0 && year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;
    }

    private static Parsed<DateTimeParts> WithTime(string raw, DateOnly day, string rest)
    {
        if (rest.Length == 6 && int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out _)) // yyyyMMddHHmmss
            rest = $"{rest[..2]}:{rest[2..4]}:{rest[4..]}";
        rest = Weekday().Replace(rest, "").TrimStart(' ', 'T', 't').TrimEnd();
        if (rest.Length == 0) return new DateTimeParts(day, TimeOnly.MinValue, Offset: null);
        return Clock(rest) is { } clock ? new DateTimeParts(day, clock.Time, clock.Zone) : ValueProblems.TimeInvalid(raw);
    }

    private static (TimeOnly Time, TimeSpan? Zone)? Clock(string text)
    {
        var match = TimeOfDay().Match(text);
        if (!match.Success) return null;
        int hour = Number(match, "h"), minute = match.Groups["half"].Success ? 30 : Number(match, "m"), second = Number(match, "s");
        if (match.Groups["ap"].Success)
        {
            if (hour > 12 || match.Groups["ap"].Captures.Count > 1) return null;
            hour = (hour % 12) + (match.Groups["ap"].Value.ToUpperInvariant() is "午後" or "PM" ? 12 : 0);
        }
        if (hour > 23 || minute > 59 || second > 59) return null;

        var fraction = match.Groups["f"].Value.PadRight(7, '0')[..7];
        var time = new TimeOnly(hour, minute, second).Add(TimeSpan.FromTicks(long.Parse(fraction, CultureInfo.InvariantCulture)));
        if (!match.Groups["z"].Success) return (time, null);
        var zone = match.Groups["z"].Value;
        if (zone is "Z" or "z") return (time, TimeSpan.Zero);
        var offset = new TimeSpan(int.Parse(zone[1..3], CultureInfo.InvariantCulture), int.Parse(zone[^2..], CultureInfo.InvariantCulture), 0);
        return offset <= TimeSpan.FromHours(14) ? (time, zone[0] == '-' ? -offset : offset) : null;
    }

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("""
        ^ (?<y>[0-9]{4})
        (?: (?<sep>[-/.]) (?<m>[0-9]{1,2}) \k<sep> (?<d>[0-9]{1,2})
          | 年\ ?(?<m>[0-9]{1,2})月\ ?(?<d>[0-9]{1,2})日
          | (?<m>[0-9]{2})(?<d>[0-9]{2})(?=[0-9]{6}$|[^0-9]|$) )
        (?<rest> [0-9]{6} | (?![0-9]).* ) $
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline, Timeout)]
    private static partial Regex YearFirst();

    [GeneratedRegex("""
        ^ (?<e>明治?|大正?|昭和?|平成?|令和?|[MTSHRmtshr]) \.?\ ?
        (?: (?<y>元|[0-9]{1,3}) (?: (?<sep>[-/.]) (?<m>[0-9]{1,2}) \k<sep> (?<d>[0-9]{1,2}) | 年\ ?(?<m>[0-9]{1,2})月\ ?(?<d>[0-9]{1,2})日 )
          | (?<y>[0-9]{2})(?<m>[0-9]{2})(?<d>[0-9]{2}) )
        (?<rest> (?![0-9]).* ) $
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline, Timeout)]
    private static partial Regex EraFirst();

    [GeneratedRegex("""
        ^ (?<ap>午前|午後|AM|PM)? \ ? (?<h>[0-9]{1,2})
        (?: : (?<m>[0-9]{2}) (?: : (?<s>[0-9]{2}) (?: \. (?<f>[0-9]{1,9}) )? )?
          | 時 (?: (?<half>半) | (?<m>[0-9]{1,2})分 (?: (?<s>[0-9]{1,2})秒 )? )? )
        \ ? (?<ap>AM|PM)? \ ? (?<z> Z | [-+][0-9]{2}:?[0-9]{2} )? $
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"^ ?\((?:[日月火水木金土](?:曜日?)?|[A-Za-z]{3,9})\)", RegexOptions.None, Timeout)]
    private static partial Regex Weekday();

    /// <summary>A date column saved as General: 46032. Other lengths of digits are years or 260105.</summary>
    [GeneratedRegex("^[1-9][0-9]{4}$", RegexOptions.None, Timeout)]
    private static partial Regex SerialDays();

    [GeneratedRegex(@"^(?:[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}|[0-9]{1,2})(?![0-9])|[0-9]{2}年[0-9]{1,2}月|[0-9]{6}$|[0-9]{8}$|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2}$)", RegexOptions.None, Timeout)]
    private static partial Regex SeveralReadings();

    [GeneratedRegex(@"^(?:[0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}(?:[-/.][0-9]{1,2}|年(?:[0-9]{1,2}月)?)?|(?:明治?|大正?|昭和?|平成?|令和?|[MTSHRmtshr])\.?(?:元|[0-9]{1,2})(?:[-/.][0-9]{1,2}|年(?:[0-9]{1,2}月)?|年度)?)$", RegexOptions.None, Timeout)]
    private static partial Regex Incomplete();
}
