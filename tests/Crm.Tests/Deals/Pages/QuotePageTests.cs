using System.Net;
using Crm.Deals.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Identity;

namespace Crm.Tests.Deals.Pages;

/// <summary>Quotes as a browser shows and prints them.</summary>
public sealed class QuotePageTests(SignInHost crm) : IClassFixture<SignInHost>
{
    [Theory]
    [InlineData("ja", null, "御見積書", "下記のとおりお見積り申し上げます。", "担当 山田 太郎")]
    [InlineData("en", null, "御見積書", "下記のとおりお見積り申し上げます。", "担当 山田 太郎")]
    [InlineData("ja", "en", "Quote", "We are pleased to offer as follows.", "Contact: 山田 太郎")]
    [InlineData("en", "en", "Quote", "We are pleased to offer as follows.", "Contact: 山田 太郎")]
    public async Task A_quote_is_printed_in_its_own_language_and_names_the_person_whatever_the_screen_speaks(string screen, string? document, string title, string sentence, string person)
    {
        var (browser, tenant, me) = await SignedIn();
        var quote = await Quote(tenant, me, await Deal(tenant));
        if (document is not null) await crm.Ask(tenant, new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["language"] = document }));
        Assert.False((await crm.Send(tenant, new IssueQuote(quote))).Failed);
        browser.Cookies.Add(new Cookie("crm.lang", screen, "/", "crm.example"));

        await browser.Get($"/x/deals/quote?id={quote}");

        var sheet = browser.Page.QuerySelector("article.sheet")!;
        Assert.Equal(document ?? "ja", sheet.GetAttribute("lang"));
        Assert.Equal(title, sheet.QuerySelector("h1")!.TextContent);
        Assert.Contains(sentence, sheet.TextContent, StringComparison.Ordinal);
        Assert.Contains(person, sheet.TextContent, StringComparison.Ordinal);
        Assert.Equal(screen == "ja" ? "印刷" : "Print", browser.Page.QuerySelector("[data-print]")!.TextContent.Trim());
    }

    [Fact]
    public async Task A_draft_is_changed_by_hand_and_an_issued_quote_says_why_it_is_not()
    {
        var (browser, tenant, me) = await SignedIn();
        var quote = await Quote(tenant, me, await Deal(tenant));
        var (edit, pencil, delete) = ($"a[href='/r/deals.quote/{quote}/edit']", "#d-subject .detail-edit", $"form[action='/r/deals.quote/{quote}/delete']");

        await browser.Get($"/r/deals.quote/{quote}");
        Assert.All((string[])[edit, pencil, delete], offered => Assert.NotNull(browser.Page.QuerySelector(offered)));
        Assert.False((await crm.Send(tenant, new IssueQuote(quote))).Failed);
        await browser.Get($"/r/deals.quote/{quote}");

        Assert.All((string[])[edit, pencil, delete], offered => Assert.Null(browser.Page.QuerySelector(offered)));
        Assert.Contains("この見積は発行済みです", browser.Page.QuerySelector(".record-side .form-hint")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("form[data-command='deals.revise-quote']"));
    }

    [Fact]
    public async Task An_order_is_entered_with_its_day_and_a_lost_deals_quote_offers_none()
    {
        var (browser, tenant, me) = await SignedIn();
        var deal = await Deal(tenant);
        var quote = await Quote(tenant, me, deal);
        Assert.False((await crm.Send(tenant, new IssueQuote(quote))).Failed);
        const string accept = "form[data-command='deals.accept-quote']";

        await browser.Get($"/r/deals.quote/{quote}");
        var day = browser.Page.QuerySelector($"{accept} input[name=on]")!;
        Assert.Equal((day.GetAttribute("max"), day.GetAttribute("max")), (day.GetAttribute("value"), day.GetAttribute("min")));
        var reason = (await crm.Ask(tenant, new ListRecords(DealsContract.LossReason))).Rows[0].Id;
        Assert.False((await crm.Send(tenant, new LoseDeal(deal, reason))).Failed);
        await browser.Get($"/r/deals.quote/{quote}");

        Assert.Null(browser.Page.QuerySelector(accept));
        Assert.NotNull(browser.Page.QuerySelector("form[action='/send/deals.decline-quote']"));
    }

    private async Task<(Browser Browser, TenantInfo Tenant, Guid Me)> SignedIn()
    {
        var tenant = await crm.NewTenant();
        var address = $"{tenant.Key}@aozora.example";
        var me = await crm.NewUser(tenant, address);
        return (await crm.Browser().SignIn(address), tenant, me);
    }

    private async Task<Guid> Deal(TenantInfo tenant)
    {
        var company = await Save(tenant, "customers.company", ("name", "株式会社青葉製作所"));
        var stage = (await crm.Ask(tenant, new ListRecords(DealsContract.Stage))).Rows[0].Id;
        return await Save(tenant, DealsContract.Deal, ("name", "工具の共同購入"), ("companyId", company), ("stageId", stage), ("amount", 100_000m));
    }

    private async Task<Guid> Quote(TenantInfo tenant, Guid owner, Guid deal)
    {
        var quote = await crm.Ask(tenant, new BeginQuote(deal));
        await crm.Ask(tenant, new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["owner"] = owner }));
        return quote;
    }

    private async Task<Guid> Save(TenantInfo tenant, string type, params (string Field, object? Value)[] values) =>
        (await crm.Ask(tenant, new SaveRecord(type, null, values.ToDictionary(v => v.Field, v => v.Value)))).Id;
}
