using Crm.EndToEnd.Infrastructure;

namespace Crm.EndToEnd;

public sealed class ConcurrentEditTests(DemoHost demo) : Browsing(demo)
{
    [BrowserFact]
    public async Task Who_saves_second_sees_both_values_and_decides()
    {
        Expected("409");
        var (first, second) = (await As("admin"), await As("admin"));
        await first.GotoAsync("/r/customers.person/new");
        await first.GetByLabel("姓", new() { Exact = true }).FillAsync("二重");
        await first.GetByLabel("職業").FillAsync("会社員");
        await first.GetByLabel("趣味・好み").FillAsync("釣り");
        await first.GetByRole(AriaRole.Button, new() { Name = "登録" }).Last.ClickAsync();
        await Expect(first.Locator("#d-occupation")).ToContainTextAsync("会社員");
        var record = first.Url;

        await first.GotoAsync(record + "/edit");
        await second.GotoAsync(record + "/edit");
        await first.GetByLabel("職業").FillAsync("課長");
        await second.GetByLabel("職業").FillAsync("部長");
        await second.GetByLabel("趣味・好み").FillAsync("登山");
        await Save(first);
        await Expect(first.Locator("#d-occupation")).ToContainTextAsync("課長");
        await Save(second);

        // Asked about what both changed, and only about that.
        await Expect(second.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("ほかの人が先に変更しました");
        var row = second.Locator(".conflict-table tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("職業");
        await Expect(row.Locator("td").First).ToContainTextAsync("課長");
        await Expect(row.Locator("td").Last).ToContainTextAsync("部長");
        await row.GetByText("課長").ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "選んだ値で保存" }).ClickAsync();

        await Expect(second.Locator("#d-occupation")).ToContainTextAsync("課長");
        await Expect(second.Locator("#d-hobbies")).ToContainTextAsync("登山");
    }

    private static Task Save(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "保存" }).Last.ClickAsync();
}
