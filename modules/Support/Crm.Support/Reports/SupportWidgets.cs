// What Support adds to dashboard, bell and timelines.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using Crm.Support.Contracts;
using Crm.Support.FollowUps;
using Crm.Support.Inquiries;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Reports;

/// <summary>What lies on the desk, within the inquiries whoever looks may read.</summary>
internal sealed class SupportWidgets(Readable readable, IUser user, TimeProvider clock) : INotificationHandler<CollectWidgets>
{
    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        if (user.Reach(SupportContract.Inquiry, RecordAction.Read) == Reach.None) return;
        var now = clock.GetUtcNow();
        var open = await readable.Inquiries.Where(i => i.Status != SupportContract.Status.Closed).GroupBy(_ => 1)
            .Select(all => new { All = all.Count(), Late = all.Count(i => i.NextDue < now), Complaints = all.Count(i => i.Complaint == true) }).SingleOrDefaultAsync(cancellationToken);
        if (open is null) return;
        notification.Add(new Widget("support.open", ("未完了の問い合わせ", "Open inquiries"))
        {
            Value = open.All.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Note = Texts.L($"期限超過 {open.Late:N0}・クレーム {open.Complaints:N0}", $"{open.Late:N0} overdue, {open.Complaints:N0} complaints"),
            Link = Routes.Screen(SupportContract.Module, "desk"), Order = 30,
        });
    }
}

/// <summary>What waits for the user: their inquiries that are overdue and follow-ups that are due.</summary>
internal sealed class SupportNotices(SupportDb db, IUser user, TimeProvider clock, ITenant tenant) : INotificationHandler<CollectNotices>
{
    private const int OneByOne = 3;

    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (user.Id is not { } me) return;
        var (now, today) = (clock.GetUtcNow(), clock.Today(tenant));
        if (user.MayAct(SupportContract.Inquiry, me, RecordAction.Read))
        {
            var late = await db.Inquiries.AsNoTracking().Where(i => i.OwnerId == me && i.NextDue < now).OrderBy(i => i.NextDue).Take(notification.Limit).Select(i => new { i.Id, i.Subject, i.NextDue }).ToListAsync(cancellationToken);
            foreach (var inquiry in late)
            {
                notification.Add(new Notice(Label.Same(inquiry.Subject), Routes.Record(SupportContract.Inquiry, inquiry.Id), inquiry.NextDue!.Value) { Text = Texts.L("期限を過ぎた問い合わせ", "Inquiry overdue"), Icon = "headset", Urgent = true });
            }
        }

        if (!user.MayAct(SupportContract.FollowUp, me, RecordAction.Read)) return;
        var waiting = db.FollowUps.AsNoTracking().Where(f => f.OwnerId == me && f.Status == FollowStatuses.Planned && f.DueOn <= today);
        var due = await waiting.OrderBy(f => f.DueOn).Take(OneByOne + 1).Select(f => new { f.Id, f.Title, f.DueOn }).ToListAsync(cancellationToken);
        if (due.Count > OneByOne)
        {
            // A day's work is one line: what is late beside it is not to drown in it.
            var (all, late) = (await waiting.CountAsync(cancellationToken), await waiting.CountAsync(f => f.DueOn < today, cancellationToken));
            notification.Add(new Notice(($"アフターフォロー {all:N0}件", $"{all:N0} follow-ups"), $"{Routes.List(SupportContract.FollowUp)}?filter[status]=planned&filter[owner]=@me&sort=dueOn", tenant.StartOf(due[0].DueOn!.Value))
            {
                Text = Texts.L($"予定日が来ています（うち超過 {late:N0}件）", $"are due, {late:N0} of them overdue"), Icon = "heart-handshake", Urgent = late > 0,
            });
            return;
        }

        foreach (var followUp in due)
        {
            notification.Add(new Notice(Label.Same(followUp.Title), Routes.Record(SupportContract.FollowUp, followUp.Id), tenant.StartOf(followUp.DueOn!.Value)) { Text = Texts.L("アフターフォローの予定日です", "A follow-up is due"), Icon = "heart-handshake", Urgent = followUp.DueOn < today });
        }
    }
}

/// <summary>Steps and messages of an inquiry on its own timeline; those of customers come by the description of inquiries and follow-ups.</summary>
internal sealed class InquiryTimeline(SupportDb db, Readable readable, IUser user) : INotificationHandler<CollectTimeline>
{
    private static readonly Label Step = ("状態", "Status");
    private static readonly Label Said = ("やり取り", "Message");

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != SupportContract.Inquiry) return;
        var (id, before) = (notification.Id, notification.Before ?? DateTimeOffset.MaxValue);
        if (!await readable.Inquiries.AnyAsync(i => i.Id == id, cancellationToken)) return;
        foreach (var change in await db.Changes.AsNoTracking().Where(c => c.InquiryId == id && c.At < before).OrderByDescending(c => c.At).Take(notification.Limit).ToListAsync(cancellationToken))
        {
            notification.Add(new TimelineEntry(change.At, "inquiry-step", Step, change.FromStatus is null ? Texts.L("受付", "Received") : $"{Statuses.Name(change.FromStatus)} → {Statuses.Name(change.ToStatus)}") { Icon = "arrow-right" });
        }

        foreach (var message in await db.Messages.AsNoTracking().Where(m => m.InquiryId == id && m.At < before).OrderByDescending(m => m.At).Take(notification.Limit).ToListAsync(cancellationToken))
        {
            if (!user.MayAct(SupportContract.Message, message.OwnerId, RecordAction.Read)) continue;
            var text = Mailing.MailText.Fresh(message.Text ?? "");
            notification.Add(new TimelineEntry(message.At!.Value, "inquiry-message", Said, $"{MessageKinds.All.FirstOrDefault(k => k.Key == message.Kind)?.Label}: {message.FromName}".TrimEnd(' ', ':'))
            {
                Text = text.Length > 300 ? text[..300] + "…" : text, Icon = message.Kind == MessageKinds.Note ? "note" : "message",
            });
        }
    }
}
