using System.Globalization;
using System.Net.Mail;
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Text;
using Crm.Sdk.Web;

namespace Crm.Platform.Records;

/// <summary>
/// Turns what came in (typed text, JSON, a CLR value) into the value a field keeps, or says what is wrong with it.
/// The one place where input is normalised, for screens, API, import and plugins alike.
/// </summary>
internal sealed class FieldInput(ITenant tenant)
{
    private const int LongestLine = 1_000;
    private const int LongestText = 100_000;

    /// <summary>RFC 5321, 4.5.3.1.3: a path has 256 characters, two of which are its brackets.</summary>
    private const int LongestEmail = 254;

    /// <summary>What fits into an index entry whatever its characters: 2,704 bytes on PostgreSQL, 1,700 on SQL Server; a longer one fails the save.</summary>
    internal const int LongestIndexed = 800;

    private const decimal LargestNumber = 999_999_999_999_999m;

    /// <summary>The value to keep, null for empty; or the problem.</summary>
    public (object? Value, Problem? Problem) Read(Field field, object? raw)
    {
        raw = Unwrap(raw);
        if (raw is null or "" or string[] { Length: 0 }) return (null, null);
        var (value, problem) = field.Kind switch
        {
            FieldKind.Number or FieldKind.Money => Number(field, raw),
            FieldKind.Date => Date(field, raw),
            FieldKind.DateTime => Moment(field, raw),
            FieldKind.Time => Time(field, raw),
            FieldKind.YesNo => YesNo(field, raw),
            FieldKind.Choice => Choice(field, raw),
            FieldKind.MultiChoice => Choices(field, raw),
            FieldKind.Reference or FieldKind.User or FieldKind.File => Id(field, raw),
            _ => Text(field, raw),
        };
        return problem is null ? (value, null) : (null, problem);
    }

    /// <summary>The longest text a field takes, in UTF-16 units.</summary>
    internal static int Longest(Field field)
    {
        var longest = field.MaxLength ?? field.Kind switch
        {
            FieldKind.LongText or FieldKind.Markdown => LongestText,
            FieldKind.Email => LongestEmail,
            _ => LongestLine,
        };
        return field.Indexed ? Math.Min(longest, LongestIndexed) : longest;
    }

    private static object? Unwrap(object? raw) => raw switch
    {
        null => null,
        string s => Clean(s),
        JsonElement json => json.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.String => Clean(json.GetString()!),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.TryGetDecimal(out var number) ? number : json.GetRawText(),
            JsonValueKind.Array => json.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : e.GetRawText()).ToArray(),
            _ => json.GetRawText(),
        },
        int or long or short or byte => Convert.ToDecimal(raw, CultureInfo.InvariantCulture),
        double d => double.IsFinite(d) && Math.Abs(d) < (double)LargestNumber ? (decimal)d : d.ToString(CultureInfo.InvariantCulture),
        DateTime d => d.Kind == DateTimeKind.Utc ? new DateTimeOffset(d) : DateOnly.FromDateTime(d),
        IEnumerable<string> many => many.Select(Clean).Where(s => s.Length > 0).ToArray(),
        _ => raw,
    };

    private static readonly char[] Blanks = ['\u3000', '\u00a0', '\ufeff'];

    private static bool AtEnds(char c) => c == '\ufeff' || char.IsWhiteSpace(c);

    /// <summary>Blanks of any width at the ends go; control characters go; line ends become one kind.</summary>
    internal static string Clean(string text)
    {
        if (text.Length > 0 && (AtEnds(text[0]) || AtEnds(text[^1]))) text = text.Trim().Trim(Blanks).Trim();
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f')) return text;
        return string.Concat(text.ReplaceLineEndings("\n").Where(c => c is '\n' or '\t' || !char.IsControl(c)));
    }

    private static (object?, Problem?) Text(Field field, object raw)
    {
        if (raw is not string text) text = Convert.ToString(raw, CultureInfo.InvariantCulture) ?? "";
        var longest = Longest(field);
        if (text.Length > longest)
        {
            return Bad(field, "too-long", $"は {longest:N0} 文字までです（{text.Length:N0} 文字あります）。", $" may have at most {longest:N0} characters; it has {text.Length:N0}.", ("短くしてください。", "Make it shorter."));
        }

        if (field.Kind is not (FieldKind.LongText or FieldKind.Markdown)) text = text.Replace('\n', ' ').Replace('\t', ' ');
        if (!IsWellFormed(text))
        {
            return Bad(field, "bad-text", "に文字化けした文字があります。", " has characters that are broken.", ("入力し直してください。", "Type it again."));
        }

        var (value, problem) = field.Kind switch
        {
            FieldKind.Kana => Kana(field, text),
            FieldKind.Email => Email(field, text),
            FieldKind.Phone => (Numbered(text), null),
            FieldKind.PostalCode => (PostalCode.TryParse(text, out var code, out _) ? code.ToString() : Numbered(text), null),
            FieldKind.Url => Url(field, text),
            FieldKind.Text when field.Unique || field.MatchKey => (OneWidth(text), null),
            _ => (text, (Problem?)null),
        };
        return problem is null && field.Pattern is { } pattern && !pattern.Matches((string)value!)
            ? Bad(field, "bad-pattern", "の書式が違います。", " is not written as it should be.", field.Hint ?? ($"書式: {pattern}", $"It should look like {pattern}"))
            : (value, problem);
    }

    /// <summary>Letters, digits and signs of a key in half width: Ｃ９００１ and C9001 are one customer.</summary>
    private static string OneWidth(string text) => !text.AsSpan().ContainsAnyInRange('\uFF01', '\uFF5E') && !text.Contains('\u3000', StringComparison.Ordinal)
        ? text
        : string.Concat(text.Select(c => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c == '\u3000' ? ' ' : c));

    /// <summary>The digits and hyphens of a number in half width: ０３ー１２３４ー５６７８ is 03-1234-5678; a dash among letters is part of a word.</summary>
    private static string Numbered(string text)
    {
        var narrow = OneWidth(text);
        if (!narrow.AsSpan().ContainsAny(Dashes.Any)) return narrow;
        return string.Create(narrow.Length, narrow, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = i > 0 && Dashes.Any.Contains(from[i]) && (char.IsAsciiDigit(from[i - 1]) || from[i - 1] is ')' or ' ') ? '-' : from[i];
            }
        });
    }

    private static (object?, Problem?) Kana(Field field, string text)
    {
        var kana = TextNormaliser.ToKana(text);
        return kana.AsSpan().ContainsAnyInRange('\u4E00', '\u9FFF')
            ? Bad(field, "not-kana", "はカタカナで入力してください。", " must be written in katakana.", ("ひらがな・半角カナは自動でカタカナになります。", "Hiragana and half-width kana are converted for you."))
            : (kana, null);
    }

    private static (object?, Problem?) Email(Field field, string text)
    {
        text = text.Normalize(System.Text.NormalizationForm.FormKC);
        var at = text.LastIndexOf('@');
        var fine = at > 0 && at < text.Length - 1 && text.Length <= LongestEmail && !text.Contains(' ', StringComparison.Ordinal)
            && text.IndexOf('@', StringComparison.Ordinal) == at && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;
        return fine
            ? (string.Concat(text.AsSpan(0, at + 1), text[(at + 1)..].ToLowerInvariant()), null)
            : Bad(field, "bad-email", $"「{Short(text)}」はメールアドレスの形ではありません。", $" “{Short(text)}” is not an e-mail address.", ("name@example.co.jp の形で入力してください。", "Write it like name@example.com."));
    }

    private static (object?, Problem?) Url(Field field, string text)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        return Uri.TryCreate(full, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Contains('.', StringComparison.Ordinal)
            ? (full, null)
            : Bad(field, "bad-url", $"「{Short(text)}」は URL の形ではありません。", $" “{Short(text)}” is not a web address.", ("https:// から入力してください。", "Begin with https://."));
    }

    private static (object?, Problem?) Number(Field field, object raw)
    {
        decimal number;
        if (raw is decimal given) number = given;
        else if (raw is not string text || !ValueText.TryNumber(text, out number))
        {
            return Bad(field, "not-a-number", $"「{Short(raw)}」は数値ではありません。", $" “{Short(raw)}” is not a number.", field.Decimals > 0 ? ("1234.5 のように入力してください。", "Write it like 1234.5.") : ("1234 のように数字で入力してください。", "Write it like 1234."));
        }

        if (number is > LargestNumber or < -LargestNumber)
        {
            return Bad(field, "out-of-range", "が大きすぎます。", " is too large.", null);
        }

        if (field.ColumnType is { } column && column != typeof(decimal))
        {
            if (decimal.Truncate(number) != number)
            {
                return Bad(field, "not-whole", "は整数で入力してください。", " must be a whole number.", ("小数点以下を取ってください。", "Leave out the decimals."));
            }

            var most = column == typeof(short) ? short.MaxValue : column == typeof(int) ? int.MaxValue : LargestNumber;
            if (Math.Abs(number) > most) return Bad(field, "out-of-range", $"は {most:N0} までです。", $" may be at most {most:N0}.", null);
        }

        if (decimal.Round(number, 4) != number)
        {
            return Bad(field, "too-precise", "の小数は 4 桁までです。", " may have four decimals at most.", ("四捨五入してください。", "Round it."));
        }

        if (number < field.Min)
        {
            return Bad(field, "too-small", $"は {field.Min:0.####} 以上にしてください。", $" must be {field.Min:0.####} or more.", null);
        }

        if (number > field.Max)
        {
            return Bad(field, "too-large", $"は {field.Max:0.####} 以下にしてください。", $" must be {field.Max:0.####} or less.", null);
        }

        return (number, null);
    }

    private static (object?, Problem?) Date(Field field, object raw)
    {
        switch (raw)
        {
            case DateOnly date:
                return (date, null);
            case DateTimeOffset moment:
                return (DateOnly.FromDateTime(moment.DateTime), null);
            case string text when TryDate(text, out var date):
                return (date, null);
            default:
                return Bad(field, "not-a-date", $"「{Short(raw)}」は日付として読めません。", $" “{Short(raw)}” is not a date.", ("2026-01-10 または 令和8年1月10日 のように入力してください。", "Write it like 2026-01-10."));
        }
    }

    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy/M/d", "yyyy-M-d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日"];

    private static bool TryDate(string text, out DateOnly date) =>
        (text.Length == 10 && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date))
        || DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        || JapaneseDate.TryParse(text, out date);

    private (object?, Problem?) Moment(Field field, object raw)
    {
        switch (raw)
        {
            case DateTimeOffset moment:
                return (Trim(moment.ToUniversalTime()), null);
            case DateOnly day when HasMoments(day.Year):
                return (tenant.StartOf(day), null);
            case string text:
                if (TryDate(text, out var date) && HasMoments(date.Year)) return (tenant.StartOf(date), null);
                if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var local) && HasMoments(local.Year))
                {
                    return (Trim(local.Kind == DateTimeKind.Unspecified
                        ? new DateTimeOffset(local, tenant.TimeZone.GetUtcOffset(local)).ToUniversalTime()
                        : new DateTimeOffset(local).ToUniversalTime()), null);
                }

                break;
        }

        return Bad(field, "not-a-time", $"「{Short(raw)}」は日時として読めません。", $" “{Short(raw)}” is not a date and time.", ("2026-01-10 09:30 のように入力してください。", "Write it like 2026-01-10 09:30."));
    }

    /// <summary>The first and the last day there is have moments that in another time zone are not.</summary>
    private static bool HasMoments(int year) => year is > 1 and < 9999;

    private static DateTimeOffset Trim(DateTimeOffset moment) => new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMillisecond), moment.Offset);

    private static (object?, Problem?) Time(Field field, object raw) => raw switch
    {
        TimeOnly time => (time, null),
        string text when TimeOnly.TryParse(text.Normalize(System.Text.NormalizationForm.FormKC), CultureInfo.InvariantCulture, out var time) => (time, null),
        _ => Bad(field, "not-a-time", $"「{Short(raw)}」は時刻として読めません。", $" “{Short(raw)}” is not a time.", ("09:30 のように入力してください。", "Write it like 09:30.")),
    };

    private static (object?, Problem?) YesNo(Field field, object raw) => raw switch
    {
        bool yes => (yes, null),
        decimal number when number is 0 or 1 => (number == 1, null),
        string text => text.Normalize(System.Text.NormalizationForm.FormKC).ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "y" or "on" or "はい" or "有" or "あり" or "可" or "○" or "◯" or "〇" or "ok" or "済" => (true, null),
            "false" or "0" or "no" or "n" or "off" or "いいえ" or "無" or "なし" or "不可" or "×" or "x" or "ng" or "未" => (false, null),
            _ => NotYesNo(field, raw),
        },
        _ => NotYesNo(field, raw),
    };

    private static (object?, Problem?) NotYesNo(Field field, object raw) =>
        Bad(field, "not-yes-no", $"「{Short(raw)}」は「はい／いいえ」として読めません。", $" “{Short(raw)}” is neither yes nor no.", ("はい または いいえ を入力してください。", "Write yes or no."));

    private static (object?, Problem?) Choice(Field field, object raw) =>
        raw is string or decimal && Find(field, Convert.ToString(raw, CultureInfo.InvariantCulture)!) is { } choice
            ? (choice.Key, null)
            : field.OrOther && raw is string ? Text(field, raw) : NotAChoice(field, raw);

    private static (object?, Problem?) Choices(Field field, object raw)
    {
        string[] wanted = raw switch
        {
            string[] many => many,
            string text => text.Split([',', ';', '、', '；', '|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _ => [Short(raw)],
        };
        var keys = new List<string>();
        foreach (var one in wanted)
        {
            if (Find(field, one) is not { } choice) return NotAChoice(field, one);
            if (!keys.Contains(choice.Key)) keys.Add(choice.Key);
        }

        return (keys.Count > 0 ? keys.ToArray() : null, null);
    }

    private static Choice? Find(Field field, string text)
    {
        // Files have labels, everything else keys; only what is neither to the letter is looked at in all its widths and cases.
        foreach (var choice in field.Choices)
        {
            if (choice.Key == text) return choice;
        }

        var plain = Plain(text);
        foreach (var choice in field.Choices)
        {
            if (Same(choice.Label.Ja, text, plain) || Same(choice.Label.En, text, plain) || Same(choice.Key, text, plain)) return choice;
        }

        return null;
    }

    private static bool Same(string known, string text, string plain) => known == text || string.Equals(Plain(known), plain, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string text) => text.Normalize(System.Text.NormalizationForm.FormKC);

    private static (object?, Problem?) NotAChoice(Field field, object raw)
    {
        var first = field.Choices.Take(8).ToList();
        return Bad(field, "not-a-choice", $"に「{Short(raw)}」という選択肢はありません。", $" has no choice “{Short(raw)}”.", (
            "次のどれかにしてください: " + string.Join("、", first.Select(c => c.Label.Ja)) + (field.Choices.Count > 8 ? " ほか" : ""),
            "Use one of: " + string.Join(", ", first.Select(c => c.Label.En)) + (field.Choices.Count > 8 ? ", …" : "")));
    }

    private static (object?, Problem?) Id(Field field, object raw) => raw switch
    {
        Guid id => (id, null),
        string text when Guid.TryParse(text, out var id) => (id, null),
        _ => Bad(field, "not-an-id", $"の「{Short(raw)}」が指すものは見つかりません。", $": there is nothing called “{Short(raw)}”.", ("一覧から選び直してください。", "Choose from the list.")),
    };

    internal static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }

    private static string Short(object raw)
    {
        var text = raw is string[] many ? string.Join(", ", many) : Convert.ToString(raw, CultureInfo.InvariantCulture) ?? "";
        return text.Shorten(40);
    }

    private static (object?, Problem?) Bad(Field field, string code, string ja, string en, Label? cure) =>
        (null, new Problem(code, ($"「{field.Label.Ja}」{ja}", $"“{field.Label.En}”{en}"), cure, field.Key));
}
