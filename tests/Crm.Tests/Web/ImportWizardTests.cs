using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Crm.Platform.Import;
using Crm.Platform.Pipeline;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Web;

/// <summary>The page on which columns find their fields, as a browser without scripts uses it.</summary>
public sealed class ImportWizardTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Person = "customers.person";

    [Fact]
    public async Task One_column_of_full_names_fills_family_and_given_name()
    {
        var (browser, tenant) = await SignedIn();
        var file = await Upload(tenant, "氏名,ふりがな\n山田 太郎,やまだ たろう\n佐藤　花子,さとう　はなこ\n");
        await Open(browser, file);

        await Run(browser, ("column.1", "lastName|first,firstName|rest"), ("column.2", "lastNameKana|first,firstNameKana|rest"));

        var people = await crm.Ask(tenant, new ListRecords(Person) { Fields = ["lastName", "firstName", "lastNameKana", "firstNameKana"], Sort = [new("lastNameKana", true)] });
        Assert.Equal([["山田", "太郎", "ヤマダ", "タロウ"], ["佐藤", "花子", "サトウ", "ハナコ"]], people.Rows.Select(r => r.Values.Select(v => (string)v!).ToArray()));

        // What is remembered stands in the list as it was chosen.
        await Open(browser, await Upload(tenant, "氏名,ふりがな\n鈴木 一郎,スズキ イチロウ\n"));
        Assert.Equal("lastName|first,firstName|rest", Chosen(browser, 1));
    }

    [Fact]
    public async Task Reading_the_file_again_keeps_what_was_mapped_by_hand()
    {
        var (browser, tenant) = await SignedIn();
        var file = await Upload(tenant, "なまえ,せい,電話\n山田,ヤマダ,03-1234-5678\n佐藤,サトウ,03-1234-5679\n");
        await Open(browser, file);
        Assert.Equal("phone", Chosen(browser, 3));

        await browser.Submit("/import/map", [.. Filled(browser, ("column.1", "lastName"), ("column.3", ""), ("match", "code"), ("headerRow", "1")), ("action", "look")]);
        Assert.Equal((HttpStatusCode.OK, "lastName", "", "code"), (browser.Status, Chosen(browser, 1), Chosen(browser, 3), browser.Page.QuerySelector("#match option[selected]")!.GetAttribute("value")));

        await browser.Submit("/import/map", [.. Filled(browser, ("headerRow", "0")), ("action", "look")]);
        Assert.Equal(("lastName", "列1"), (Chosen(browser, 1), browser.Page.QuerySelector(".import-columns td.title")!.TextContent));

        await browser.Submit("/import/map", [.. Filled(browser, ("delimiter", ";")), ("action", "look")]);
        Assert.Equal((1, ""), (browser.Page.QuerySelectorAll("select[name^='column.']").Length, Chosen(browser, 1)));
    }

    [Fact]
    public void A_mapping_follows_its_column_and_gives_way_to_no_guess()
    {
        var before = new MappingsThatStillFit(new Dictionary<int, string> { [1] = "番号", [2] = "なまえ", [3] = "備考" }, [new(2, "lastName"), new(1, "code") { RestoreZero = true }]);
        TabularColumn[] columns = [new(1, "日付", "日付", true), new(2, "番号", "番号", true), new(3, "なまえ", "なまえ", true), new(4, "備考", "備考", true)];

        var kept = before.Over(columns, [new(1, "birthDate"), new(2, "phone"), new(4, "memo")]);

        Assert.Equal([new(2, "code") { RestoreZero = true }, new(3, "lastName"), new(1, "birthDate")], kept);

        // As many columns, one of them renamed: what stands elsewhere under its name is not taken for it as well.
        TabularColumn[] moved = [columns[2] with { Position = 1 }, new(2, "住所", "住所", true), columns[3] with { Position = 3 }];
        Assert.Equal([new(1, "lastName")], before.Over(moved, []));
    }

    [Fact]
    public async Task Date_format_and_leading_zero_can_be_said_of_a_column_that_was_mapped_on_the_page()
    {
        var (browser, tenant) = await SignedIn();
        var file = await Upload(tenant, "なまえ,うまれ,連絡先番号\n山田,05/11/1985,312345678\n佐藤,25/12/1990,312345679\n");
        await Open(browser, file);
        Assert.Equal("", Chosen(browser, 2));
        Assert.Equal(["date", "zero"], new[] { "birthDate", "phone" }.Select(f => browser.Page.QuerySelector($"select[name='column.2'] option[value='{f}']")!.GetAttribute("data-kind")));
        Assert.Equal("d/M/yyyy", browser.Page.QuerySelector("select[name='format.2'] option[selected]")!.GetAttribute("value"));
        Assert.NotNull(browser.Page.QuerySelector("input[type=checkbox][name='zero.3']"));

        await Run(browser, ("column.1", "lastName"), ("column.2", "birthDate"), ("column.3", "phone"), ("zero.3", "true"));

        var people = await crm.Ask(tenant, new ListRecords(Person) { Fields = ["birthDate", "phone"], Sort = [new("birthDate", false)] });
        Assert.Equal([(new DateOnly(1985, 11, 5), "0312345678"), (new DateOnly(1990, 12, 25), "0312345679")], people.Rows.Select(r => ((DateOnly)r.Values[0]!, (string)r.Values[1]!)));
    }

    [Fact]
    public async Task A_page_of_many_columns_can_be_sent()
    {
        var (browser, tenant) = await SignedIn();
        var columns = Enumerable.Range(1, 700).ToList();
        var file = await Upload(tenant, string.Join(',', columns.Select(c => "欄" + c)) + "\n" + string.Join(',', columns) + "\n");
        await Open(browser, file);

        await browser.Submit("/import/map", [.. Filled(browser, ("column.700", "lastName")), ("action", "look")]);

        Assert.Equal((HttpStatusCode.OK, "lastName"), (browser.Status, Chosen(browser, 700)));
    }

    private async Task<(Browser Browser, TenantInfo Tenant)> SignedIn()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"import@{tenant.Key}.example");
        return (await crm.Browser().SignIn($"import@{tenant.Key}.example"), tenant);
    }

    private async Task<Guid> Upload(TenantInfo tenant, string text)
    {
        await using var scope = await crm.Services.GetRequiredService<WorkScopes>().Open(tenant, Actor.System(ChangeSource.Screen), CancellationToken.None);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await scope.Get<IFiles>().Save("名簿.csv", "text/csv", content);
    }

    private static async Task Open(Browser browser, Guid file)
    {
        await browser.Get($"/import/map?type={Person}&file={file}");
        Assert.True(browser.Status == HttpStatusCode.OK, browser.Text);
    }

    /// <summary>Imports and waits for the end.</summary>
    private static async Task Run(Browser browser, params (string Name, string Value)[] typed)
    {
        await browser.Submit("/import/map", [.. Filled(browser, typed), ("action", "run")]);
        Assert.True(browser.Status == HttpStatusCode.Redirect, browser.Text);
        var report = browser.LeadsTo!;
        for (var i = 0; i < 300; i++)
        {
            await browser.Get(report);
            if (browser.Page.QuerySelector(".import-progress") is null) break;
            await Task.Delay(100);
        }

        Assert.Empty(browser.Page.QuerySelectorAll(".import-problems tbody tr"));
    }

    private static string Chosen(Browser browser, int column) =>
        browser.Page.QuerySelector($"select[name='column.{column}'] option[selected]")?.GetAttribute("value") ?? "";

    /// <summary>What the form holds, with what somebody chose in place of it.</summary>
    private static (string Name, string Value)[] Filled(Browser browser, params (string Name, string Value)[] typed)
    {
        var form = browser.Page.QuerySelector<IHtmlFormElement>("form.import-map")!;
        var held = form.QuerySelectorAll<IHtmlSelectElement>("select:not([disabled])").Select(s => (s.Name!, s.Value ?? ""))
            .Concat(form.QuerySelectorAll<IHtmlInputElement>("input:not([type=checkbox])").Select(i => (i.Name!, i.Value ?? "")))
            .Concat(form.QuerySelectorAll<IHtmlInputElement>("input[type=checkbox]").Where(i => i.IsChecked).Select(i => (i.Name!, i.Value ?? "")));
        return [.. held.Where(h => typed.All(t => t.Name != h.Item1)), .. typed];
    }
}
