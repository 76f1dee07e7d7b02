using System.Text;
using System.Text.RegularExpressions;
using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

/// <summary>A list at work: filters, views, ticked rows, the way back, files.</summary>
public sealed partial class ListTests(DemoHost demo) : Browsing(demo)
{
    private const string Companies = "/r/customers.company";

    [BrowserFact]
    public async Task Ticked_rows_are_changed_together_and_set_back_together()
    {
        var page = await As("admin");
        await page.GotoAsync($"{Companies}?filter[status]=paused&fields=name,payment&sort=name");
        var rows = Rows(page);
        await Expect(rows.Nth(2)).ToBeVisibleAsync();
        var names = await rows.Locator("td.title").AllInnerTextsAsync();
        for (var i = 0; i < 3; i++) await rows.Nth(i).GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(page.GetByText("3 件を選択中")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "一括変更" }).ClickAsync();

        await Expect(page.GetByText("3 件を変更します")).ToBeVisibleAsync();
        await page.GetByLabel("変更する項目").SelectOptionAsync("取引状態");
        await page.GetByLabel("変更の理由").FillAsync("取引の再開");
        await page.Locator("#bulk-edit").GetByLabel("取引中").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "変更する" }).ClickAsync();

        var toast = page.Locator("[data-toast]");
        await Expect(toast).ToContainTextAsync("3 件を変更しました");
        await Expect(rows.First).Not.ToContainTextAsync(names[0]);
        await toast.GetByRole(AriaRole.Button, new() { Name = "元に戻す" }).ClickAsync();
        await Expect(toast).ToContainTextAsync("3 件を元に戻しました");
        Assert.Equal(names, await rows.Locator("td.title").AllInnerTextsAsync());
    }

    [BrowserFact]
    public async Task A_filtered_list_is_kept_as_a_view_and_the_way_back_leads_through_its_states()
    {
        var page = await As("marketing");
        await page.GotoAsync(Companies);
        await Expect(page.Locator(".pager strong")).ToHaveTextAsync("300");

        await page.GetByText("絞り込み", new() { Exact = true }).ClickAsync();
        await page.Locator("details[open] > .filter-menu").GetByRole(AriaRole.Link, new() { Name = "ランク" }).ClickAsync();
        await page.Locator("details[open] > .filter-menu").GetByLabel("VIP").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "適用" }).First.ClickAsync();
        var chip = page.Locator(".chip");
        await Expect(chip).ToContainTextAsync("ランク : VIP");
        await Expect(page.Locator(".pager strong")).Not.ToHaveTextAsync("300");
        var vips = await page.Locator(".pager strong").InnerTextAsync();
        foreach (var row in await Rows(page).AllInnerTextsAsync()) Assert.Contains("VIP", row, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Columnheader, new() { Name = "会社コード" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(Sorted());

        // Opened, and back: the list as it was.
        await Rows(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.Locator(".record")).ToBeVisibleAsync();
        await Loaded(page, () => page.GoBackAsync());
        await Expect(page).ToHaveURLAsync(Sorted());
        await Expect(chip).ToContainTextAsync("VIP");
        await Loaded(page, () => page.GoBackAsync());
        await Expect(page).Not.ToHaveURLAsync(Sorted());
        await Expect(chip).ToContainTextAsync("VIP");
        await Loaded(page, () => page.GoBackAsync());
        await Expect(chip).ToHaveCountAsync(0);
        await Expect(page.Locator(".pager strong")).ToHaveTextAsync("300");
        await Loaded(page, () => page.GoForwardAsync());
        await Expect(chip).ToContainTextAsync("VIP");

        await page.Locator(".view-save > summary").ClickAsync();
        await page.GetByLabel("ビューの名前").FillAsync("大切な会社");
        await page.Locator(".view-save").GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.Locator(".view.active")).ToHaveTextAsync("大切な会社");
        await page.GotoAsync(Companies);
        await page.GetByRole(AriaRole.Link, new() { Name = "大切な会社" }).ClickAsync();
        await Expect(page.Locator(".view.active")).ToHaveTextAsync("大切な会社");
        await Expect(page.Locator(".pager strong")).ToHaveTextAsync(vips);

        await chip.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(chip).ToHaveCountAsync(0);
        await Expect(page.Locator(".pager strong")).ToHaveTextAsync("300");
    }

    [BrowserFact]
    public async Task What_the_list_shows_comes_out_as_a_file_Excel_can_read()
    {
        var page = await As("admin");
        await page.GotoAsync($"{Companies}?filter[rank]=vip&fields=code,name,phone&sort=code");
        var shown = await Rows(page).AllAsync();
        var names = new List<string>();
        foreach (var row in shown) names.Add(await row.Locator("td.title").InnerTextAsync());

        await page.GetByText("書き出し", new() { Exact = true }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV (CP932" }).ClickAsync());

        Assert.Matches("^会社-[0-9]{8}\\.csv$", download.SuggestedFilename);
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        var text = CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!.GetString(bytes);
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("会社コード,会社名,電話", lines[0], StringComparison.Ordinal);
        Assert.Equal(names, lines[1..].Select(line => line.Split(',')[2]));
        Assert.DoesNotContain('〓', text);
    }

    [BrowserFact]
    public async Task Characters_an_old_encoding_has_not_are_told_before_they_are_lost()
    {
        Expected("422");
        var page = await As("admin");
        await page.GotoAsync("/r/customers.person/new");
        await page.GetByLabel("姓", new() { Exact = true }).FillAsync("𠮷野家");
        await page.GetByRole(AriaRole.Button, new() { Name = "登録" }).Last.ClickAsync();
        await Expect(page.Locator(".record")).ToBeVisibleAsync();

        await page.GotoAsync("/r/customers.person?filter[lastName]=𠮷野家&fields=lastName");
        await page.GetByText("書き出し", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "CSV (CP932" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("CP932 で書き出せない文字があります");
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "𠮷", Exact = true })).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV (UTF-8)" }).ClickAsync());
        Assert.Contains("𠮷野家", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
    }

    // A step back or forward loads the list anew; a page that is still loading does not notice the next step.
    private static async Task Loaded(IPage page, Func<Task> step)
    {
        var loaded = new TaskCompletionSource();
        void Seen(object? sender, IPage of) => loaded.TrySetResult();
        page.Load += Seen;
        await step();
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
        page.Load -= Seen;
    }

    private static ILocator Rows(IPage page) => page.Locator("table[data-records] tbody tr[data-href]");

    [GeneratedRegex("sort=code", RegexOptions.None, 1000)]
    private static partial Regex Sorted();
}
