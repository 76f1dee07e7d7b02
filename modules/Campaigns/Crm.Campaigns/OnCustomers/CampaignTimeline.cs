// What was sent to a customer and what they did with it, on their timeline and in what is disclosed to them.
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
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
internal sealed class CampaignsOfPerson(CampaignsDb db, ITenant tenant) : INotificationHandler<CollectPersonalData>, INotificationHandler<ErasePersonalData>
{
    public async Task Handle(CollectPersonalData notification, CancellationToken cancellationToken)
    {
        var id = notification.Id;
        var mails = await db.Recipients.AsNoTracking().Where(r => r.CustomerId == id).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        var keys = mails.Select(m => m.AddressKey).OfType<string>().Distinct().ToList();
        var sources = mails.Select(m => m.CampaignId ?? m.StepId).OfType<Guid>().Distinct().ToList();
        var links = (await db.Links.AsNoTracking().Where(l => sources.Contains(l.CampaignId)).ToListAsync(cancellationToken)).ToDictionary(l => (l.CampaignId, l.Number), l => l.Url);
        var sent = mails.ToDictionary(m => m.Id, m => m.CampaignId ?? m.StepId ?? Guid.Empty);
        var clicks = await db.Clicks.AsNoTracking().Where(c => db.Recipients.Any(r => r.CustomerId == id && r.Id == c.RecipientId)).OrderBy(c => c.At).ThenBy(c => c.Id).ToListAsync(cancellationToken);
        var ways = await db.Enrolments.AsNoTracking().Where(e => e.CustomerId == id).OrderBy(e => e.EnteredAt).ToListAsync(cancellationToken);
        var entries = await db.FlowEntries.AsNoTracking().Where(e => e.CustomerId == id).OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        var flowIds = ways.Select(e => e.FlowId).Concat(entries.Select(e => e.FlowId)).Distinct().ToList();
        var flows = await db.Flows.IgnoreQueryFilters().Where(f => f.TenantId == db.TenantId && flowIds.Contains(f.Id)).ToDictionaryAsync(f => f.Id, f => f.Name, cancellationToken);
        var shut = await db.Suppressions.AsNoTracking().Where(s => keys.Contains(s.AddressKey)).OrderBy(s => s.At).ToListAsync(cancellationToken);

        Tell(("配信の記録", "Mails sent"), mails.Select(r => Entry(
            (Texts.L("アドレス", "Address"), r.Address ?? ""), (Texts.L("状態", "State"), RecipientStates.All.FirstOrDefault(s => s.Key == r.State)?.Label.ToString() ?? r.State),
            (Texts.L("送信", "Sent"), Moment(r.SentAt)), (Texts.L("開封", "Opened"), Moment(r.OpenedAt)), (Texts.L("クリック", "Followed a link"), Moment(r.ClickedAt)), (Texts.L("配信停止", "Opted out"), Moment(r.UnsubscribedAt)))));
        Tell(("開いたリンク", "Links followed"), clicks.Select(c => Entry((Texts.L("日時", "When"), Moment(c.At)), (Texts.L("リンク", "Link"), links.GetValueOrDefault((sent[c.RecipientId], c.Number)) ?? ""))));
        Tell(("ナーチャリングの参加", "Nurturing flows"), ways.Select(e => Entry(
            (Texts.L("フロー", "Flow"), flows.GetValueOrDefault(e.FlowId) ?? ""), (Texts.L("開始", "Entered"), Moment(e.EnteredAt)), (Texts.L("終了", "Ended"), Moment(e.EndedAt)))));
        Tell(("ナーチャリングの記録", "What happened in flows"), entries.Select(e => Entry(
            (Texts.L("日時", "When"), Moment(e.At)), (Texts.L("フロー", "Flow"), flows.GetValueOrDefault(e.FlowId) ?? ""), (Texts.L("内容", "What"), FlowEntries.Text(e.Kind).ToString()))));
        Tell(("配信を止めているアドレス", "Addresses nothing is sent to"), shut.Select(s => Entry(
            (Texts.L("アドレス", "Address"), s.AddressKey), (Texts.L("理由", "Reason"), Reasons.Text(s.Reason, null).ToString()), (Texts.L("日時", "When"), Moment(s.At)))));

        void Tell(Label title, IEnumerable<IReadOnlyDictionary<string, string>> rows)
        {
            if (rows.ToList() is { Count: > 0 } told) notification.Add(new PersonalDataPart(title, told));
        }
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

    private static Dictionary<string, string> Entry(params (string Field, string Value)[] values) => values.ToDictionary(v => v.Field, v => v.Value, StringComparer.Ordinal);

    private string Moment(DateTimeOffset? at) => at is { } moment ? ValueText.Moment(moment, tenant) : "";
}
