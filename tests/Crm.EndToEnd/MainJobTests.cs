using System.Text;
using System.Text.RegularExpressions;
using Crm.EndToEnd.Infrastructure;
using Crm.Tests.Customers;

namespace Crm.EndToEnd;

/// <summary>What the product is bought for, from signing in to taking it all back, on a desk and on a phone.</summary>
public sealed partial class MainJobTests(DemoHost demo) : Browsing(demo)
{
    // Somebody who is in no sample data, and a line no import can take.
    private const string Person = "N9000001,鬼頭,瑞穂,ｷﾄｳ,ﾐｽﾞﾎ,女性,昭和60年4月1日,１０８－００１４,東京都,港区,芝5-29-11,,03-0000-0001,,kito@mail.example,経理,,ＶＩＰ,可,㈱山田製作所より紹介";
    private const string Broken = "N9000002,鬼頭,次郎,,,,昭和100年13月40日,,,,,,,,,,,,,";
    private const int Rows = 202;

    [BrowserTheory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task A_file_full_of_bad_habits_is_imported_used_and_taken_back(Device device)
    {
        var page = await Window(device);
        await DemoHost.SignIn(page, "admin");

        // Upload: nobody is asked for the encoding.
        await Menu(page, device, "個人");
        await page.GetByRole(AriaRole.Link, new() { Name = "取り込み" }).ClickAsync();
        await page.GetByLabel("ファイル").SetInputFilesAsync(await UglyFile());
        await page.GetByRole(AriaRole.Button, new() { Name = "次へ" }).ClickAsync();
        await Expect(page.Locator(".page-subtitle")).ToContainTextAsync("CP932");
        await page.GetByText("ファイルの読み方").ClickAsync();
        await Expect(page.GetByLabel("文字コード")).ToHaveValueAsync("cp932");
        await Expect(page.GetByLabel("見出しの行")).ToHaveValueAsync("1");
        await Expect(page.GetByLabel("顧客コードの取り込み先")).ToHaveValueAsync("code");
        await Expect(page.GetByLabel("生年月日の取り込み先")).ToHaveValueAsync("birthDate");

        // Rehearsal: a report, and nothing saved.
        await page.GetByLabel("既存の記録と照合する項目").SelectOptionAsync("code");
        await page.GetByRole(AriaRole.Button, new() { Name = "予行する" }).ClickAsync();
        await Expect(page.GetByText("予行: 何も保存していません")).ToBeVisibleAsync();
        await Expect(page.Locator(".import-state")).ToContainTextAsync("完了");
        var refused = await Count(page, "エラー");
        Assert.InRange(refused, 1, 20);
        await Expect(Counted(page, "新規")).ToHaveTextAsync($"{Rows - refused}");
        await Search(page, "鬼頭");
        await Expect(page.Locator("#search-hits")).ToContainTextAsync("当てはまるものはありません");

        // The run; the refused rows with their reasons.
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "この内容で取り込む" }).ClickAsync();
        await Expect(page.GetByText("予行: 何も保存していません")).Not.ToBeVisibleAsync();
        await Expect(page.Locator(".import-state")).ToContainTextAsync("完了");
        await Expect(Counted(page, "新規")).ToHaveTextAsync($"{Rows - refused}");
        await Expect(Counted(page, "行数")).ToHaveTextAsync($"{Rows}");
        var broken = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "昭和100年13月40日" }).Last;
        await Expect(broken).ToContainTextAsync($"{Rows + 1}");
        await Expect(broken).ToContainTextAsync("生年月日");
        await Expect(broken.Locator("td").Nth(2)).ToHaveTextAsync("昭和100年13月40日");
        await Expect(broken.Locator("td").Last).Not.ToBeEmptyAsync();
        var import = page.Url;

        // Found by two characters.
        await Search(page, "鬼頭");
        await page.Locator("#search-hits").GetByRole(AriaRole.Link, new() { Name = "鬼頭 瑞穂" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("鬼頭 瑞穂");
        await Expect(page.GetByText("〒108-0014")).ToBeVisibleAsync();
        await Expect(page.Locator("#d-birthDate")).ToContainTextAsync("1985/04/01");
        await Expect(page.Locator("#d-firstNameKana")).ToContainTextAsync("ミズホ");

        // Changed where it stands, and remembered.
        await page.GetByRole(AriaRole.Link, new() { Name = "「職業」を編集" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "職業" }).FillAsync("経理部長");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存", Exact = true }).ClickAsync();
        await Expect(page.Locator("#d-occupation")).ToContainTextAsync("経理部長");
        await page.GetByRole(AriaRole.Link, new() { Name = "変更履歴" }).ClickAsync();
        var change = page.Locator(".history-changes tr").Filter(new() { HasText = "職業" }).First;
        await Expect(change.Locator(".before")).ToHaveTextAsync("経理");
        await Expect(change.Locator(".after")).ToHaveTextAsync("経理部長");
        var record = new Uri(page.Url).GetLeftPart(UriPartial.Path);

        // All taken back.
        await page.GotoAsync(import);
        await page.GetByText("取り消す", new() { Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "取り消す" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "取り込みを取り消しました" })).ToBeVisibleAsync();
        await Expect(page.Locator(".import-state")).ToContainTextAsync("取り消し済み");
        await Search(page, "鬼頭");
        await Expect(page.Locator("#search-hits")).ToContainTextAsync("当てはまるものはありません");
        await page.GotoAsync(record);
        await Expect(page.GetByText("ごみ箱に入りました")).ToBeVisibleAsync();
    }

    /// <summary>Goes somewhere by the menu; on a phone it is opened first.</summary>
    private static async Task Menu(IPage page, Device device, string item)
    {
        if (device == Device.Phone) await page.GetByRole(AriaRole.Button, new() { Name = "メニューを開く" }).ClickAsync();
        await page.Locator("#sidebar").GetByRole(AriaRole.Link, new() { Name = item, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = item })).ToBeVisibleAsync();
    }

    private static async Task Search(IPage page, string words)
    {
        var box = page.GetByRole(AriaRole.Searchbox, new() { Name = "検索", Exact = true });
        await box.ClickAsync();
        await box.FillAsync("");
        await box.PressSequentiallyAsync(words);
    }

    private static ILocator Counted(IPage page, string what) => page.Locator(".import-counts div").Filter(new() { Has = page.Locator("dt", new() { HasText = what }) }).Locator("dd");

    private static async Task<int> Count(IPage page, string what) => int.Parse(NotDigits().Replace(await Counted(page, what).InnerTextAsync(), ""));

    private async Task<string> UglyFile()
    {
        var path = Path.Combine(Demo.Installation.Folder, "顧客名簿.csv");
        await using (var file = File.Create(path)) UglyPeopleFile.Write(file, Rows - 2);
        var cp932 = CodePagesEncodingProvider.Instance.GetEncoding(932)!;
        await File.AppendAllTextAsync(path, $"{Person}\r\n{Broken}\r\n", cp932);
        return path;
    }

    [GeneratedRegex("[^0-9]", RegexOptions.None, 1000)]
    private static partial Regex NotDigits();
}
