using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Support.Desk;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Support;

/// <summary>Support switched off and on for a tenant, and what the desk shows to the members of a team.</summary>
public sealed class SwitchTests
{
    [Fact]
    public async Task Support_switched_off_leaves_no_trace_in_menu_pages_api_or_timeline_and_comes_back_whole()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule()]);
        var tenant = await host.NewTenant();
        const string subject = "梱包機が止まってラインが動かない";
        var company = (await tenant.Admin.Post("records/customers.company", new { name = "株式会社青葉製作所" })).Is(201).Id;
        var person = (await tenant.Admin.Post("records/customers.person", new { lastName = "高橋", firstName = "美咲", companyId = company })).Is(201).Id;
        var stage = (await tenant.Admin.Get("records/deals.stage?sort=position")).Is(200)["items"][0].GetProperty("id").GetString();
        var deal = (await tenant.Admin.Post("records/deals.deal", new { name = "什器の入れ替え", companyId = company, stageId = stage })).Is(201).Id;
        var inquiry = await tenant.Ask(new OpenInquiry(subject) { CompanyId = company, PersonId = person, Complaint = true, Content = "至急お願いします。" });
        await tenant.Ask(new Reply(inquiry, "本日中に伺います。"));
        await tenant.Ask(new LinkInquiries(inquiry, await tenant.Ask(new OpenInquiry("前にも止まった") { CompanyId = company }), "follows"));
        var browser = await tenant.BrowserWith("administrator");
        var tenants = host.Services.GetRequiredService<Tenants>();
        string[] ours = ["/x/support/desk", "/x/support/figures", $"/r/support.inquiry/{inquiry}?tab=support.thread", "/r/support.article"];
        string[] others = ["/", $"/r/customers.company/{company}", $"/r/customers.company/{company}?tab=timeline", $"/r/customers.person/{person}", $"/r/deals.deal/{deal}", "/r/customers.company", "/x/deals/board", $"/search?q={subject[..3]}"];
        var before = await Seen();

        await tenants.Switch(tenant.Info.Id, "support", on: false, CancellationToken.None);
        var off = await Seen();
        var beside = await browser.Send(HttpMethod.Post, $"/r/{DealsContract.Deal}/hints", [("companyId", company.ToString())]);
        var form = await tenant.Admin.Without().Get($"/public/{tenant.Info.Key}/support/faq");
        var document = (await tenant.Admin.Get("/openapi/v1.json")).Is(200).Text;
        var (records, command, types) = (await tenant.Admin.Get("records/support.inquiry"), await tenant.Admin.Post("commands/support.close", new { id = inquiry }), (await tenant.Admin.Get("record-types")).Is(200));

        // Life goes on while it is off.
        (await tenant.Admin.Post("records/customers.purchase", new { companyId = company, personId = person, boughtOn = "2026-11-20", productName = "梱包機", amount = "50000" })).Is(201);
        await tenants.Switch(tenant.Info.Id, "support", on: true, CancellationToken.None);
        var after = await Seen();

        Assert.All(before.Concat(after), page => Assert.True(page.Value.Status == 200, $"{page.Key}: {page.Value.Status}"));
        Assert.Contains("/x/support/desk", before["/"].Text, StringComparison.Ordinal);
        foreach (var page in (string[])[$"/r/customers.company/{company}", $"/r/customers.company/{company}?tab=timeline", $"/r/customers.person/{person}"]) Assert.Contains(subject, before[page].Text, StringComparison.Ordinal);
        foreach (var (path, page) in off)
        {
            Assert.True(page.Status == (ours.Contains(path) ? 404 : 200), $"{path}: {page.Status}");
            foreach (var trace in (string[])["/x/support/", "/r/support.", subject, "data-open-complaint"]) Assert.DoesNotContain(trace, Without(page.Text, path), StringComparison.Ordinal);
        }

        Assert.Equal((200, 404), (beside.Status, form.Status));
        Assert.DoesNotContain(subject, beside.Text, StringComparison.Ordinal);
        Assert.Equal((404, 404), (records.Status, command.Status));
        Assert.DoesNotContain("\"support.", types.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/support.", document, StringComparison.Ordinal);
        var thread = after[$"/r/support.inquiry/{inquiry}?tab=support.thread"].Text;
        foreach (var kept in (string[])[subject, "至急お願いします。", "本日中に伺います。", "前にも止まった"]) Assert.Contains(kept, thread, StringComparison.Ordinal);
        Assert.Contains(subject, after[$"/r/customers.company/{company}?tab=timeline"].Text, StringComparison.Ordinal);

        async Task<Dictionary<string, ApiAnswer>> Seen()
        {
            var seen = new Dictionary<string, ApiAnswer>();
            foreach (var page in ours.Concat(others)) seen[page] = await browser.Send(HttpMethod.Get, page);
            return seen;
        }

        // A page may name its own address, also when that is not there.
        static string Without(string text, string path) => text.Replace(path, "", StringComparison.Ordinal).Replace(path.Replace("&", "&amp;", StringComparison.Ordinal), "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_of_a_team_find_what_lies_in_its_queues_on_a_pile_of_their_own()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule()]);
        var tenant = await host.NewTenant();
        await tenant.Ask(new SaveTeam(null, "修理チーム", [tenant.Admin.User]));
        Assert.Equal(422, (await tenant.Admin.Post("records/support.queue", new { name = "窓口二", team = "ない課" })).Status);
        var repairs = (await tenant.Admin.Post("records/support.queue", new { name = "修理", team = "修理チーム" })).Is(201).Id;
        var outsider = await tenant.UserWith("support");
        await tenant.Ask(new OpenInquiry("梱包機の修理") { QueueId = repairs, OwnerId = outsider.User });
        await tenant.Ask(new OpenInquiry("請求書の宛名"));

        var (mine, theirs) = (await Desk(tenant.Admin.User), await Desk(outsider.User));

        Assert.True(mine.HasTeam);
        Assert.Equal(1, mine.Counts[Piles.Team]);
        Assert.Equal("梱包機の修理", Assert.Single(mine.Rows).Subject);
        Assert.Equal((false, 0), (theirs.HasTeam, theirs.Counts[Piles.Team]));
        Assert.Empty(theirs.Rows);

        async Task<DeskView> Desk(Guid user)
        {
            var info = (await host.Services.GetRequiredService<Tenants>().Find(tenant.Info.Id, CancellationToken.None))!;
            var actor = new Actor(user, "山田 太郎", Crm.Sdk.Users.ChangeSource.Screen, Actor.System(Crm.Sdk.Users.ChangeSource.Screen).Rights);
            await using var scope = await host.Services.GetRequiredService<Crm.Platform.Pipeline.WorkScopes>().Open(info, actor, CancellationToken.None);
            var desk = await scope.Get<MediatR.IMediator>().Send(new GetDesk(Piles.Team, null));
            Assert.False(desk.Failed);
            return desk.Value;
        }
    }
}
