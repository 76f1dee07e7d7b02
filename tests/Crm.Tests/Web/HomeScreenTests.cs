using System.Net;
using Crm.Sdk.Records;
using Crm.Tests.Identity;

namespace Crm.Tests.Web;

/// <summary>Everybody chooses the cards of their own start page.</summary>
public sealed class HomeScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Address = "/home/cards";
    private const string Recurring = "月間経常収益（MRR）";
    private const string Churn = "解約率（30日）";
    private const string Renewals = "更新が近い契約";
    private const string Next = "次の活動";

    [Fact]
    public async Task Cards_are_hidden_and_moved_for_their_user_only_and_come_back_as_they_were()
    {
        var (browser, other, _) = await TwoUsers();
        Assert.Equal([Recurring, Churn, Next, Renewals], await Cards(browser));

        await Press(browser, "down:customers.mrr");
        Assert.Equal(Address, browser.LeadsTo);
        await Press(browser, "up:customers.renewals");
        Assert.Equal([Churn, Recurring, Renewals, Next], await Cards(browser));

        await Press(browser, "save", hide: "customers.churn");
        Assert.Equal("/", browser.LeadsTo);
        Assert.Equal([Recurring, Renewals, Next], await Cards(browser));
        await browser.Get(Address);
        Assert.Equal(["customers.mrr", "customers.renewals", "deals.next"], Ticked(browser));
        Assert.Equal([Recurring, Churn, Next, Renewals], await Cards(other));

        await Press(browser, "reset");
        Assert.Equal([Recurring, Churn, Next, Renewals], await Cards(browser));
    }

    [Fact]
    public async Task A_choice_holds_in_every_browser_of_the_user_and_for_cards_that_show_nothing_today()
    {
        var (browser, _, email) = await TwoUsers();
        await browser.Get(Address);
        await browser.Submit(Address, [("card", "customers.churn"), ("card", "customers.mrr"), ("shown", "customers.mrr"), ("unseen", "-waste.overdue"), ("action", "save")]);

        await browser.Get(Address);
        Assert.Equal("-waste.overdue", browser.Page.QuerySelector("input[name=unseen]")!.GetAttribute("value"));
        var elsewhere = await crm.Browser().SignIn(email);
        Assert.DoesNotContain(Churn, await Cards(elsewhere));
    }

    [Fact]
    public async Task Whoever_hides_all_is_told_and_what_is_no_card_is_refused()
    {
        var (browser, _, _) = await TwoUsers();
        await browser.Get(Address);
        await browser.Submit(Address, [.. Keys(browser).Select(key => ("card", key)), ("action", "save")]);

        Assert.Empty(await Cards(browser));
        Assert.Contains("すべてのカードを隠しています", browser.Text, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector($"main a[href='{Address}']"));
        await browser.Get(Address);
        await browser.Submit(Address, ("card", "two words"), ("action", "save"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        await browser.Get(Address);
        await browser.Submit(Address, [.. Enumerable.Range(0, 101).Select(i => ("card", $"card.{i}")), ("action", "save")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
    }

    /// <summary>Presses a button of the choice with everything ticked that was, but for one perhaps.</summary>
    private static async Task Press(Browser browser, string action, string? hide = null)
    {
        await browser.Get(Address);
        await browser.Submit(Address, [.. Keys(browser).Select(key => ("card", key)), .. Ticked(browser).Where(key => key != hide).Select(key => ("shown", key)), ("action", action)]);
        Assert.Equal(HttpStatusCode.Redirect, browser.Status);
    }

    private static IEnumerable<string> Keys(Browser browser) => browser.Page.QuerySelectorAll("input[name=card]").Select(c => c.GetAttribute("value")!);

    private static IEnumerable<string> Ticked(Browser browser) => browser.Page.QuerySelectorAll("input[name=shown][checked]").Select(c => c.GetAttribute("value")!);

    private static async Task<IReadOnlyList<string>> Cards(Browser browser)
    {
        await browser.Get("/");
        return [.. browser.Page.QuerySelectorAll(".widget-title").Select(t => t.ChildNodes[0].TextContent.Trim())];
    }

    private async Task<(Browser Browser, Browser Other, string Email)> TwoUsers()
    {
        var tenant = await crm.NewTenant();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var person = (await crm.Ask(tenant, new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "田中" }))).Id;
        await crm.Ask(tenant, new SaveRecord("customers.subscription", null, new Dictionary<string, object?>
        {
            ["planName"] = "保守", ["price"] = 12_000m, ["billingPeriod"] = "year", ["personId"] = person, ["startedOn"] = today.AddDays(-350), ["renewsOn"] = today.AddDays(15),
        }));
        var browsers = new List<Browser>();
        foreach (var email in new[] { $"hanako@{tenant.Key}.example", $"taro@{tenant.Key}.example" })
        {
            var user = await crm.NewUser(tenant, email);
            await crm.Ask(tenant, new SaveRecord("deals.activity", null, new Dictionary<string, object?> { ["subject"] = "訪問", ["startsAt"] = TimeProvider.System.GetUtcNow().AddDays(1), ["personId"] = person, ["owner"] = user }));
            browsers.Add(await crm.Browser().SignIn(email));
        }

        return (browsers[0], browsers[1], $"hanako@{tenant.Key}.example");
    }
}
