using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Crm.Sdk.Mail;
using Crm.Sdk.Records;
using Microsoft.Extensions.Options;
using CrmMail = Crm.Sdk.Mail.Mail;

namespace Crm.Platform.Mail;

/// <summary>Hands a finished mail on, or answers that the server does not want it. One that does not get it away throws <see cref="IOException"/>.</summary>
internal interface IMailTransport
{
    Task<Handover> Send(MailMessage mail, CancellationToken cancellation);
}

/// <summary>Turns a mail of a module into one that mail servers understand, and refuses what would let its author write headers.</summary>
internal sealed class MailSender(Current current, IMailTransport transport, IOptions<MailOptions> options, IFiles files, Observability.CrmMeters meters) : IMail
{
    public MailDelivery Delivery => options.Value switch
    {
        { Host.Length: > 0 } => MailDelivery.Server,
        { KeepInFolder: true } => MailDelivery.Folder,
        _ => MailDelivery.Unset,
    };

    public async Task<Handover> Send(CrmMail mail, CancellationToken cancellation = default)
    {
        using var message = Compose(mail);
        foreach (var id in mail.Attachments)
        {
            // The message disposes what is attached to it.
            if (await files.Open(id, cancellation) is { } file) message.Attachments.Add(new Attachment(file.Content, MailHeaders.OneLine(file.Name, "file name"), file.ContentType) { NameEncoding = Encoding.UTF8 });
        }

        try
        {
            var handover = await transport.Send(message, cancellation);
            meters.Mailed(handover.Outcome == HandoverOutcome.Taken ? "sent" : "failed");
            return handover;
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
            From = new MailAddress(from.Address, MailHeaders.OneLine(options.Value.FromName is { Length: > 0 } name ? name : current.Tenant.Name, "sender"), Encoding.UTF8),
            Subject = MailHeaders.OneLine(mail.Subject, "subject"),
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
        };
        message.To.Add(MailAddresses.Read(mail.To));
        foreach (var copy in mail.Cc) message.CC.Add(MailAddresses.Read(copy));
        message.Headers.Add("Message-ID", $"<{mail.Id ?? Ids.New():N}@{from.Host}>");
        foreach (var (header, value) in MailHeaders.Of(mail))
        {
            if (header.Equals("Reply-To", StringComparison.OrdinalIgnoreCase)) message.ReplyToList.Add(MailAddresses.Read(value));
            else message.Headers.Add(header, MailHeaders.OneLine(value, header));
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
