using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>Pages as somebody meets them who cannot see well, cannot use a mouse, or holds a small screen.</summary>
[Collection(EveryPageCollection.Name)]
public sealed class AccessibilityTests(DemoHost demo) : Browsing(demo)
{
    private static readonly string[] Pages =
    [
        "/", "/r/customers.person", "/r/customers.company", "/r/customers.company/new", "/import", "/search?q=佐藤", "/me", "/notices",
        "/settings", "/settings/fields", "/settings/modules", "/settings/users", "/settings/sso", "/settings/roles", "/settings/jobs", "/settings/outbox", "/settings/webhooks", "/settings/audit", "/settings/tenant", "/settings/teams", "/settings/access",
        "/x/deals/board", "/x/deals/todo", "/x/deals/calendar", "/x/deals/forecast", "/x/deals/report", "/x/deals/goals", "/x/deals/setup", "/r/deals.deal", "/r/deals.deal/new",
        "/x/support/desk", "/x/support/figures", "/x/support/trends", "/x/support/setup", "/r/support.inquiry/new", "/r/support.follow-up",
        "/r/campaigns.campaign", "/r/campaigns.campaign/new", "/r/campaigns.template/new", "/r/campaigns.flow", "/x/campaigns/returns", "/x/campaigns/journey",
    ];

    [BrowserFact]
    public async Task No_page_has_a_serious_obstacle()
    {
        var options = new BrowserNewContextOptions { BypassCSP = true };
        var visitor = await Window(Device.Desktop, options);
        await visitor.GotoAsync("/sign-in");
        var found = await Obstacles(visitor);
        await visitor.GotoAsync("/sign-in/sso?email=somebody%40unknown.example");
        found = [.. found, .. await Obstacles(visitor)];

        var page = await As("admin", Device.Desktop, options);
        foreach (var address in await Addresses(page))
        {
            await page.GotoAsync(address);
            found = [.. found, .. await Obstacles(page)];
        }

        // What opens on a page: menus, pickers, the manual.
        await page.GotoAsync("/r/customers.person");
        await page.GetByLabel("ユーザーメニュー").ClickAsync();
        found = [.. found, .. await Obstacles(page)];
        await page.Keyboard.PressAsync("Escape");
        await page.GetByLabel("表示する列").ClickAsync();
        found = [.. found, .. await Obstacles(page)];
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Shift+?");
        found = [.. found, .. await Obstacles(page)];

        Assert.True(found.Count == 0, string.Join('\n', found.Distinct()));
    }

    [BrowserTheory]
    [InlineData("ja")]
    [InlineData("en")]
    public async Task No_page_has_to_be_pushed_sideways_on_a_phone(string language)
    {
        var page = await As("admin", Device.Phone);
        await page.Context.AddCookiesAsync([new() { Name = "crm.lang", Value = language, Url = Demo.Address }]);
        var tooWide = new List<string>();
        foreach (var address in await Addresses(page))
        {
            await page.GotoAsync(address);
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (over > 0) tooWide.Add($"{address}: {over} px");
        }

        Assert.True(tooWide.Count == 0, string.Join('\n', tooWide));
    }

    [BrowserFact]
    public async Task A_page_that_is_not_there_says_so_in_the_reader_s_language()
    {
        Expected("404");
        var page = await As("sales");
        await page.GotoAsync("/nowhere");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("ページが見つかりません");
        await page.Context.AddCookiesAsync([new() { Name = "crm.lang", Value = "en", Url = Demo.Address }]);
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is no such page");
    }

    /// <summary>The pages above, and those of one person, one company and one import.</summary>
    private static async Task<IReadOnlyList<string>> Addresses(IPage page)
    {
        await page.GotoAsync("/r/customers.person");
        var person = await page.Locator("tr[data-href]").First.GetAttributeAsync("data-href");
        await page.GotoAsync("/r/customers.company?sort=code");
        var company = await page.Locator("tr[data-href]").First.GetAttributeAsync("data-href");
        await page.GotoAsync("/r/campaigns.campaign");
        var campaign = (await page.Locator("tr[data-href]").Last.GetAttributeAsync("data-href"))!;
        await page.GotoAsync("/r/campaigns.flow");
        var flow = await page.Locator("tr[data-href]").First.GetAttributeAsync("data-href");
        await page.GotoAsync("/r/deals.deal?filter[status]=open");
        var deal = await page.Locator("tr[data-href]").First.GetAttributeAsync("data-href");
        await page.GotoAsync("/x/support/desk?show=all");
        var inquiry = await page.Locator("tr[data-href]").First.GetAttributeAsync("data-href");
        string[] sent = [campaign + "?tab=campaigns.audience&state=excluded", campaign + "?tab=campaigns.result", "/x/campaigns/preview?id=" + campaign[^36..], "/x/campaigns/journey?campaign=" + campaign[^36..], flow!];
        return [.. Pages, person!, person + "/edit", person + "?tab=history", company!, deal!, inquiry!, .. sent, .. await Rehearse(page)];
    }

    /// <summary>The pages of the import wizard.</summary>
    private static async Task<IReadOnlyList<string>> Rehearse(IPage page)
    {
        await page.GotoAsync("/import?type=customers.product");
        await page.Locator("#import-file").SetInputFilesAsync(new FilePayload { Name = "商品.csv", MimeType = "text/csv", Buffer = "商品名,単価\n鉛筆,100\n,200\n消しゴム,百円\n"u8.ToArray() });
        await page.Locator("form[action='/import'] button[type=submit]").ClickAsync();
        await Expect(page.Locator(".import-columns")).ToBeVisibleAsync();
        var columns = new Uri(page.Url).PathAndQuery;
        await page.Locator("button[value=rehearse]").ClickAsync();
        await Expect(page.Locator(".import-state .badge").First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("完了|Done", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        return [columns, new Uri(page.Url).AbsolutePath];
    }

    /// <summary>What stands in the way, by day and by night. In the dark only colours differ, and only they are looked at again.</summary>
    private static async Task<List<string>> Obstacles(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window")) await page.AddScriptTagAsync(new() { Path = Built.Axe });
        await Shows("light");
        var found = await Run("", atLeast: 15);
        await Shows("dark");
        found = [.. found, .. await Run("{ runOnly: ['color-contrast'] }", atLeast: 1)];
        return found;

        async Task Shows(string theme)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
            await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", theme);
        }

        async Task<List<string>> Run(string which, int atLeast)
        {
            var answer = await page.EvaluateAsync<JsonElement>($"axe.run({which}).then(r => ({{ passed: r.passes.length, violations: r.violations.map(v => ({{ id: v.id, impact: v.impact, nodes: v.nodes.map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? n.failureSummary)) }})) }}))");
            Assert.InRange(answer.GetProperty("passed").GetInt32(), atLeast, 200);
            return
            [
                .. from violation in JsonNode.Parse(answer.GetProperty("violations").GetRawText())!.AsArray()
                   where violation!["impact"]?.GetValue<string>() is "serious" or "critical"
                   select $"{new Uri(page.Url).PathAndQuery} {violation["id"]}: {string.Join("; ", violation["nodes"]!.AsArray().Take(4))}",
            ];
        }
    }
}
