using System.Globalization;
using System.Net.Mail;
using System.Text;
using System.Text.RegularExpressions;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Platform.Mail;

/// <summary>Which headers the author of a mail may set, and that what stands in one is one line.</summary>
internal static partial class MailHeaders
{
    /// <summary>Headers that say who gets the mail and from whom; only the product sets them.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version", "Return-Path", "Received",
        "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-From",
    };

    /// <summary>The headers of a mail beside those that only the product sets: its author's, and whether a machine sends it (RFC 3834, 5).</summary>
    /// <exception cref="ArgumentException">One of them is not the author's to set.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Of(CrmMail mail)
    {
        foreach (var header in mail.Headers)
        {
            Check(header.Key);
            yield return header;
        }

        if (!mail.ByPerson && !mail.Headers.ContainsKey("Auto-Submitted")) yield return new("Auto-Submitted", mail.Headers.ContainsKey("In-Reply-To") ? "auto-replied" : "auto-generated");
    }

    private static void Check(string header)
    {
        if (!HeaderName().IsMatch(header) || Own.Contains(header)) throw new ArgumentException($"A mail cannot set the header “{header}”.", nameof(header));
    }

    public static string OneLine(string text, string what) => text.Any(char.IsControl)
        ? throw new ArgumentException($"The {what} of a mail is one line.", nameof(text))
        : text;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,75}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex HeaderName();
}

/// <summary>
/// A mail as it goes over the line (RFC 5322, 2045–2047): all bodies in base64, so that no line of it begins with a dot or is too long, and
/// every byte is ASCII.
/// </summary>
internal static class MimeText
{
    private const int Base64Line = 76;

    // 45 bytes are 60 characters of base64: with the frame of an encoded word less than the 75 it may have (RFC 2047, 2).
    private const int WordBytes = 45;

    public static byte[] Of(CrmMail mail, MailAddress from, string fromName, MailAddress to, Guid id, DateTimeOffset at)
    {
        if (mail.Attachments.Count + mail.Cc.Count > 0) throw new ArgumentException("Mails with files or copies go by IMail.", nameof(mail));
        var text = new StringBuilder(2048 + (((mail.Html?.Length ?? 0) + mail.Text.Length) * 3));
        Line(text, "From", $"{Words(MailHeaders.OneLine(fromName, "sender"))} <{from.Address}>");
        Line(text, "To", $"<{to.Address}>");
        Line(text, "Subject", Words(MailHeaders.OneLine(mail.Subject, "subject")));
        Line(text, "Date", at.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Line(text, "Message-ID", $"<{id:N}@{from.Host}>");
        foreach (var (header, value) in MailHeaders.Of(mail))
        {
            Line(text, header, header.Equals("Reply-To", StringComparison.OrdinalIgnoreCase) ? $"<{MailAddresses.Read(value).Address}>" : Words(MailHeaders.OneLine(value, header)));
        }

        Line(text, "MIME-Version", "1.0");
        if (mail.Html is null)
        {
            Part(text, "text/plain", mail.Text);
        }
        else
        {
            // No line of base64 begins with two dashes.
            var boundary = "=_" + id.ToString("N");
            Line(text, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
            text.Append("\r\n--").Append(boundary).Append("\r\n");
            Part(text, "text/plain", mail.Text);
            text.Append("--").Append(boundary).Append("\r\n");
            Part(text, "text/html", mail.Html);
            text.Append("--").Append(boundary).Append("--\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Line(StringBuilder text, string header, string value) => text.Append(header).Append(": ").Append(value).Append("\r\n");

    private static void Part(StringBuilder text, string type, string content)
    {
        Line(text, "Content-Type", type + "; charset=utf-8");
        Line(text, "Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(content));
        for (var at = 0; at < base64.Length; at += Base64Line) text.Append(base64, at, Math.Min(Base64Line, base64.Length - at)).Append("\r\n");
    }

    /// <summary>Text of a header: as it is when it is plain ASCII, else as encoded words, never cut through a character.</summary>
    private static string Words(string value)
    {
        if (value.All(c => c is >= ' ' and <= '~') && !value.Contains("=?", StringComparison.Ordinal)) return value;
        var words = new StringBuilder();
        var word = new List<byte>(WordBytes);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > WordBytes) Close();
            for (var i = 0; i < length; i++) word.Add(bytes[i]);
        }

        Close();
        return words.ToString();

        void Close()
        {
            if (words.Length > 0) words.Append("\r\n ");
            words.Append("=?utf-8?B?").Append(Convert.ToBase64String([.. word])).Append("?=");
            word.Clear();
        }
    }
}
