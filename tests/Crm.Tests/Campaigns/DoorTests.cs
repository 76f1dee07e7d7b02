using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Crm.Campaigns;
using Crm.Campaigns.Contracts;
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StorageOptions = Crm.Platform.Storage.StorageOptions;

namespace Crm.Tests.Campaigns;

/// <summary>What mail programs, readers and marketing people reach over the wire.</summary>
public sealed class DoorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_plain_post_opts_out_a_link_leads_on_and_off_means_none_of_it_is_there()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant("みなと商事");
        var (campaign, hanako, mail) = await Sent(host, tenant);
        var stranger = tenant.Admin.Without();

        // RFC 8058: an HTTPS POST to the address of the header, with these words as its body, and nothing else.
        var optOut = Path(mail.Header("List-Unsubscribe").Trim('<', '>'));
        Assert.Equal(200, (await stranger.Get(optOut)).Status);
        Assert.True((await tenant.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);
        Assert.Equal(204, (await stranger.Post(optOut, new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]))).Status);
        Assert.False((await tenant.Ask(new MayContact([hanako], "newsletter", "email")))[hanako].Allowed);

        // The page works as a form too, and says so when the link is none.
        var page = (await new HtmlParser().ParseDocumentAsync((await stranger.Get(optOut)).Text)).QuerySelectorAll("form");
        Assert.Equal(2, page.Length);
        Assert.Contains("このリンクは無効です", (await stranger.Get($"/public/{tenant.Info.Key}/campaigns/unsubscribe?key=x", ("Accept-Language", "ja"))).Text, StringComparison.Ordinal);

        var click = Path(Regex.Match(mail.Html, "https://crm\\.minato\\.example[^\"]*/click\\?key=[^\"]*", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        var led = await stranger.Get(click);
        Assert.Equal((302, "https://www.minato.example/new"), (led.Status, led.Headers.Location!.ToString()));
        Assert.Equal(404, (await stranger.Get(click[..^3] + "AAA")).Status);
        Assert.Equal("image/gif", (await stranger.Get(click.Replace("/click?", "/open?", StringComparison.Ordinal))).ContentType);
        Assert.Equal(403, (await stranger.Post($"/public/{tenant.Info.Key}/campaigns/bounce?key=falsch", new { kind = "bounce", email = "hanako@example.jp" })).Status);

        var browser = await tenant.BrowserWith("administrator");
        string[] pages =
        [
            "/r/campaigns.campaign", $"/r/campaigns.campaign/{campaign}?tab=campaigns.audience&state=sent", $"/r/campaigns.campaign/{campaign}?tab=campaigns.result", $"/x/campaigns/preview?id={campaign}",
            "/x/campaigns/returns", $"/x/campaigns/journey?campaign={campaign}", "/x/campaigns/shut-addresses", "/r/campaigns.template", "/r/campaigns.flow",
        ];
        foreach (var address in pages) Assert.Equal((address, 200), (address, (await browser.Send(HttpMethod.Get, address)).Status));

        var warning = (await browser.Send(HttpMethod.Get, "/settings/modules")).Text;
        await host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, "campaigns", on: false, CancellationToken.None);
        foreach (var address in pages) Assert.Equal((address, 404), (address, (await browser.Send(HttpMethod.Get, address)).Status));

        // A module that is off answers nobody: whoever switches it off is told that opt-out links rest, and docs/campaigns.md says so.
        Assert.Equal(404, (await stranger.Get(optOut)).Status);
        Assert.Contains("「キャンペーン」を無効にしますか？全員のメニュー・画面・項目から消え、ジョブも止まります。データは残り、有効にすると元に戻ります。社外の人に渡したリンク（メールの配信停止など）", warning, StringComparison.Ordinal);
        await host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, "campaigns", on: true, CancellationToken.None);
        Assert.Equal(200, (await stranger.Get(optOut)).Status);
        Assert.Equal("done", (await tenant.Ask(new GetRecord(CampaignsContract.Campaign, campaign)))["status"]);
    }

    [Fact]
    public async Task Campaigns_switched_off_leave_no_trace_in_menu_page_api_or_timeline_and_come_back_whole_with_what_they_missed()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new Crm.Deals.DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant("みなと商事");
        var (campaign, hanako, _) = await Sent(host, tenant);
        var browser = await tenant.BrowserWith("administrator");
        var tenants = host.Services.GetRequiredService<Tenants>();
        string[] pages = ["/", $"/r/customers.person/{hanako}", $"/r/customers.person/{hanako}?tab=timeline", $"/r/campaigns.campaign/{campaign}", "/r/campaigns.flow", "/x/campaigns/returns", "/x/campaigns/shut-addresses"];
        var before = await Seen();

        await tenants.Switch(tenant.Info.Id, "campaigns", on: false, CancellationToken.None);
        var off = await Seen();
        var document = (await tenant.Admin.Get("/openapi/v1.json")).Is(200).Text;
        var (records, command, types) = (await tenant.Admin.Get("records/campaigns.campaign"), await tenant.Admin.Post("commands/campaigns.prepare", new { id = campaign }), (await tenant.Admin.Get("record-types")).Is(200));
        (await tenant.Admin.Post("records/customers.purchase", new { personId = hanako, boughtOn = "2026-11-22", productName = "緑茶", amount = "1000" })).Is(201);
        await tenants.Switch(tenant.Info.Id, "campaigns", on: true, CancellationToken.None);

        Assert.All(before.Values, page => Assert.Equal(200, page.Status));
        Assert.Contains("/r/campaigns.campaign", before["/"].Text, StringComparison.Ordinal);
        Assert.Contains($"/r/campaigns.campaign/{campaign}", before[pages[2]].Text, StringComparison.Ordinal);
        foreach (var (path, page) in off)
        {
            Assert.Equal((path, path.Contains("campaigns", StringComparison.Ordinal) ? 404 : 200), (path, page.Status));
            var left = page.Text.Replace(path, "", StringComparison.Ordinal);
            Assert.DoesNotContain("/x/campaigns/", left, StringComparison.Ordinal);
            Assert.DoesNotContain("/r/campaigns.", left, StringComparison.Ordinal);
        }

        Assert.Equal((404, 404), (records.Status, command.Status));
        Assert.DoesNotContain("\"campaigns.", types.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/campaigns.", document, StringComparison.Ordinal);
        var again = await Seen();
        Assert.All(again.Values, page => Assert.Equal(200, page.Status));
        Assert.Contains($"/r/campaigns.campaign/{campaign}", again[pages[2]].Text, StringComparison.Ordinal);

        // What was bought meanwhile is a response now.
        using var late = new CancellationTokenSource(Patience);
        while (!(await browser.Send(HttpMethod.Get, $"/r/campaigns.campaign/{campaign}?tab=campaigns.result")).Text.Contains("購入", StringComparison.Ordinal)) await Task.Delay(200, late.Token);

        async Task<Dictionary<string, ApiAnswer>> Seen()
        {
            var seen = new Dictionary<string, ApiAnswer>();
            foreach (var page in pages) seen[page] = await browser.Send(HttpMethod.Get, page);
            return seen;
        }
    }

    private static async Task<(Guid Campaign, Guid Hanako, ArrivedMail Mail)> Sent(ApiHost host, ApiTenant tenant)
    {
        (await tenant.Admin.Patch("settings/campaigns", new { senderName = "株式会社みなと商事", senderAddress = "横浜市中区", senderContact = "045-555-0110", siteUrl = "https://crm.minato.example" })).Is(200);
        var purpose = (await tenant.Ask(new ListRecords(CustomersContract.Purpose) { Filter = Filter.Eq("code", "newsletter"), Fields = [] })).Rows[0].Id;
        var hanako = (await tenant.Admin.Post("records/customers.person", new { lastName = "佐藤", firstName = "花子", email = "hanako@example.jp" })).Is(201).Id;
        (await tenant.Admin.Post("records/customers.consent", new { personId = hanako, purposeId = purpose, channel = "email", basis = "consent", at = "2026-01-05T00:00:00Z", how = "Webフォーム" })).Is(201);
        var segment = (await tenant.Admin.Post("records/customers.segment", new { name = "全員", customerType = "customers.person" })).Is(201).Id;
        var template = (await tenant.Admin.Post("records/campaigns.template", new { name = "案内", subject = "ご案内", body = "[くわしく](https://www.minato.example/new)" })).Is(201).Id;
        var campaign = (await tenant.Admin.Post("records/campaigns.campaign", new { name = "春", channel = "email", purposeId = purpose, segmentId = segment, templateId = template })).Is(201).Id;
        (await tenant.Admin.Post("commands/campaigns.prepare", new { id = campaign })).Is(204);
        await Until("prepared");
        (await tenant.Admin.Post("commands/campaigns.approve", new { id = campaign })).Is(204);
        await Until("done");
        var file = Directory.GetFiles(System.IO.Path.Combine(host.Services.GetRequiredService<IOptions<StorageOptions>>().Value.DataFolder!, "mail"), "*.eml").Single();
        return (campaign, hanako, new ArrivedMail("hanako@example.jp", await File.ReadAllTextAsync(file)));

        async Task Until(string status)
        {
            using var late = new CancellationTokenSource(Patience);
            while (!status.Equals((await tenant.Ask(new GetRecord(CampaignsContract.Campaign, campaign)))["status"])) await Task.Delay(100, late.Token);
        }
    }

    private static string Path(string link) => new Uri(WebUtility.HtmlDecode(link)).PathAndQuery;
}
