using System.Net.Mail;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Users;
using Crm.Support.Clock;
using Crm.Support.Contracts;
using Crm.Support.Mailing;
using MediatR;

namespace Crm.Support.Inquiries;

/// <summary>Answers an inquiry and notes things on it.</summary>
internal sealed class ReplyHandler(SupportDb db, Intake intake, SupportClock desk, Outbox outbox, IFiles files, TimeProvider clock, IUser user)
    : IRequestHandler<Reply, Result<Guid>>, IRequestHandler<AddNote, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(Reply reply, CancellationToken cancellationToken)
    {
        var loaded = await intake.Load(reply.Id, cancellationToken);
        if (loaded.Failed) return loaded.Problems[0];
        if (string.IsNullOrWhiteSpace(reply.Text)) return InquiryProblems.NothingWritten;
        var copies = reply.ByMail ? Copies.Of(reply.Cc) : null;
        if (copies is { Failed: true }) return copies.Problems[0];

        var (inquiry, now) = (loaded.Value, clock.GetUtcNow());
        if (inquiry.Status == SupportContract.Status.Waiting) inquiry.Resume(now, user.Id, await desk.TargetOf(inquiry, cancellationToken), desk.Hours);
        var answered = inquiry.Answer(now, user.Id, desk.Hours);
        if (answered.Failed) return answered.Problems[0];

        var message = Written(inquiry, MessageKinds.Reply, reply.Text, now);
        message.Cc = copies?.Value is { Length: > 0 } copied ? copied : null;
        db.Messages.Add(message);
        if (reply.File is { } file && await Attach(message, file, cancellationToken) is { } noFile) return noFile;
        if (reply.ByMail) await outbox.Reply(inquiry, message, reply.File, cancellationToken);
        var then = reply.Then switch
        {
            "wait" => inquiry.Pause(now, user.Id),
            "close" => inquiry.Close(now, user.Id, desk.Hours),
            _ => Result.Done,
        };
        if (then.Failed) return then.Problems[0];
        var saved = await db.Keep(inquiry, cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : message.Id;
    }

    public async Task<Result<Guid>> Handle(AddNote note, CancellationToken cancellationToken)
    {
        var inquiry = await db.Load<Inquiry>(note.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (inquiry.Failed) return inquiry.Problems[0];
        if (string.IsNullOrWhiteSpace(note.Text)) return InquiryProblems.NothingWritten;
        var message = Written(inquiry.Value, MessageKinds.Note, note.Text, clock.GetUtcNow());
        db.Messages.Add(message);
        if (note.File is { } file && await Attach(message, file, cancellationToken) is { } noFile) return noFile;
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : message.Id;
    }

    /// <summary>A message belongs to whom its inquiry belongs to, so that the same people may read both.</summary>
    private Message Written(Inquiry inquiry, string kind, string text, DateTimeOffset now) =>
        new() { InquiryId = inquiry.Id, OwnerId = inquiry.OwnerId, Kind = kind, At = now, FromName = user.Name, Text = text.Trim() };

    /// <summary>The file, which must be one they may give away; else the problem.</summary>
    private async Task<Problem?> Attach(Message message, Guid file, CancellationToken cancellation)
    {
        if (!await files.MayAttach(file, cancellation) || await files.Open(file, cancellation) is not { } stored) return InquiryProblems.NoSuchFile;
        await stored.Content.DisposeAsync();
        db.Attachments.Add(new Attachment { InquiryId = message.InquiryId, MessageId = message.Id, OwnerId = message.OwnerId, Name = stored.Name.Length > 200 ? stored.Name[^200..] : stored.Name, Content = file });
        return null;
    }
}

/// <summary>Who gets a copy of a reply.</summary>
internal static class Copies
{
    private const int Most = 10;

    /// <summary>The addresses with commas between, each once; empty for nobody.</summary>
    public static Result<string> Of(string? typed)
    {
        var addresses = (typed ?? "").Split([',', '、', '，', ';', ' ', '　', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (addresses.Find(a => !IsAddress(a)) is { } wrong) return Bad(($"「{wrong}」はメールアドレスではありません。", $"“{wrong}” is no mail address."));
        return addresses.Count > Most ? Bad(($"CCは{Most}件までです。", $"At most {Most} get a copy.")) : string.Join(',', addresses);
    }

    private static bool IsAddress(string text) => text.Length <= 90 && !text.Any(char.IsControl) && text.Count(c => c == '@') == 1 && MailAddress.TryCreate(text, out var read) && read.Address == text;

    private static Problem Bad(Label message) => Problems.Invalid("support.bad-copy", "cc", message, ("メールアドレスをカンマで区切って入力してください。", "Write addresses with commas between."));
}
