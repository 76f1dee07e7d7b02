using System.Net.Mail;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Crm.Support.Mailing;

/// <summary>What a mail that came in says about itself.</summary>
internal sealed partial record ReadMail(string Address, string? Name, string Subject, string Text)
{
    private const int MostAnswers = 30;
    private const int MostQuoted = 100_000;

    /// <summary>Its Message-ID without angle brackets.</summary>
    public string? MailId { get; init; }

    /// <summary>The Message-IDs it answers, nearest first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The number of an inquiry in its subject.</summary>
    public string? Number { get; init; }

    /// <summary>Whether a machine wrote it: out of office, a list, a mail server (RFC 3834).</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Whether a machine only answers: out of office, a mail given back. Web forms and lists write by machine too, and what they pass on is somebody's.</summary>
    public bool OnlyAnswers { get; init; }

    /// <summary>Whether a mail server gives a mail back.</summary>
    public bool IsBounce { get; init; }

    /// <summary>Reads it; null when there is no sender.</summary>
    public static ReadMail? Of(ReceiveMail mail)
    {
        var headers = HeadersOf(mail.Headers);
        if (Sender(mail.From ?? headers.GetValueOrDefault("from")) is not var (address, name)) return null;
        var subject = Line(mail.Subject ?? headers.GetValueOrDefault("subject"));
        var text = mail.Text is { Length: > 0 } plain ? plain : MailText.FromHtml(mail.Html ?? "");
        var bounce = address.StartsWith("mailer-daemon@", StringComparison.OrdinalIgnoreCase) || address.StartsWith("postmaster@", StringComparison.OrdinalIgnoreCase);
        var submitted = Kind(headers.GetValueOrDefault("auto-submitted"));
        var precedence = Kind(headers.GetValueOrDefault("precedence"));
        return new ReadMail(address, name, subject.Length > 0 ? subject : Sdk.Texts.L("（件名なし）", "(no subject)"), text.Length > 100_000 ? text[..100_000] : text)
        {
            MailId = Ids(headers.GetValueOrDefault("message-id")).FirstOrDefault(),
            Answers = [.. Ids(headers.GetValueOrDefault("in-reply-to")).Concat(Ids(headers.GetValueOrDefault("references")).Reverse()).Concat(bounce ? GivenBack(text) : []).Distinct(StringComparer.Ordinal).Take(MostAnswers)],
            Number = NumberInBrackets().Match(subject) is { Success: true } match ? match.Groups[1].Value.ToUpperInvariant() : null,
            IsBounce = bounce,
            IsAutomatic = bounce || headers.ContainsKey("x-autoreply") || headers.ContainsKey("list-id") || submitted is not ("" or "no") || precedence is "bulk" or "junk" or "list" or "auto_reply",
            OnlyAnswers = bounce || headers.ContainsKey("x-autoreply") || submitted == "auto-replied" || precedence == "auto_reply",
        };
    }

    /// <summary>The first word of a header, without what follows a semicolon.</summary>
    private static string Kind(string? header) => (header ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The Message-IDs that a mail given back quotes.</summary>
    private static IEnumerable<string> GivenBack(string text) =>
        QuotedId().Matches(text.Length > MostQuoted ? text[..MostQuoted] : text).Select(m => m.Groups[1].Value).Take(MostAnswers);

    private static Dictionary<string, string> HeadersOf(JsonElement? headers)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (headers is not { } given) return read;
        if (given.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in given.EnumerateObject()) read[header.Name] = Said(header.Value);
        }
        else if (given.ValueKind == JsonValueKind.Array)
        {
            foreach (var header in given.EnumerateArray().Where(h => h.ValueKind == JsonValueKind.Object))
            {
                var parts = header.EnumerateObject().ToDictionary(p => p.Name, p => Said(p.Value), StringComparer.OrdinalIgnoreCase);
                if (parts.TryGetValue("name", out var name) && parts.TryGetValue("value", out var value)) read[name] = value;
            }
        }

        return read;

        static string Said(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(v => v.ToString())) : value.ToString();
    }

    private static (string Address, string? Name)? Sender(string? from)
    {
        var line = Line(from);
        if (MailAddress.TryCreate(line, out var address)) return (address.Address.Trim('"'), Line(address.DisplayName) is { Length: > 0 } name ? name : null);

        // 山田 花子 <hana..ko@docomo.ne.jp>: carriers gave out what the standard does not allow.
        return OddAddress().Match(line) is { Success: true } odd ? (odd.Groups["address"].Value, odd.Groups["name"].Value.Trim(' ', '"') is { Length: > 0 } said ? said : null) : null;
    }

    private static IEnumerable<string> Ids(string? header) => (header ?? "").Split([' ', '\t', '\r', '\n', ',', '<', '>'], StringSplitOptions.RemoveEmptyEntries).Where(id => id.Length is > 2 and <= 400);

    private static string Line(string? text)
    {
        var line = new string([.. (text ?? "").Where(c => !char.IsControl(c))]).Trim();
        return line.Length > 390 ? line[..390] : line;
    }

    [GeneratedRegex(@"\[(\d{4}-[0-9A-HJKMNP-TV-Z]{7})\]", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex NumberInBrackets();

    [GeneratedRegex(@"^Message-ID:\s*<([^<>\s]{3,400})>", RegexOptions.IgnoreCase | RegexOptions.Multiline, matchTimeoutMilliseconds: 500)]
    private static partial Regex QuotedId();

    [GeneratedRegex(@"^(?<name>[^<>@]*)<?(?<address>[^\s<>@""]{1,64}@[A-Za-z0-9.-]{3,180})>?$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex OddAddress();
}

/// <summary>Text of mails.</summary>
internal static partial class MailText
{
    /// <summary>Longer lines begin no quotation, and HTML beyond this is not read: both come from strangers.</summary>
    private const int LongestBeginning = 300;
    private const int MostHtml = 500_000;

    /// <summary>What was written now, without what is quoted below it; everything when nothing else is there.</summary>
    public static string Fresh(string text) => Split(text).Fresh;

    /// <summary>What was written now, and what is quoted below it.</summary>
    public static (string Fresh, string Quoted) Split(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var cut = Array.FindIndex(lines, l => l.Length <= LongestBeginning && Beginning().IsMatch(l.Trim()));
        if (cut < 0)
        {
            // Quoted lines to the very end, with or without a line that says who wrote them.
            cut = lines.Length;
            while (cut > 0 && (lines[cut - 1].StartsWith('>') || lines[cut - 1].Trim().Length == 0)) cut--;
            if (!lines.Skip(cut).Any(l => l.StartsWith('>'))) cut = lines.Length;
        }

        var fresh = string.Join('\n', lines.Take(cut)).Trim();
        return fresh.Length == 0 ? (text.Trim(), "") : (fresh, string.Join('\n', lines.Skip(cut)).Trim());
    }

    /// <summary>HTML as text: paragraphs and breaks become lines, everything else of it goes.</summary>
    public static string FromHtml(string html)
    {
        var text = Seen(html.Length > MostHtml ? html[..MostHtml] : html);
        text = Breaks().Replace(text, "\n");
        text = Tags().Replace(text, "");
        text = System.Net.WebUtility.HtmlDecode(text).Replace('\u00A0', ' ');
        return ManyLines().Replace(text, "\n\n").Trim();
    }

    /// <summary>Without what a reader does not see: comments, and what stands in the elements named. One walk over the text.</summary>
    private static string Seen(string html)
    {
        var seen = new System.Text.StringBuilder(html.Length);
        for (var at = 0; at < html.Length;)
        {
            var next = html.IndexOf('<', at);
            if (next < 0) next = html.Length;
            seen.Append(html, at, next - at);
            if (next == html.Length) break;
            var rest = html.AsSpan(next);
            var close = rest.StartsWith("<!--", StringComparison.Ordinal) ? "-->" : Unseen.FirstOrDefault(name => Opens(html.AsSpan(next), name)) is { } element ? $"</{element}" : null;
            if (close is null)
            {
                seen.Append('<');
                at = next + 1;
                continue;
            }

            // What is never closed hides everything after it, as in a browser.
            var end = html.IndexOf(close, next, StringComparison.OrdinalIgnoreCase);
            if (end < 0) break;
            at = close == "-->" ? end + close.Length : html.IndexOf('>', end) is >= 0 and var after ? after + 1 : html.Length;
        }

        return seen.ToString();
    }

    private static readonly string[] Unseen = ["script", "style", "head"];

    private static bool Opens(ReadOnlySpan<char> tag, string name) =>
        tag.Length > name.Length + 1 && tag[1..].StartsWith(name, StringComparison.OrdinalIgnoreCase) && !char.IsAsciiLetterOrDigit(tag[name.Length + 1]);

    [GeneratedRegex(@"^(-{3,}\s*(Original Message|元のメッセージ|Forwarded message).*|On .{5,120} wrote:|\d{4}年\d{1,2}月\d{1,2}日.{0,120}:|.{0,80}<[^<>@]+@[^<>@]+>(のメール)?[:：]|_{10,})$", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 500)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"<br\s*/?>|</(p|div|tr|li|h[1-6])\s*>", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Breaks();

    [GeneratedRegex("<[^<>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\n\s*\n\s*\n+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ManyLines();
}
