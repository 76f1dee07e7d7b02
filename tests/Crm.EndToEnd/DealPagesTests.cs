using System.Text.RegularExpressions;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>Pages of Deals that a script of somebody else draws, or that go to paper.</summary>
public sealed class DealPagesTests(DemoHost demo) : Browsing(demo)
{
    [BrowserFact]
    public async Task The_calendar_shows_what_is_planned_in_the_whole_width_of_its_day_and_leads_there()
    {
        var page = await As("admin");
        await page.GotoAsync("/x/deals/calendar");
        var planned = page.Locator("[data-calendar] a[href*='/r/deals.activity/']").First;

        await Expect(planned).ToBeVisibleAsync();
        await Expect(page.Locator("[data-calendar] .date-button")).ToHaveCountAsync(0);
        var (day, head) = (await page.GetByRole(AriaRole.Gridcell).First.BoundingBoxAsync(), await page.GetByRole(AriaRole.Columnheader).First.BoundingBoxAsync());
        Assert.Equal(head!.Width, day!.Width, 2f);

        await planned.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/r/deals\\.activity/", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [BrowserFact]
    public async Task A_click_prints_once()
    {
        var page = await As("admin");
        await page.AddInitScriptAsync("window.printed = 0; window.print = () => { window.printed++; };");
        await page.GotoAsync("/r/deals.quote");
        await page.Locator("td.title a").First.ClickAsync();
        await page.GotoAsync((await page.Locator("a[href*='/x/deals/quote?']").First.GetAttributeAsync("href"))!);

        await page.Locator("[data-print]").ClickAsync();

        Assert.Equal(1, await page.EvaluateAsync<int>("window.printed"));
    }
}
