using Crm.Sdk;
using Crm.Sdk.Users;
using Crm.Support.Contracts;
using Crm.Support.Inquiries;
using Crm.Support.Mailing;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Desk;

/// <summary>The messages of an inquiry, oldest first, with their files; and where an answer goes.</summary>
internal sealed record GetThread(Guid InquiryId) : IRequest<Result<ThreadView>>;

internal sealed record ThreadView(IReadOnlyList<ThreadEntry> Entries, string? AnswerTo, IReadOnlyList<LinkedInquiry> Linked);

internal sealed record ThreadEntry(Guid Id, string Kind, DateTimeOffset At, string? From, string? Address, string Text, string Quoted, string? Delivery, IReadOnlyList<(Guid Id, string Name)> Files);

internal sealed record LinkedInquiry(Guid Id, string Subject, string Status, Label Kind);

internal sealed class GetThreadHandler(SupportDb db, Recipients recipients, Readable readable, IUser user) : IRequestHandler<GetThread, Result<ThreadView>>
{
    private const int AtMost = 500;

    public async Task<Result<ThreadView>> Handle(GetThread query, CancellationToken cancellationToken)
    {
        var loaded = await db.Load<Inquiry>(query.InquiryId, RecordAction.Read, cancellation: cancellationToken);
        if (loaded.Failed) return loaded.Problems[0];
        var (inquiry, id) = (loaded.Value, query.InquiryId);
        var messages = await db.Messages.AsNoTracking().Where(m => m.InquiryId == id).OrderByDescending(m => m.At).ThenByDescending(m => m.Id).Take(AtMost).ToListAsync(cancellationToken);
        var sees = await readable.Fields(SupportContract.Message, cancellationToken);
        var files = user.Reach(SupportContract.Attachment, RecordAction.Read) == Reach.None ? Enumerable.Empty<(Guid? Message, (Guid Id, string Name) File)>().ToLookup(f => f.Message, f => f.File) : (await db.Attachments.AsNoTracking().Where(a => a.InquiryId == id && a.MessageId != null).Select(a => new { a.Id, a.Name, a.MessageId }).ToListAsync(cancellationToken)).ToLookup(a => a.MessageId, a => (a.Id, a.Name));
        var entries = new List<ThreadEntry>();
        foreach (var message in messages.AsEnumerable().Reverse().Where(m => user.MayAct(SupportContract.Message, m.OwnerId, RecordAction.Read)))
        {
            var text = sees("text") ? message.Text ?? "" : "";
            var (fresh, quoted) = message.Kind == MessageKinds.Customer ? MailText.Split(text) : (text, "");
            entries.Add(new ThreadEntry(message.Id, message.Kind, message.At ?? message.CreatedAt, sees("fromName") ? message.FromName : null, sees("address") ? message.Address : null, fresh, quoted, message.Delivery, [.. files[message.Id]]));
        }

        var answerTo = (await readable.Fields(SupportContract.Inquiry, cancellationToken))("fromEmail") ? await recipients.AddressOf(inquiry, cancellationToken) : null;
        return new ThreadView(entries, answerTo, await Linked(id, cancellationToken));
    }

    private async Task<List<LinkedInquiry>> Linked(Guid id, CancellationToken cancellation)
    {
        var links = await db.Links.AsNoTracking().Where(l => l.InquiryId == id || l.OtherId == id).ToListAsync(cancellation);
        Guid[] others = [.. links.Select(l => l.InquiryId == id ? l.OtherId : l.InquiryId).OfType<Guid>().Distinct()];
        var inquiries = await db.Inquiries.AsNoTracking().Where(i => others.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancellation);
        return
        [
            .. from link in links
               let other = inquiries.GetValueOrDefault((link.InquiryId == id ? link.OtherId : link.InquiryId) ?? Guid.Empty)
               where other is not null && user.MayAct(SupportContract.Inquiry, other.OwnerId, RecordAction.Read)
               select new LinkedInquiry(other.Id, other.Subject, other.Status, LinkKinds.All.First(k => k.Key == link.Kind).Label),
        ];
    }
}
