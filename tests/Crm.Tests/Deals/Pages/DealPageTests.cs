using Crm.Deals.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Identity;

namespace Crm.Tests.Deals.Pages;

/// <summary>Lists, forms and reports of deals as a browser without scripts sees them.</summary>
public sealed class DealPageTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private static DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo")).DateTime);

    [Fact]
    public async Task The_list_of_deals_opens_with_the_open_ones_nearest_first_and_a_tab_shows_all()
    {
        var (browser, tenant) = await SignedIn();
        await Deal(tenant, "来年の案件", Today.AddDays(400));
        await Deal(tenant, "近い案件", Today.AddDays(3));
        await Deal(tenant, "遅れた案件", Today.AddDays(-40));
        var lost = await Deal(tenant, "失注した案件", Today.AddDays(1));
        Assert.False((await crm.Send(tenant, new LoseDeal(lost, (await crm.Ask(tenant, new ListRecords(DealsContract.LossReason))).Rows[0].Id))).Failed);

        await browser.Get("/r/deals.deal");
        Assert.Equal(["遅れた案件", "近い案件", "来年の案件"], Names(browser));
        Assert.Contains("担当者", browser.Page.QuerySelectorAll(".records thead th").Select(h => h.TextContent.Trim()));
        Assert.Equal(["進行中", "今月受注予定", "期限超過", "すべて"], browser.Page.QuerySelectorAll(".views .view").Take(4).Select(v => v.TextContent));
        Assert.Equal("進行中", browser.Page.QuerySelector(".views .active")!.TextContent);

        await browser.Get(Tab(browser, "期限超過"));
        Assert.Equal(["遅れた案件"], Names(browser));
        Assert.Equal("期限超過", browser.Page.QuerySelector(".views .active")!.TextContent);
        await browser.Get(Tab(browser, "すべて"));
        Assert.Equal(4, Names(browser).Count());
        Assert.Equal("すべて", browser.Page.QuerySelector(".views .active")!.TextContent);
    }

    [Fact]
    public async Task Filters_taken_away_from_the_first_view_leave_all_deals()
    {
        var (browser, tenant) = await SignedIn();
        var lost = await Deal(tenant, "失注した案件", Today);
        Assert.False((await crm.Send(tenant, new LoseDeal(lost, (await crm.Ask(tenant, new ListRecords(DealsContract.LossReason))).Rows[0].Id))).Failed);
        await browser.Get("/r/deals.deal");
        Assert.Empty(Names(browser));

        var cleared = browser.Page.QuerySelectorAll("#list a[data-part]").First(a => a.TextContent == "クリア").GetAttribute("href")!;
        await browser.Get(cleared);

        Assert.Equal(["失注した案件"], Names(browser));
    }

    [Fact]
    public async Task A_day_without_its_year_is_one_of_this_year_but_no_day_of_birth()
    {
        var (browser, tenant) = await SignedIn();
        var deal = await Deal(tenant, "年末の案件", null);
        await browser.Get($"/r/deals.deal/{deal}/edit");

        await browser.Submit($"/r/deals.deal/{deal}", ("name", "年末の案件"), ("expectedClose", "１２/１５"));
        await browser.Get("/r/customers.person/new");
        await browser.Submit("/r/customers.person", ("lastName", "佐藤"), ("birthDate", "12/15"));

        Assert.Contains("日付として読めません", browser.Page.QuerySelector("[data-error-for=birthDate]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(new DateOnly(Today.Year, 12, 15), (await crm.Ask(tenant, new GetRecord(DealsContract.Deal, deal)))["expectedClose"]);
    }

    [Theory]
    [InlineData("/x/deals/report")]
    [InlineData("/x/support/figures")]
    public async Task Days_the_wrong_way_round_keep_the_report_and_say_so_beside_them(string report)
    {
        var (browser, _) = await SignedIn();

        await browser.Get($"{report}?from=2026-11-30&until=2026-11-01");

        Assert.Equal(System.Net.HttpStatusCode.OK, browser.Status);
        Assert.Equal(("2026-11-01", "2026-11-30"), (browser.Page.QuerySelector("input[name=from]")!.GetAttribute("value"), browser.Page.QuerySelector("input[name=until]")!.GetAttribute("value")));
        Assert.Contains("入れ替えて表示しています", browser.Page.QuerySelector("form.board-tools .field-error")!.TextContent, StringComparison.Ordinal);
        await browser.Get($"{report}?from=2026-11-01&until=2026-11-30");
        Assert.Null(browser.Page.QuerySelector("form.board-tools .field-error"));
    }

    [Fact]
    public async Task A_report_of_days_in_which_nothing_ended_says_so_and_draws_nothing()
    {
        var (browser, tenant) = await SignedIn();
        await Deal(tenant, "続いている案件", Today);

        await browser.Get("/x/deals/report?from=2026-11-01&until=2026-11-30");

        Assert.Contains("この期間に受注・失注した案件はありません。", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector("[data-chart]"));
        Assert.DoesNotContain("– – –", browser.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(Browser browser) => browser.Page.QuerySelectorAll(".records tbody td.title a").Select(a => a.TextContent.Trim());

    private static string Tab(Browser browser, string name) => browser.Page.QuerySelectorAll(".views .view").First(v => v.TextContent == name).GetAttribute("href")!;

    private async Task<(Browser Browser, TenantInfo Tenant)> SignedIn()
    {
        var tenant = await crm.NewTenant();
        var address = $"{tenant.Key}@aozora.example";
        await crm.NewUser(tenant, address);
        return (await crm.Browser().SignIn(address), tenant);
    }

    private async Task<Guid> Deal(TenantInfo tenant, string name, DateOnly? close)
    {
        var stages = await crm.Ask(tenant, new ListRecords(DealsContract.Stage) { Sort = [new("position")] });
        var values = new Dictionary<string, object?> { ["name"] = name, ["stageId"] = stages.Rows[0].Id, ["expectedClose"] = close };
        return (await crm.Ask(tenant, new SaveRecord(DealsContract.Deal, null, values))).Id;
    }
}
