using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

public sealed class WithoutScriptTests(DemoHost demo) : Browsing(demo)
{
    [BrowserTheory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task The_daily_work_is_done_where_no_script_runs(Device device)
    {
        var page = await Window(device, new() { JavaScriptEnabled = false });
        await DemoHost.SignIn(page, "sales");

        // A list, its filter, which is then another, its columns, its next page.
        await page.GotoAsync("/r/customers.person");
        await page.GetByText("絞り込み", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "項目を選ぶ" }).ClickAsync();
        await page.Locator(".filter-menu").GetByRole(AriaRole.Link, new() { Name = "ランク" }).First.ClickAsync();
        await page.GetByLabel("VIP").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "適用" }).ClickAsync();
        await Expect(page.Locator(".chip")).ToContainTextAsync("VIP");
        await page.Locator(".chip summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "条件を変える" }).ClickAsync();
        await page.GetByLabel("VIP").UncheckAsync();
        await page.GetByLabel("優良").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "適用" }).ClickAsync();
        await Expect(page.Locator(".chip")).Not.ToContainTextAsync("VIP");
        await page.GetByLabel("表示する列").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "列を選ぶ" }).ClickAsync();
        await page.Locator(".column-menu").GetByLabel("生年月日").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "適用" }).ClickAsync();
        await Expect(page.Locator("table[data-records] th", new() { HasText = "生年月日" })).ToBeAttachedAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(1);
        await page.GotoAsync("/r/customers.person");
        await page.GetByRole(AriaRole.Link, new() { Name = "さらに表示" }).ClickAsync();
        await Expect(page.Locator("tr[data-href]").First).ToBeVisibleAsync();

        // A person, with an address from its postal code and a company by its name.
        await page.GotoAsync("/r/customers.person/new");
        await page.GetByLabel("姓", new() { Exact = true }).FillAsync("無印");
        await page.GetByLabel("名", new() { Exact = true }).FillAsync("静子");
        await page.GetByLabel("郵便番号").FillAsync("１０００００１");
        await page.GetByRole(AriaRole.Button, new() { Name = "住所検索" }).ClickAsync();
        await Expect(page.GetByLabel("都道府県")).ToHaveValueAsync("東京都");
        await Expect(page.GetByLabel("姓", new() { Exact = true })).ToHaveValueAsync("無印");
        await page.GetByRole(AriaRole.Button, new() { Name = "登録" }).Last.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("無印 静子");
        await Expect(page.Locator(".toast-box")).ToContainTextAsync("個人を登録しました");

        // Changed, refused with the reason at the field, changed.
        await page.GetByRole(AriaRole.Link, new() { Name = "編集", Exact = true }).First.ClickAsync();
        await page.GetByLabel("メールアドレス").FillAsync("だめ");
        Expected("422");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).Last.ClickAsync();
        await Expect(page.Locator("#f-email-error")).Not.ToBeEmptyAsync();
        await page.GetByLabel("メールアドレス").FillAsync("shizuko@mail.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).Last.ClickAsync();
        await Expect(page.Locator("#d-email")).ToContainTextAsync("shizuko@mail.example");

        // Into the bin: the question is part of the page.
        await page.Locator("summary", new() { HasText = "削除" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "ごみ箱へ" }).ClickAsync();
        await Expect(page.Locator(".toast-box")).ToBeVisibleAsync();
    }
}
