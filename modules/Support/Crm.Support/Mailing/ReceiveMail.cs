// Mail that arrives, as mail providers post it.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Setup;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Mailing;

/// <summary>A mail that came in.</summary>
/// <param name="From">Who wrote: an address, with or without a name before it.</param>
/// <param name="To">To whom.</param>
/// <param name="Subject">What about.</param>
/// <param name="Text">Plain text; or null.</param>
/// <param name="Html">HTML; used when there is no text.</param>
/// <param name="Headers">An object of names and values, or a list of objects with <c>name</c> and <c>value</c>.</param>
/// <param name="Attachments">Files with <c>name</c>, <c>contentType</c> and <c>content</c> in Base64.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ReceiveMail(
    string? From = null, string? To = null, string? Subject = null, string? Text = null, string? Html = null, JsonElement? Headers = null, IReadOnlyList<MailFile>? Attachments = null)
    : IRequest<Result<ReceivedMail>>;

/// <summary>A file of a mail.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record MailFile(string? Name = null, string? ContentType = null, string? Content = null);

/// <summary>Where a mail went; nowhere when a machine only answered and to nothing of ours.</summary>
internal sealed record ReceivedMail(Guid? InquiryId, Guid? MessageId, bool Opened);

internal sealed class ReceiveMailHandler(SupportDb db, ISettings settings, Intake intake, SupportClock desk, Recipients recipients, Outbox outbox, IFiles files, TimeProvider clock, ITenant tenant)
    : IRequestHandler<ReceiveMail, Result<ReceivedMail>>
{
    private const int MostFiles = 20;
    private static readonly TimeSpan OneAcknowledgement = TimeSpan.FromHours(1);

    public async Task<Result<ReceivedMail>> Handle(ReceiveMail receive, CancellationToken cancellationToken)
    {
        if (ReadMail.Of(receive) is not { } mail) return NoSender;
        if (mail.MailId is { } id && await db.Messages.AsNoTracking().Where(m => m.MailId == id).Select(m => new { m.InquiryId, m.Id }).FirstOrDefaultAsync(cancellationToken) is { } known)
        {
            // The provider posts again what it did not hear back about.
            return new ReceivedMail(known.InquiryId, known.Id, false);
        }

        var now = clock.GetUtcNow();
        var thread = await Thread(mail, cancellationToken);
        var inquiry = thread is { } found ? await db.Inquiries.SingleOrDefaultAsync(i => i.Id == found, cancellationToken) : null;
        if (inquiry is null && mail.OnlyAnswers) return new ReceivedMail(null, null, false);
        var opened = inquiry is null;
        inquiry ??= await Open(mail, now, cancellationToken);
        if (!opened) await GoOn(inquiry, mail, now, cancellationToken);
        var message = new Message
        {
            InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = mail.IsBounce ? MessageKinds.Note : MessageKinds.Customer, At = now, FromName = mail.Name, Address = mail.Address,
            Subject = mail.Subject, Text = mail.Text, MailId = mail.MailId,
        };
        db.Messages.Add(message);
        await Keep(receive.Attachments ?? [], message, cancellationToken);
        if (opened && await MayAcknowledge(mail, now, cancellationToken)) outbox.Automatic(inquiry, mail.Address, Re(mail.Subject), Acknowledgement(inquiry), mail.MailId);
        var saved = await db.Keep(inquiry, cancellationToken);
        return saved.Failed ? Result<ReceivedMail>.Fail(saved.Problems) : new ReceivedMail(inquiry.Id, message.Id, opened);
    }

    /// <summary>The inquiry a mail belongs to: by the Message-IDs it answers, else by the number in its subject when the sender is of that inquiry.</summary>
    private async Task<Guid?> Thread(ReadMail mail, CancellationToken cancellation)
    {
        foreach (var answered in mail.Answers)
        {
            var ours = answered.Split('@')[0];
            if (Guid.TryParseExact(ours, "N", out var sent) && await db.Outgoing.Where(m => m.Id == sent).Select(m => m.InquiryId).FirstOrDefaultAsync(cancellation) is { } byOurs) return byOurs;
            if (await db.Messages.Where(m => m.MailId == answered).Select(m => m.InquiryId).FirstOrDefaultAsync(cancellation) is { } byTheirs) return byTheirs;
        }

        if (mail.Number is not { } number) return null;
        var named = await db.Inquiries.AsNoTracking().Where(i => i.Number == number).OrderBy(i => i.Id).Take(2).ToListAsync(cancellation);
        return named is [var one] && string.Equals(await recipients.AddressOf(one, cancellation), mail.Address, StringComparison.OrdinalIgnoreCase) ? one.Id : null;
    }

    private async Task<Inquiry> Open(ReadMail mail, DateTimeOffset now, CancellationToken cancellation)
    {
        var (person, company) = await recipients.Recognise(mail.Address, mail.Name, cancellation);
        var inquiry = new Inquiry
        {
            Subject = mail.Subject.Length > 200 ? mail.Subject[..199] + "…" : mail.Subject, Content = MailText.Fresh(mail.Text) is { Length: > 20_000 } tooLong ? tooLong[..20_000] : MailText.Fresh(mail.Text),
            FromName = mail.Name, FromEmail = mail.Address, PersonId = person, CompanyId = company, ReceivedAt = now,
            ChannelId = await db.Channels.Where(c => c.Code == ChannelCodes.Mail).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation),
        };
        await intake.Take(inquiry, cancellation);
        db.Inquiries.Add(inquiry);
        return inquiry;
    }

    /// <summary>Our turn again. A machine's answer moves nothing.</summary>
    private async Task GoOn(Inquiry inquiry, ReadMail mail, DateTimeOffset now, CancellationToken cancellation)
    {
        if (mail.IsAutomatic) return;
        if (inquiry.Status == SupportContract.Status.Waiting) inquiry.Resume(now, null, await desk.TargetOf(inquiry, cancellation), desk.Hours);
        else if (inquiry.IsClosed) inquiry.Reopen(now, null, await desk.TargetOf(inquiry, cancellation), desk.Hours);
    }

    private async Task Keep(IReadOnlyList<MailFile> attached, Message message, CancellationToken cancellation)
    {
        foreach (var file in attached.Take(MostFiles))
        {
            var bytes = new byte[(file.Content?.Length ?? 0) * 3 / 4 + 3];
            if (!Convert.TryFromBase64String(file.Content ?? "", bytes, out var length) || length == 0) continue;
            var name = Path.GetFileName(file.Name?.Replace('\\', '/') ?? "") is { Length: > 0 } given ? given : "file";
            using var content = new MemoryStream(bytes, 0, length);
            var stored = await files.Save(name, file.ContentType ?? "application/octet-stream", content, cancellation);
            db.Attachments.Add(new Attachment { InquiryId = message.InquiryId, MessageId = message.Id, OwnerId = message.OwnerId, Name = name.Length > 200 ? name[^200..] : name, Content = stored });
        }
    }

    /// <summary>Never to machines, and once an hour to one address: two answering machines would write to each other for ever.</summary>
    private async Task<bool> MayAcknowledge(ReadMail mail, DateTimeOffset now, CancellationToken cancellation)
    {
        var set = settings.Of<SupportSettings>();
        if (!set.Acknowledge || mail.IsAutomatic || string.Equals(set.ReplyTo, mail.Address, StringComparison.OrdinalIgnoreCase)) return false;
        var (since, address) = (now - OneAcknowledgement, mail.Address);
        return !await db.Messages.AnyAsync(m => m.Kind == MessageKinds.Automatic && m.Address == address && m.At >= since, cancellation);
    }

    private string Acknowledgement(Inquiry inquiry)
    {
        var number = InquiryNumber.Of(inquiry.Id);
        return tenant.Language.TwoLetterISOLanguageName == "ja"
            ? $"お問い合わせありがとうございます。\n次のとおり受け付けました。担当者からの返信をお待ちください。\n\n受付番号: {number}\n件名: {inquiry.Subject}\n\n{tenant.Name}"
            : $"Thank you for your message.\nWe have received it and will answer as soon as we can.\n\nNumber: {number}\nSubject: {inquiry.Subject}\n\n{tenant.Name}";
    }

    private static string Re(string subject) => subject.StartsWith("re:", StringComparison.OrdinalIgnoreCase) ? subject : "Re: " + subject;

    private static Problem NoSender => Problems.Invalid("support.no-sender", "from", ("差出人を読み取れません。", "Who wrote cannot be read."), ("from にメールアドレスを入れてください。", "Put a mail address into from."));
}
