using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

public sealed class OwnFieldTests(DemoHost demo) : Browsing(demo)
{
    [BrowserFact]
    public async Task A_field_an_admin_adds_in_the_browser_is_in_form_list_and_filter_in_both_languages()
    {
        var page = await As("admin");

        // Defined.
        await page.GotoAsync("/settings/fields");
        await page.GetByLabel("台帳", new() { Exact = true }).SelectOptionAsync("商品");
        await page.GetByRole(AriaRole.Button, new() { Name = "表示", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "「商品」に項目を追加" })).ToBeVisibleAsync();
        await page.GetByLabel("名称(日本語)").First.FillAsync("保管場所");
        await page.GetByLabel("名称(英語)").First.FillAsync("Storage place");
        await page.GetByLabel("キー(英数字").FillAsync("shelf");
        await page.GetByLabel("種類", new() { Exact = true }).SelectOptionAsync("選択肢(1つ)");
        await page.GetByLabel("選択肢(1行に1つ").FillAsync("east = 東倉庫 / East warehouse\nwest = 西倉庫 / West warehouse");
        await page.Locator("#field-form").GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "項目を保存しました" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "custom.shelf" })).ToContainTextAsync("保管場所");

        // In the form.
        await page.GotoAsync("/r/customers.product/new");
        await page.GetByLabel("商品名", new() { Exact = true }).FillAsync("保冷ボックス 大");
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "保管場所" }).GetByLabel("東倉庫").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "登録" }).Last.ClickAsync();
        await Expect(page.Locator("#d-custom-shelf")).ToContainTextAsync("東倉庫");

        // In the column picker and then in the list.
        await page.GotoAsync("/r/customers.product");
        await page.GetByLabel("表示する列").ClickAsync();
        await page.Locator(".column-menu").GetByLabel("保管場所").CheckAsync();
        await page.Locator(".column-menu").GetByRole(AriaRole.Button, new() { Name = "適用" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "保管場所" })).ToBeVisibleAsync();

        // In the filter: one product is in the east.
        await AddFilter(page, "絞り込み", "保管場所", "東倉庫", "適用");
        await Expect(page.Locator(".chip")).ToContainTextAsync("東倉庫");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(Rows(page)).ToContainTextAsync("保冷ボックス 大");
        await Expect(Rows(page)).ToContainTextAsync("東倉庫");

        // The same in English, chosen in the menu of the user.
        await page.GetByLabel("ユーザーメニュー").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Storage place" })).ToBeVisibleAsync();
        await Expect(page.Locator(".chip")).ToContainTextAsync("East warehouse");
        await Expect(Rows(page)).ToContainTextAsync("East warehouse");
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear" }).ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(0);
        await AddFilter(page, "Filter", "Storage place", "West warehouse", "Apply");
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
        await page.GotoAsync("/r/customers.product/new");
        await Expect(page.GetByRole(AriaRole.Radiogroup, new() { Name = "Storage place" })).ToBeVisibleAsync();

        await page.GetByLabel("User menu").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "日本語" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ja");
    }

    private static async Task AddFilter(IPage page, string filter, string field, string choice, string apply)
    {
        await page.Locator("[data-filter-key]").Filter(new() { HasText = filter }).ClickAsync();
        var menu = page.Locator("details[open] > .filter-menu");
        await menu.GetByRole(AriaRole.Searchbox).FillAsync(field);
        await menu.GetByRole(AriaRole.Link, new() { Name = field }).ClickAsync();
        await menu.GetByLabel(choice).CheckAsync();
        await menu.GetByRole(AriaRole.Button, new() { Name = apply }).ClickAsync();
    }

    private static ILocator Rows(IPage page) => page.Locator("table[data-records] tbody tr[data-href]");
}
