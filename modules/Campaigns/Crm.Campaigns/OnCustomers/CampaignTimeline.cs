// What was sent to a customer and what they did with it, on their timeline and in what is disclosed to them.
using System.Globalization;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.OnCustomers;

/// <summary>Mails sent, opened, followed, and opting out.</summary>
internal sealed class CampaignTimeline(CampaignsDb db, IUser user) : INotificationHandler<CollectTimeline>
{
    private static readonly Label Sent = ("配信", "Campaign");
    private static readonly Label Opened = ("メール開封", "Mail opened");
    private static readonly Label Clicked = ("リンククリック", "Link followed");
    private static readonly Label Stopped = ("配信停止", "Opted out");

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType is not (CustomersContract.Person or CustomersContract.Company) || user.Reach(CampaignsContract.Campaign, RecordAction.Read) != Reach.All) return;
        var (id, before) = (notification.Id, notification.Before);
        var mails = db.Recipients.AsNoTracking().Where(r => r.CustomerId == id && r.State == RecipientStates.Sent);
        if (before is not null) mails = mails.Where(r => r.SentAt < before);
        var rows = await mails.OrderByDescending(r => r.SentAt).Take(notification.Limit).ToListAsync(cancellationToken);
        var titles = await Titles(rows, cancellationToken);
        foreach (var mail in rows)
        {
            var title = titles.GetValueOrDefault(mail.CampaignId ?? mail.StepId ?? Guid.Empty) ?? "–";
            Add("campaign", Sent, mail.SentAt, "speakerphone");
            Add("mail-opened", Opened, mail.OpenedAt, "mail-opened");
            Add("link-followed", Clicked, mail.ClickedAt, "click");
            Add("opted-out", Stopped, mail.UnsubscribedAt, "mail-off");

            void Add(string kind, Label label, DateTimeOffset? at, string icon)
            {
                if (at is { } moment && (before is null || moment < before)) notification.Add(new TimelineEntry(moment, kind, label, title) { RecordType = mail.CampaignId is null ? null : CampaignsContract.Campaign, RecordId = mail.CampaignId, Icon = icon });
            }
        }
    }

    private async Task<Dictionary<Guid, string>> Titles(List<Recipient> rows, CancellationToken cancellation)
    {
        var (campaigns, steps) = (rows.Select(r => r.CampaignId).OfType<Guid>().Distinct().ToList(), rows.Select(r => r.StepId).OfType<Guid>().Distinct().ToList());
        var titles = await db.Campaigns.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId && campaigns.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, cancellation);
        var flows = await db.FlowSteps.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && steps.Contains(s.Id))
            .Join(db.Flows.IgnoreQueryFilters().Where(f => f.TenantId == db.TenantId), s => s.FlowId, f => (Guid?)f.Id, (s, f) => new { s.Id, f.Name }).ToListAsync(cancellation);
        foreach (var flow in flows) titles[flow.Id] = flow.Name;
        return titles;
    }
}

/// <summary>What we sent to a person belongs to what is kept about them; when they are forgotten, address and trace go, the fact of sending stays.</summary>
internal sealed class CampaignsOfPerson(CampaignsDb db) : INotificationHandler<CollectPersonalData>, INotificationHandler<ErasePersonalData>
{
    public async Task Handle(CollectPersonalData notification, CancellationToken cancellationToken)
    {
        var rows = await db.Recipients.AsNoTracking().Where(r => r.CustomerId == notification.Id).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        if (rows.Count == 0) return;
        notification.Add(new PersonalDataPart(("配信の記録", "Mails sent"), [.. rows.Select(r => (IReadOnlyDictionary<string, string>)new Dictionary<string, string>
        {
            [Texts.L("アドレス", "Address")] = r.Address ?? "", [Texts.L("状態", "State")] = RecipientStates.All.FirstOrDefault(s => s.Key == r.State)?.Label.ToString() ?? r.State,
            [Texts.L("送信", "Sent")] = Moment(r.SentAt), [Texts.L("開封", "Opened")] = Moment(r.OpenedAt), [Texts.L("クリック", "Followed a link")] = Moment(r.ClickedAt), [Texts.L("配信停止", "Opted out")] = Moment(r.UnsubscribedAt),
        })]));
    }

    public async Task Handle(ErasePersonalData notification, CancellationToken cancellationToken)
    {
        if (!notification.Erase) return;
        var id = notification.Id;

        // The suppressed address stays: it is what keeps us from writing to them again.
        await db.Recipients.Where(r => r.CustomerId == id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Address, (string?)null).SetProperty(r => r.AddressKey, (string?)null).SetProperty(r => r.Answer, (string?)null).SetProperty(r => r.OpenedAt, (DateTimeOffset?)null).SetProperty(r => r.ClickedAt, (DateTimeOffset?)null), cancellationToken);
        await db.Clicks.Where(c => db.Recipients.Any(r => r.CustomerId == id && r.Id == c.RecipientId)).ExecuteDeleteAsync(cancellationToken);
        await db.Enrolments.Where(e => e.CustomerId == id).ExecuteDeleteAsync(cancellationToken);
        await db.FlowEntries.Where(e => e.CustomerId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Responses.Where(r => r.PersonId == id || r.CompanyId == id).ExecuteDeleteAsync(cancellationToken);
    }

    private static string Moment(DateTimeOffset? at) => at?.ToString("u", CultureInfo.InvariantCulture) ?? "";
}
