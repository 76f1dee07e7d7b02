using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>The board of deals under a hand, a keyboard, two people, and without any script.</summary>
public sealed class DealBoardTests(DemoHost demo) : Browsing(demo)
{
    private const string Board = "/x/deals/board";

    [BrowserFact]
    public async Task A_card_that_is_dragged_stays_where_it_was_dropped()
    {
        var page = await As("admin");
        await page.GotoAsync(Board);
        var (from, to) = (Column(page, 3), Column(page, 4));
        var card = from.Locator("[data-id]").First;
        var name = await card.Locator(".board-card-title").InnerTextAsync();
        var before = await Count(page, 4);

        await Drag(page, card, to);

        await Expect(to.Locator(".board-card-title", new() { HasText = name })).ToHaveCountAsync(1);
        await Expect(page.Locator(".board-sum").Nth(4)).ToContainTextAsync($"{before + 1}件");
        await page.ReloadAsync();
        await Expect(Column(page, 4).Locator(".board-card-title", new() { HasText = name })).ToHaveCountAsync(1);
        await Expect(Column(page, 3).Locator(".board-card-title", new() { HasText = name })).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Of_two_who_drag_the_same_card_the_second_is_told()
    {
        var (first, second) = (await As("admin"), await As("admin"));
        await first.GotoAsync(Board);
        await second.GotoAsync(Board);
        var id = await Column(first, 2).Locator("[data-id]").First.GetAttributeAsync("data-id");
        var card = $"[data-id='{id}']";

        await Drag(first, first.Locator(card), Column(first, 1));
        await Expect(Column(first, 1).Locator(card)).ToHaveCountAsync(1);
        await Expect(first.Locator("[data-toast]")).ToHaveCountAsync(0);
        Expected("409");
        await Drag(second, second.Locator(card), Column(second, 3));

        await Expect(second.Locator("[data-toast]")).ToContainTextAsync("ほかの人が先に変更しました");
        await Expect(Column(second, 2).Locator(card)).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_card_is_moved_by_the_keyboard()
    {
        var page = await As("admin");
        await page.GotoAsync(Board);
        var card = Column(page, 1).Locator("[data-id]").First;
        var id = await card.GetAttributeAsync("data-id");

        await card.Locator(".board-card-title").FocusAsync();
        var sent = page.WaitForResponseAsync(r => r.Url.Contains("/send/deals.move", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("Alt+ArrowLeft");

        Assert.Equal(204, (await sent).Status);
        await Expect(Column(page, 0).Locator($"[data-id='{id}']")).ToHaveCountAsync(1);
        Assert.Equal(id, await page.EvaluateAsync<string>("document.activeElement.closest('[data-id]').dataset.id"));
        await page.ReloadAsync();
        await Expect(Column(page, 0).Locator($"[data-id='{id}']")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_card_that_lacks_something_goes_back_and_says_what()
    {
        var page = await As("admin");
        await page.GotoAsync("/r/deals.deal/new");
        await page.GetByLabel("案件名").FillAsync("金額のない案件");
        var first = await page.EvaluateAsync<string>("fetch('/x/deals/board').then(r => r.text()).then(t => new DOMParser().parseFromString(t, 'text/html').querySelector('[data-column]').dataset.column)");
        var company = await page.EvaluateAsync<string>("fetch('/r/customers.company').then(r => r.text()).then(t => new DOMParser().parseFromString(t, 'text/html').querySelector('tr[data-href]').dataset.href.split('/').pop())");
        await page.GotoAsync($"/r/deals.deal/new?name={Uri.EscapeDataString("金額のない案件")}&stageId={first}&companyId={company}&expectedClose=2020-01-01");
        await page.GetByRole(AriaRole.Button, new() { Name = "登録" }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("金額のない案件");

        await page.GotoAsync(Board + "?q=" + Uri.EscapeDataString("金額のない"));
        Expected("422");
        await Drag(page, page.Locator("[data-id]").First, Column(page, 2));

        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("「金額（税抜）」が必要です");
        await Expect(Column(page, 0).Locator("[data-id]")).ToHaveCountAsync(1);
    }

    [BrowserTheory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task A_deal_is_moved_by_a_form_where_no_script_runs(Device device)
    {
        var page = await Window(device, new() { JavaScriptEnabled = false });
        await DemoHost.SignIn(page, "admin");
        await page.GotoAsync(Board);
        var card = Column(page, 0).Locator("[data-id]").Filter(new() { HasNotText = "金額のない案件" }).Nth(device == Device.Phone ? 1 : 0);
        var name = await card.Locator(".board-card-title").InnerTextAsync();

        await card.Locator(".board-card-move").ClickAsync();
        await page.GetByLabel("ヒアリング").CheckAsync(new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "移動" }).ClickAsync();

        await Expect(Column(page, 1).Locator(".board-card-title", new() { HasText = name })).ToHaveCountAsync(1);
    }

    private static ILocator Column(IPage page, int number) => page.Locator("[data-column]").Nth(number);

    private static async Task<int> Count(IPage page, int number) =>
        int.Parse((await page.Locator(".board-sum span").Filter(new() { HasText = "件" }).Nth(number).InnerTextAsync()).Replace("件", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);

    // In small steps, as a hand moves: the library that drags looks at each of them.
    private static async Task Drag(IPage page, ILocator card, ILocator to)
    {
        await card.ScrollIntoViewIfNeededAsync();
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('[data-column]')].every(c => Object.keys(c).some(k => k.startsWith('Sortable')))");
        var (a, b) = ((await card.BoundingBoxAsync())!, (await to.BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(a.X + 60, a.Y + 12);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(a.X + 70, a.Y + 16, new() { Steps = 4 });
        await page.Mouse.MoveAsync(b.X + (b.Width / 2), b.Y + 40, new() { Steps = 12 });
        await page.Mouse.MoveAsync(b.X + (b.Width / 2), b.Y + 44, new() { Steps = 3 });
        await page.Mouse.UpAsync();
    }
}
