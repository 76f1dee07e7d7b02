using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>Work without a mouse, and with an input method that has the Enter key first.</summary>
public sealed class KeyboardTests(DemoHost demo) : Browsing(demo)
{
    [BrowserFact]
    public async Task The_first_tab_stop_leads_past_the_menu_to_the_content()
    {
        var page = await As("sales");
        await page.GotoAsync("/r/customers.company");

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "本文へ移動" })).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "本文へ移動" })).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task The_search_is_one_key_away_and_its_hits_are_walked_with_arrows()
    {
        var page = await As("sales");
        await page.GotoAsync("/r/customers.company");
        var name = await page.Locator("td.title").First.InnerTextAsync();
        var box = page.GetByRole(AriaRole.Searchbox, new() { Name = "検索", Exact = true });

        await page.Keyboard.PressAsync("/");
        await Expect(box).ToBeFocusedAsync();
        await Expect(box).ToHaveValueAsync("");
        await page.Keyboard.InsertTextAsync(name);
        await Expect(page.Locator("#search-hits .hit").First).ToContainTextAsync(name);
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("#search-hits .hit").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(box).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#search-hits")).ToBeEmptyAsync();

        await page.Keyboard.PressAsync("Control+k");
        await Expect(box).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Escape_closes_what_is_open_and_gives_the_focus_back()
    {
        var page = await As("sales");
        await page.GotoAsync("/r/customers.company");
        foreach (var menu in (string[])["ユーザーメニュー", "新規作成", "お知らせ", "表示する列", "書き出し", "ビューを保存"])
        {
            var button = page.Locator($"summary[aria-label='{menu}'], summary:has(> .visually-hidden:text-is('{menu}'))");
            var box = page.Locator("details").Filter(new() { Has = button });
            await button.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(box).ToHaveAttributeAsync("open", "");
            await page.Keyboard.PressAsync("Escape");
            await Expect(box).Not.ToHaveAttributeAsync("open", "");
            await Expect(button).ToBeFocusedAsync();
        }

        await page.Keyboard.PressAsync("f");
        await Expect(page.Locator("details[open] > .filter-menu").GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("details[open] > .filter-menu")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Shift+?");
        await Expect(page.Locator("#help")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#help")).Not.ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_group_of_the_menu_stays_folded_on_the_next_page()
    {
        var page = await As("sales");
        await page.GotoAsync("/r/customers.company");
        var deals = page.Locator("details[data-fold=deals]");
        await deals.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(deals).Not.ToHaveAttributeAsync("open", "");

        await page.GotoAsync("/r/customers.person");
        await Expect(deals).Not.ToHaveAttributeAsync("open", "");
        await Expect(page.Locator("details[data-fold=customers]")).ToHaveAttributeAsync("open", "");
        await page.GotoAsync("/r/deals.deal");
        await Expect(deals).ToHaveAttributeAsync("open", "");
    }

    [BrowserFact]
    public async Task A_list_and_a_form_are_worked_through_with_letters()
    {
        var page = await As("admin");
        await page.GotoAsync("/r/customers.company");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByText("1 件を選択中")).ToBeVisibleAsync();
        var name = await page.Locator("tr.row-here td.title").InnerTextAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(name);

        await page.WaitForLoadStateAsync();
        await page.Keyboard.PressAsync("e");
        await page.GetByLabel("備考", new() { Exact = true }).FillAsync("キーボードだけで");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator("#d-memo")).ToContainTextAsync("キーボードだけで");
    }

    [BrowserFact]
    public async Task Enter_that_ends_a_conversion_does_not_send_the_form()
    {
        var page = await As("sales");
        var posts = 0;
        page.Request += (_, request) =>
        {
            if (request.Method == "POST") Interlocked.Increment(ref posts);
        };
        await page.GotoAsync("/r/customers.person/new");
        var input = page.GetByLabel("姓", new() { Exact = true });
        await input.FocusAsync();
        var method = await page.Context.NewCDPSessionAsync(page);

        // にほん is typed and being converted; the Enter belongs to the input method.
        await method.SendAsync("Input.imeSetComposition", new() { ["text"] = "にほん", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await Expect(input).ToHaveValueAsync("にほん");
        await method.SendAsync("Input.dispatchKeyEvent", Enter("rawKeyDown", 229));
        await method.SendAsync("Input.dispatchKeyEvent", Enter("keyUp", 13));
        await method.SendAsync("Input.imeSetComposition", new() { ["text"] = "日本", ["selectionStart"] = 2, ["selectionEnd"] = 2 });
        await method.SendAsync("Input.dispatchKeyEvent", Enter("rawKeyDown", 13));
        await method.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "char", ["text"] = "\r", ["key"] = "Enter", ["windowsVirtualKeyCode"] = 13 });
        await method.SendAsync("Input.insertText", new() { ["text"] = "日本" });
        await Expect(input).ToHaveValueAsync("日本");

        // Its reading went into the kana field, and nothing went to the server.
        await Expect(page.GetByLabel("セイ", new() { Exact = true })).ToHaveValueAsync("ニホン");
        Assert.Equal(0, posts);
        Assert.EndsWith("/new", page.Url, StringComparison.Ordinal);

        // The next one is an Enter like any other.
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#d-lastName")).ToContainTextAsync("日本");
        await Expect(page.Locator("#d-lastNameKana")).ToContainTextAsync("ニホン");
    }

    [BrowserFact]
    public async Task A_postal_code_fills_the_address_and_asks_where_it_has_several_towns()
    {
        var page = await As("sales");
        await page.GotoAsync("/r/customers.person/new");
        await page.GetByLabel("郵便番号").FillAsync("１０８００１４");
        await Expect(page.GetByLabel("都道府県")).ToHaveValueAsync("東京都");
        await Expect(page.GetByLabel("市区町村")).ToHaveValueAsync("港区");
        await Expect(page.GetByLabel("町名・番地")).ToHaveValueAsync("芝");
        await Expect(page.GetByLabel("町名・番地")).ToBeFocusedAsync();

        // One code, two prefectures.
        await page.GetByLabel("郵便番号").FillAsync("498-0000");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "愛知県弥富市" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "三重県桑名郡木曽岬町" }).ClickAsync();
        await Expect(page.GetByLabel("都道府県")).ToHaveValueAsync("三重県");
        await Expect(page.GetByLabel("市区町村")).ToHaveValueAsync("桑名郡木曽岬町");
    }

    private static Dictionary<string, object> Enter(string type, int code) => new()
    {
        ["type"] = type, ["key"] = code == 229 ? "Process" : "Enter", ["code"] = "Enter", ["windowsVirtualKeyCode"] = code, ["nativeVirtualKeyCode"] = code,
    };
}
