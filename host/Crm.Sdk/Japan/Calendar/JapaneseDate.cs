// Dates as people in Japan write them: 令和8年1月10日, R8.1.10, H31, S60/5/3, ㍻元年, ２０２６年１月, 2026/1/10, 20260110.
using Crm.Sdk.Text;

namespace Crm.Sdk.Japan;

/// <summary>
/// A date as written, perhaps without day or month. (Source: design notes, spreadsheet habits, H; eras from the framework's calendar.)
/// </summary>
/// <param name="Year">Western year.</param>
/// <param name="Month">Null when only a year was written.</param>
/// <param name="Day">Null when only year and month were written.</param>
/// <param name="OutsideEra">
/// The era had not begun or had already ended on that day (平成35年 on licences, S64.1.8): the year is still meant, but worth a warning.
/// </param>
public readonly record struct JapaneseDate(int Year, int? Month, int? Day, bool OutsideEra)
{
    /// <summary>The day, or null when it was not written whole.</summary>
    public DateOnly? Date => Month is { } month && Day is { } day ? new(Year, month, day) : null;

    /// <summary>Reads a whole date; false for anything less.</summary>
    public static bool TryParse(string? text, out DateOnly date)
    {
        var read = TryParse(text, out JapaneseDate written) && written.Date is not null;
        date = read ? written.Date!.Value : default;
        return read;
    }

    /// <summary>Reads a whole date, or a day of <paramref name="today"/>'s year written 12/15 or 12月15日, as people type what is near; false for anything else.</summary>
    public static bool TryParse(string? text, DateOnly today, out DateOnly date)
    {
        if (TryParse(text, out date)) return true;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 40) return false;
        var folded = new CharBuffer(stackalloc char[64]);
        CharacterFold.Append(text, ref folded, lettersOnly: false);
        var read = ReadDay(folded.Written, today.Year, out date);
        folded.Dispose();
        return read;
    }

    /// <summary>Reads a date with or without day and month. Days that do not exist (R8.2.30) are refused.</summary>
    public static bool TryParse(string? text, out JapaneseDate date)
    {
        date = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 40) return false;
        var folded = new CharBuffer(stackalloc char[64]);
        CharacterFold.Append(text, ref folded, lettersOnly: false);
        var read = Read(folded.Written, out date);
        folded.Dispose();
        return read;
    }

    /// <summary>令和8年1月10日; the first year of an era is 元年. Days before the eras known are written 1850年1月10日.</summary>
    public static string Format(DateOnly date)
    {
        var (_, month, day) = date;
        return Eras.Of(date) is not { } era ? $"{date.Year}年{month}月{day}日"
            : date.Year == era.FirstYear ? $"{era.Name}元年{month}月{day}日"
            : $"{era.Name}{date.Year - era.FirstYear + 1}年{month}月{day}日";
    }

    /// <summary>R8.1.10. Days before the eras known are written 1850.1.10.</summary>
    public static string FormatShort(DateOnly date) => Eras.Of(date) is not { } era
        ? $"{date.Year}.{date.Month}.{date.Day}"
        : $"{era.Letter}{date.Year - era.FirstYear + 1}.{date.Month}.{date.Day}";

    private static bool Read(ReadOnlySpan<char> text, out JapaneseDate date)
    {
        date = default;
        text = WithoutWeekday(text.Trim(' '));
        if (text.Length == 8 && !text.ContainsAnyExceptInRange('0', '9'))
            text = $"{text[..4]}-{text[4..6]}-{text[6..]}"; // 20260110, as other systems export it
        var era = ReadEra(ref text);
        if (!ReadNumber(ref text, out var year, first: era is not null)) return false;
        if (era is null && year is < 1000 or > 9999) return false;
        if (era is not null && year is < 1 or > 99) return false;
        if (era is not null) year += era.FirstYear - 1;

        int? month = null, day = null;
        var yearSpelt = Skip(ref text, "年");
        Skip(ref text, "度"); // 令和8年度 is a year too
        if (!text.IsEmpty)
        {
            if (!yearSpelt && !SkipSeparator(ref text)) return false;
            if (!ReadNumber(ref text, out var m, first: false) || m is < 1 or > 12) return false;
            month = m;
            var monthSpelt = Skip(ref text, "月");
            if (!text.IsEmpty)
            {
                if (!monthSpelt && !SkipSeparator(ref text)) return false;
                if (!ReadNumber(ref text, out var d, first: false) || d < 1 || d > DateTime.DaysInMonth(year, m)) return false;
                day = d;
                Skip(ref text, "日");
                if (!text.IsEmpty) return false;
            }
        }

        date = new(year, month, day, era is not null && IsOutside(era, year, month, day));
        return true;
    }

    private static bool ReadDay(ReadOnlySpan<char> text, int year, out DateOnly date)
    {
        date = default;
        text = WithoutWeekday(text.Trim(' '));
        if (!ReadNumber(ref text, out var month, first: false) || month is < 1 or > 12 || text.IsEmpty) return false;
        if (!Skip(ref text, "月") && !Skip(ref text, "/")) return false;
        if (!ReadNumber(ref text, out var day, first: false) || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        Skip(ref text, "日");
        if (!text.IsEmpty) return false;
        date = new(year, month, day);
        return true;
    }

    private static bool IsOutside(Era era, int year, int? month, int? day)
    {
        var earliest = new DateOnly(year, month ?? 1, day ?? 1);
        var latest = new DateOnly(year, month ?? 12, day ?? DateTime.DaysInMonth(year, month ?? 12));
        return Eras.Of(earliest) != era && Eras.Of(latest) != era;
    }

    /// <summary>2026年1月10日(土) and 2026/1/10（土曜日）: the weekday adds nothing.</summary>
    private static ReadOnlySpan<char> WithoutWeekday(ReadOnlySpan<char> text)
    {
        var open = text.LastIndexOf('(');
        if (open <= 0 || text[^1] != ')') return text;
        var day = text[(open + 1)..^1];
        return day.Length is 1 or 3 && day[0] is '月' or '火' or '水' or '木' or '金' or '土' or '日' or '祝' ? text[..open].TrimEnd(' ') : text;
    }

    private static Era? ReadEra(ref ReadOnlySpan<char> text)
    {
        foreach (var era in Eras.All)
        {
            if (Skip(ref text, era.Name) || Skip(ref text, era.Short)) return era;
            if (!text.StartsWith(era.Letter, StringComparison.OrdinalIgnoreCase)) continue;
            text = text[era.Letter.Length..].TrimStart(". ");
            return era;
        }

        return null;
    }

    private static bool ReadNumber(ref ReadOnlySpan<char> text, out int number, bool first)
    {
        number = 0;
        text = text.TrimStart(' ');
        if (first && Skip(ref text, "元"))
        {
            number = 1;
            return true;
        }

        var kanji = text.Length > 0 && KanjiNumber.Digits.Contains(text[0]);
        var length = kanji ? text.IndexOfAnyExcept(KanjiNumber.Digits) : text.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = text.Length;
        if (length is 0 or > 4) return false;
        number = kanji ? (int)KanjiNumber.Parse(text[..length]) : int.Parse(text[..length]);
        text = text[length..].TrimStart(' ');
        return true;
    }

    private static bool SkipSeparator(ref ReadOnlySpan<char> text)
    {
        if (text[0] is not ('.' or '/' or '・') && !Dashes.Any.Contains(text[0])) return false;
        text = text[1..];
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<char> text, ReadOnlySpan<char> what)
    {
        if (what.IsEmpty || !text.StartsWith(what)) return false;
        text = text[what.Length..].TrimStart(' ');
        return true;
    }
}
