// Campaigns of a trading company for works supplies, to the customers that its demonstration has.
using System.Text.Json;
using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Planning;
using Crm.Campaigns.Results;
using Crm.Campaigns.Tracking;
using Crm.Campaigns.Writing;
using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Campaigns.Demo;

/// <summary>Reads what is there, lets customers agree, and makes campaigns that went out some time ago.</summary>
internal sealed class TradingCampaigns(CampaignsDb db, ResponseBook book, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int AtOnce = 500;
    private const string Marketing = "宣伝 美咲";
    private const string Broken = "The sample data breaks a rule";

    /// <summary>So that mails of the demonstration can be sent: into the folder for mails, while no mail server is set.</summary>
    public IReadOnlyDictionary<string, object?> Settings(string site) => new Dictionary<string, object?>
    {
        ["senderName"] = tenant.Name, ["senderAddress"] = "東京都千代田区霞が関1-1-1 サンプルビル3階", ["senderContact"] = "03-0000-0000 / info@trading.example", ["siteUrl"] = site,
    };

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        var people = await All(CustomersContract.Person, ["email", "mailMagazine"], cancellation);
        var purposes = await All(CustomersContract.Purpose, ["code"], cancellation);
        if (people.Count == 0 || purposes.FirstOrDefault(p => p.Text("code") == "newsletter") is not { } newsletter) return;
        var agreed = people.Where(p => p.Text("email") is not null && p.Text("mailMagazine") != CustomersContract.Contact.No && random.Next(4) > 0).ToList();
        await Agree(agreed, newsletter.Id, cancellation);
        var segment = (await mediator.Send(new SaveRecord(CustomersContract.Segment, null, new Dictionary<string, object?> { ["name"] = "個人のお客様すべて", ["customerType"] = CustomersContract.Person }), cancellation)).OrThrow(Broken).Id;

        // Those whose work it is: they may edit, approve and start what they find.
        var marketing = (await mediator.Send(new GetColleagues(), cancellation)).OrThrow(Broken).People.FirstOrDefault(p => p.Name == Marketing)?.Id;
        foreach (var one in await db.Templates.ToListAsync(cancellation)) one.OwnerId = marketing;
        var template = await db.Templates.OrderBy(t => t.CreatedAt).FirstAsync(cancellation);
        var made = new[]
        {
            Campaign("秋の安全用品フェア", Channels.Email, newsletter.Id, segment, template.Id, 200_000),
            Campaign("年末カタログ送付（DM）", Channels.Post, newsletter.Id, segment, null, 300_000),
            Campaign("冬の消耗品キャンペーン", Channels.Email, newsletter.Id, segment, template.Id, 150_000),
        };
        (made[2].Subject, made[2].SubjectB, made[2].HoldoutPercent) = ("年末までの特別価格です", "在庫限り、お早めに", 20);
        Campaign[] all = [.. made, Campaign("新商品のご案内（作成中）", Channels.Email, newsletter.Id, segment, template.Id, 100_000)];
        foreach (var campaign in all) campaign.OwnerId = marketing;
        db.AddRange(all);
        Flow(newsletter.Id, segment, template.Id, marketing);
        await Save(cancellation);
        for (var i = 0; i < made.Length; i++) await SendOut(made[i], template, people, agreed.Select(a => a.Id).ToHashSet(), 75 - (30 * i), random, cancellation);
        await Costs(made, random, cancellation);
        await Responses(cancellation);
    }

    private static Campaign Campaign(string name, string channel, Guid purpose, Guid segment, Guid? template, decimal budget) =>
        new() { Name = name, Channel = channel, PurposeId = purpose, SegmentId = segment, TemplateId = template, Budget = budget };

    private async Task Agree(List<Row> agreed, Guid purpose, CancellationToken cancellation)
    {
        var at = clock.GetUtcNow().AddDays(-300);
        foreach (var some in agreed.Chunk(AtOnce))
        {
            var rows = some.SelectMany(p => new[] { CustomersContract.Channels.Email, CustomersContract.Channels.Post }.Select(channel => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?>
            {
                ["personId"] = p.Id, ["purposeId"] = purpose, ["channel"] = channel, ["basis"] = "consent", ["at"] = at, ["how"] = "会員登録フォーム",
            })).ToList();
            (await mediator.Send(new SaveRecords(CustomersContract.Consent, rows) { Atomic = true }, cancellation)).OrThrow(Broken);
        }
    }

    /// <summary>As if it had gone out so many days ago: opened by a third, followed by one in ten.</summary>
    private async Task SendOut(Campaign campaign, MailTemplate template, List<Row> people, HashSet<Guid> agreed, int daysAgo, Random random, CancellationToken cancellation)
    {
        var at = tenant.StartOf(clock.Today(tenant).AddDays(-daysAgo)).AddHours(10);
        var content = new LetterContent(campaign.Subject ?? template.Subject, campaign.SubjectB, template.Preheader, template.Body ?? "");
        var links = Letter.LinksOf(content);
        db.Links.AddRange(links.Select((url, number) => new TrackedLink { TenantId = db.TenantId, CampaignId = campaign.Id, Number = number, Url = url }));
        var (audience, excluded) = (0, 0);
        foreach (var some in people.Chunk(AtOnce))
        {
            foreach (var person in some)
            {
                var reason = !agreed.Contains(person.Id) ? ContactAnswer.NoBasis : Draw.IsHeldOut(campaign.Id, person.Id, campaign.HoldoutPercent) ? CampaignsContract.Exclusions.Holdout : null;
                var opened = reason is null && campaign.Channel == Channels.Email && random.Next(3) == 0;
                var clicked = opened && links.Count > 0 && random.Next(3) == 0;
                var sentAt = at.AddSeconds(random.Next(600));
                var recipient = new Recipient
                {
                    TenantId = db.TenantId, CampaignId = campaign.Id, CustomerId = person.Id, Address = person.Text("email"), AddressKey = person.Text("email"), Variant = Draw.Variant(campaign, person.Id), NextAt = at,
                    State = reason is null ? RecipientStates.Sent : RecipientStates.Excluded, Reason = reason, SentAt = reason is null ? sentAt : null, Answer = reason is null ? "250 2.0.0 Ok: queued" : null,
                    OpenedAt = opened ? sentAt.AddMinutes(random.Next(2, 2_000)) : null, ClickedAt = clicked ? sentAt.AddMinutes(2_100) : null,
                };
                db.Recipients.Add(recipient);
                if (clicked) db.Clicks.AddRange(Enumerable.Range(0, 1 + random.Next(2)).Select(again => new Click { TenantId = db.TenantId, RecipientId = recipient.Id, Number = random.Next(links.Count), At = sentAt.AddMinutes(2_100 + (90 * again)) }));
                if (reason is null) audience++;
                else excluded++;
            }

            await Save(cancellation);
        }

        var sent = await db.Campaigns.SingleAsync(c => c.Id == campaign.Id, cancellation);
        sent.Prepared(audience, excluded, at.AddHours(-2));
        sent.Approve(null, at.AddHours(-1), JsonSerializer.Serialize(content)).OrThrow(Broken);
        sent.Finish(at.AddMinutes(11));
        await Save(cancellation);
    }

    private async Task Costs(Campaign[] made, Random random, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        for (var i = 0; i < made.Length; i++)
        {
            db.Add(new Cost { CampaignId = made[i].Id, OwnerId = made[i].OwnerId, Name = "制作費", Kind = "making", Amount = 40_000 + (random.Next(5) * 10_000), PaidOn = today.AddDays(-(75 - (30 * i))) });
            db.Add(new Cost { CampaignId = made[i].Id, OwnerId = made[i].OwnerId, Name = made[i].Channel == Channels.Post ? "印刷・郵送費" : "配信費", Kind = "delivery", Amount = made[i].Channel == Channels.Post ? 180_000 : 12_000, PaidOn = today.AddDays(-(74 - (30 * i))) });
        }

        await Save(cancellation);
    }

    private void Flow(Guid purpose, Guid segment, Guid template, Guid? owner)
    {
        var flow = new Flow { Name = "新規のお客様へのフォロー", PurposeId = purpose, SegmentId = segment, ExitOnResponse = true, OwnerId = owner };
        db.Add(flow);
        db.AddRange(
            new FlowStep { FlowId = flow.Id, OwnerId = owner, Position = 10, Kind = StepKinds.Mail, TemplateId = template },
            new FlowStep { FlowId = flow.Id, OwnerId = owner, Position = 20, Kind = StepKinds.Wait, Days = 7 },
            new FlowStep { FlowId = flow.Id, OwnerId = owner, Position = 30, Kind = StepKinds.Condition, Condition = StepConditions.Opened },
            new FlowStep { FlowId = flow.Id, OwnerId = owner, Position = 40, Kind = StepKinds.Mail, TemplateId = template });
    }

    private async Task Responses(CancellationToken cancellation)
    {
        foreach (var source in await book.Sources(cancellation))
        {
            var ids = (await All(source.RecordType, [], cancellation)).Select(r => r.Id).ToList();
            await book.Read(source, ids, cancellation);
        }
    }

    private async Task Save(CancellationToken cancellation)
    {
        (await db.SaveAsync(cancellation: cancellation)).OrThrow(Broken);
        db.ChangeTracker.Clear();
    }

    private async Task<List<Row>> All(string type, string[] fields, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(new ListRecords(type) { Fields = fields, Limit = AtOnce, After = after }, cancellation);
            if (page.Failed) return rows;
            rows.AddRange(page.Value.Read());
            next = page.Value.Next;
        }

        return rows;
    }
}
