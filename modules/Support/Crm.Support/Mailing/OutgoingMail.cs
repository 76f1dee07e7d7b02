using Crm.Sdk;
using Crm.Sdk.Mail;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Inquiries;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Mailing;

/// <summary>A mail on its way; written with the change that causes it, sent after. Its id is the first half of its Message-ID.</summary>
internal sealed class OutgoingMail
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; } = Ids.New();

    public Guid? InquiryId { get; set; }

    /// <summary>The message of the thread that it is, when it is one.</summary>
    public Guid? MessageId { get; set; }

    public string Address { get; set; } = "";

    /// <summary>Who gets a copy; addresses with commas between.</summary>
    public string? Cc { get; set; }

    public string Subject { get; set; } = "";

    public string Text { get; set; } = "";

    public string? Html { get; set; }

    /// <summary>The Message-ID it answers, without angle brackets.</summary>
    public string? InReplyTo { get; set; }

    /// <summary>The thread so far, oldest first, separated by blanks.</summary>
    public string? Thread { get; set; }

    public Guid? FileId { get; set; }

    public DateTimeOffset QueuedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? FailedAt { get; set; }
}

/// <summary>A mail waits to be sent.</summary>
[Event("support.mail-queued.v1")]
internal sealed record MailQueued(Guid MailId) : IEvent;

/// <summary>Puts mails into the queue, in the same transaction as what they are about.</summary>
internal sealed class Outbox(SupportDb db, IEvents events, ISettings settings, Recipients recipients, TimeProvider clock, ITenant tenant)
{
    private const int MostReferences = 20;

    /// <summary>An answer to the customer; nothing when nobody knows where to.</summary>
    public async Task Reply(Inquiry inquiry, Message message, Guid? file, CancellationToken cancellation)
    {
        if (await recipients.AddressOf(inquiry, cancellation) is not { } address) return;
        var before = await db.Messages.AsNoTracking().Where(m => m.InquiryId == inquiry.Id && m.MailId != null).OrderBy(m => m.At).Select(m => new { m.Kind, m.MailId }).ToListAsync(cancellation);
        var mail = Queue(new OutgoingMail
        {
            InquiryId = inquiry.Id, MessageId = message.Id, Address = address, Cc = message.Cc, FileId = file,
            Subject = Subject("Re: " + Bare(inquiry.Subject), inquiry), Text = Signed(message.Text ?? "", settings.Of<SupportSettings>().Signature),
            InReplyTo = before.LastOrDefault(m => m.Kind == MessageKinds.Customer)?.MailId ?? before.LastOrDefault()?.MailId,
            Thread = before.Count == 0 ? null : string.Join(' ', before.TakeLast(MostReferences).Select(m => m.MailId)),
        });
        (message.Address, message.Subject, message.MailId, message.Delivery) = (address, mail.Subject, mail.Id.ToString("N"), Deliveries.Queued);
    }

    /// <summary>A mail of the system to the customer of an inquiry; stands in the thread as well.</summary>
    public Message Automatic(Inquiry inquiry, string address, string subject, string text, string? inReplyTo)
    {
        var mail = new OutgoingMail { InquiryId = inquiry.Id, Address = address, Subject = Subject(subject, inquiry), Text = Signed(text, settings.Of<SupportSettings>().Signature), InReplyTo = inReplyTo, Thread = inReplyTo };
        var message = new Message
        {
            InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = MessageKinds.Automatic, At = clock.GetUtcNow(), FromName = tenant.Name, Address = address, Subject = mail.Subject, Text = text,
            MailId = mail.Id.ToString("N"), Delivery = Deliveries.Queued,
        };
        mail.MessageId = message.Id;
        db.Messages.Add(message);
        Queue(mail);
        return message;
    }

    /// <summary>Any mail.</summary>
    public OutgoingMail Queue(OutgoingMail mail)
    {
        mail.TenantId = db.TenantId;
        mail.QueuedAt = clock.GetUtcNow();
        db.Outgoing.Add(mail);
        events.Raise(new MailQueued(mail.Id));
        return mail;
    }

    /// <summary>The number in brackets finds the inquiry again when a mail program loses the thread.</summary>
    public static string Subject(string subject, Inquiry inquiry)
    {
        var number = $"[{InquiryNumber.Of(inquiry.Id)}]";
        var line = new string([.. subject.Where(c => !char.IsControl(c))]);
        return line.Contains(number, StringComparison.Ordinal) ? line : $"{(line.Length > 300 ? line[..300] : line)} {number}";
    }

    private static string Bare(string subject)
    {
        var bare = subject.Trim();
        while (bare.StartsWith("re:", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("re：", StringComparison.OrdinalIgnoreCase)) bare = bare[3..].Trim();
        return bare;
    }

    private static string Signed(string text, string? signature) => string.IsNullOrWhiteSpace(signature) ? text : $"{text.TrimEnd()}\n\n-- \n{signature.Trim()}";
}

/// <summary>
/// Hands queued mails to the mail server. A server that is not there is tried again by the outbox; a mail it refuses is noted. A node
/// that dies between sending and noting sends it again with the same Message-ID, by which mail programs know it.
/// </summary>
[Subscriber("support.send-mail")]
internal sealed class SendMail(SupportDb db, IMail mails, IMediator mediator, ISettings settings, TimeProvider clock) : INotificationHandler<MailQueued>
{
    public async Task Handle(MailQueued queued, CancellationToken cancellationToken)
    {
        var mail = await db.Outgoing.SingleOrDefaultAsync(m => m.Id == queued.MailId, cancellationToken);
        if (mail is null || mail.SentAt is not null || mail.FailedAt is not null) return;
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (mail.InReplyTo is { } answered) headers["In-Reply-To"] = Bracketed(answered, settings);
        if (mail.Thread is { } thread) headers["References"] = string.Join(' ', thread.Split(' ').Select(id => Bracketed(id, settings)));
        if (settings.Of<SupportSettings>().ReplyTo is { Length: > 0 } replyTo) headers["Reply-To"] = replyTo;
        var message = mail.MessageId is { } id ? await db.Messages.SingleOrDefaultAsync(m => m.Id == id, cancellationToken) : null;
        var delivery = Deliveries.Sent;
        try
        {
            var handover = await mails.Send(new Sdk.Mail.Mail(mail.Address, mail.Subject, mail.Text) { Id = mail.Id, Cc = mail.Cc?.Split(',') ?? [], Html = mail.Html, Headers = headers, Attachments = mail.FileId is { } file ? [file] : [], ByPerson = message?.Kind == MessageKinds.Reply }, cancellationToken);
            if (handover.Outcome == HandoverOutcome.Refused) delivery = Deliveries.Failed;
        }
        catch (ArgumentException)
        {
            // The address is none; trying again does not make it one.
            delivery = Deliveries.Failed;
        }

        if (delivery == Deliveries.Sent) mail.SentAt = clock.GetUtcNow();
        else mail.FailedAt = clock.GetUtcNow();

        if (message is not null) (message.Delivery, message.Kept) = (delivery, true);
        (await db.SaveAsync(cancellation: cancellationToken)).OrThrow("What became of a mail could not be noted");
        if (delivery == Deliveries.Failed && message?.OwnerId is { } owner)
        {
            await mediator.Send(new NotifyUser(owner, ($"メールを送れませんでした: {mail.Address}", $"A mail could not be sent: {mail.Address}")) { Link = Sdk.Web.Routes.Record(Contracts.SupportContract.Inquiry, message.InquiryId!.Value) }, cancellationToken);
        }
    }

    /// <summary>Ours are kept by their first half alone; the sender's domain is the mail transport's business.</summary>
    private static string Bracketed(string id, ISettings settings) => id.Contains('@', StringComparison.Ordinal) ? $"<{id}>" : $"<{id}@{Domain(settings)}>";

    private static string Domain(ISettings settings) => settings.Of<SupportSettings>().ReplyTo is { } address && address.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? address[(at + 1)..] : "localhost";
}
