using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using System.Text.RegularExpressions;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Crm.Sdk.Mail;
using Crm.Sdk.Records;
using Microsoft.Extensions.Options;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Platform.Mail;

/// <summary>Hands a finished mail on. One that does not get it away throws <see cref="IOException"/>.</summary>
internal interface IMailTransport
{
    Task Send(MailMessage mail, CancellationToken cancellation);
}

/// <summary>Turns a mail of a module into one that mail servers understand, and refuses what would let its author write headers.</summary>
internal sealed partial class MailSender(Current current, IMailTransport transport, IOptions<MailOptions> options, IFiles files, Observability.CrmMeters meters) : IMail
{
    /// <summary>Headers that say who gets the mail and from whom; only the product sets them.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version", "Return-Path", "Received",
        "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-From",
    };

    public async Task Send(CrmMail mail, CancellationToken cancellation = default)
    {
        using var message = Compose(mail);
        foreach (var id in mail.Attachments)
        {
            // The message disposes what is attached to it.
            if (await files.Open(id, cancellation) is { } file) message.Attachments.Add(new Attachment(file.Content, OneLine(file.Name, "file name"), file.ContentType) { NameEncoding = Encoding.UTF8 });
        }

        try
        {
            await transport.Send(message, cancellation);
            meters.Mailed("sent");
        }
        catch (IOException)
        {
            meters.Mailed("failed");
            throw;
        }
    }

    private MailMessage Compose(CrmMail mail)
    {
        var from = MailAddresses.Read(options.Value.From);
        var message = new MailMessage
        {
            From = new MailAddress(from.Address, OneLine(options.Value.FromName is { Length: > 0 } name ? name : current.Tenant.Name, "sender"), Encoding.UTF8),
            Subject = OneLine(mail.Subject, "subject"),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
        };
        message.To.Add(MailAddresses.Read(mail.To));
        message.Headers.Add("Message-ID", $"<{mail.Id ?? Ids.New():N}@{from.Host}>");
        foreach (var (header, value) in mail.Headers)
        {
            if (!HeaderName().IsMatch(header) || Own.Contains(header)) throw new ArgumentException($"A mail cannot set the header “{header}”.", nameof(mail));
            if (header.Equals("Reply-To", StringComparison.OrdinalIgnoreCase)) message.ReplyToList.Add(MailAddresses.Read(value));
            else message.Headers.Add(header, OneLine(value, header));
        }

        if (mail.Html is null)
        {
            message.Body = mail.Text;
        }
        else
        {
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Text, Encoding.UTF8, MediaTypeNames.Text.Plain));
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html));
        }

        return message;
    }

    private static string OneLine(string text, string what) => text.Any(char.IsControl)
        ? throw new ArgumentException($"The {what} of a mail is one line.", nameof(text))
        : text;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,75}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex HeaderName();
}

/// <summary>Reads mail addresses as they occur in Japan.</summary>
internal static class MailAddresses
{
    /// <summary>One address, with or without a name before it.</summary>
    /// <exception cref="ArgumentException">It is none, more than one, or more than a line.</exception>
    public static MailAddress Read(string text)
    {
        if (!text.Any(char.IsControl) && text.Count(c => c == '@') == 1 && MailAddress.TryCreate(Quoted(text.Trim()), out var address)) return address;
        throw new ArgumentException("This is not a mail address.", nameof(text));
    }

    /// <summary>
    /// Carriers gave out addresses such as <c>hana..ko.@docomo.ne.jp</c>, which the standard (RFC 5321, 4.1.2) allows only in quotes;
    /// in quotes they arrive.
    /// </summary>
    private static string Quoted(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || address.Contains('"') || address.Contains('<')) return address;
        var local = address[..at];
        var odd = local.Contains("..", StringComparison.Ordinal) || local.StartsWith('.') || local.EndsWith('.');
        return odd && !local.AsSpan().ContainsAny(" ,;:@\\") ? $"\"{local}\"{address[at..]}" : address;
    }
}
