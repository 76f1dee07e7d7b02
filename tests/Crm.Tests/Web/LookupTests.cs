using System.Text.Json;
using AngleSharp.Html.Parser;
using Crm.Campaigns;
using Crm.Customers;
using Crm.Deals;
using Crm.Sdk.Records;
using Crm.Support;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Web;

/// <summary>What pickers offer while somebody types, and before.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task A_list_that_people_set_up_is_found_by_the_names_in_it_and_comes_in_its_own_order()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new SupportModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant();
        var browser = await tenant.BrowserWith("sales");
        await tenant.Save("campaigns.template", ("name", "秋の新商品"), ("subject", "新商品のご案内"), ("body", "本文"));

        Assert.Equal(["アプローチ", "ヒアリング", "提案", "見積", "クロージング"], (await Options(browser, "deals.stage")).Select(o => o.Text));
        Assert.All(await Options(browser, "deals.stage"), o => Assert.Null(o.Note));
        Assert.Equal("アプローチ", Assert.Single(await Options(browser, "deals.stage", "アプ")).Text);
        Assert.Equal("標準", Assert.Single(await Options(browser, "deals.pipeline", "標準")).Text);
        Assert.Equal("価格が合わない", Assert.Single(await Options(browser, "deals.loss-reason", "価格")).Text);
        Assert.Equal("商事", Assert.Single(await Options(browser, "deals.issuer", "商事")).Text);
        foreach (var type in (string[])["support.channel", "support.type", "support.queue"])
        {
            var first = (await Options(browser, type))[0].Text;
            Assert.Contains(first, (await Options(browser, type, first)).Select(o => o.Text));
        }

        var marketing = await tenant.BrowserWith("marketing");
        Assert.Equal("秋の新商品", Assert.Single(await Options(marketing, "campaigns.template", "新商品")).Text);
    }

    [Fact]
    public async Task With_two_pipelines_each_stage_says_whose_it_is_and_a_new_deal_begins_in_the_first_of_the_first()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        var tenders = await tenant.Save("deals.pipeline", ("name", "入札"), ("position", 20m));
        await tenant.Save("deals.stage", ("name", "公告"), ("pipelineId", tenders), ("position", 5m), ("probability", 10m));
        await tenant.Save("deals.stage", ("name", "提案"), ("pipelineId", tenders), ("position", 15m), ("probability", 30m));
        var browser = await tenant.BrowserWith("sales");

        var stages = await Options(browser, "deals.stage");
        var form = await new HtmlParser().ParseDocumentAsync((await browser.Send(HttpMethod.Get, "/r/deals.deal/new")).Text);

        Assert.Equal(["アプローチ", "ヒアリング", "提案", "見積", "クロージング", "公告", "提案"], stages.Select(o => o.Text));
        Assert.Equal([.. Enumerable.Repeat("標準", 5), "入札", "入札"], stages.Select(o => o.Note));
        Assert.Equal(["標準", "入札"], (await Options(browser, "deals.stage", "提案")).Select(o => o.Note));
        Assert.Equal("アプローチ", form.QuerySelector("select[name=stageId] option[selected]")?.TextContent);
    }

    [Fact]
    public async Task What_begins_with_the_name_typed_comes_before_what_was_once_called_so()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule()]);
        var tenant = await host.NewTenant();
        var fish = await tenant.Save("customers.company", ("name", "有限会社越後電機"));
        (await tenant.Admin.Post("commands/customers.rename-company", new { companyId = fish, name = "株式会社三栄水産" })).Is(204);
        await tenant.Save("customers.company", ("name", "北越後運輸株式会社"));
        await tenant.Save("customers.company", ("name", "株式会社越後物産"));
        await tenant.Save("customers.company", ("name", "越後"));

        var found = await Options(await tenant.BrowserWith("sales"), "customers.company", "越後");

        Assert.Equal(["越後", "株式会社越後物産", "北越後運輸株式会社", "株式会社三栄水産"], found.Select(o => o.Text));
    }

    private static async Task<List<(string Text, string? Note)>> Options(BrowserClient browser, string type, string? typed = null)
    {
        var answer = (await browser.Send(HttpMethod.Get, $"/lookup/records/{type}{(typed is null ? "" : "?q=" + Uri.EscapeDataString(typed))}")).Is(200);
        return [.. answer.Json.EnumerateArray().Select(o => (o.GetProperty("text").GetString()!, o.GetProperty("note").ValueKind == JsonValueKind.Null ? null : o.GetProperty("note").GetString()))];
    }
}
