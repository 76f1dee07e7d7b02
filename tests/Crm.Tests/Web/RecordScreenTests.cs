using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Crm.Campaigns;
using Crm.Customers;
using Crm.Deals;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Identity;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Web;

/// <summary>The generated screens as a browser without scripts sees them.</summary>
public sealed partial class RecordScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Company = "customers.company";

    [Fact]
    public async Task A_form_with_a_mistake_comes_back_with_what_was_typed_and_the_cure_beside_the_field()
    {
        var (browser, _) = await SignedIn();
        await browser.Get($"/r/{Company}/new");

        await browser.Submit($"/r/{Company}", ("name", ""), ("email", "よくない"), ("phone", "03-1234-5678"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Contains("会社名", Error(browser, "name"), StringComparison.Ordinal);
        Assert.Contains("name@example.co.jp", Error(browser, "email"), StringComparison.Ordinal);
        Assert.Equal("よくない", browser.Page.QuerySelector("input[name=email]")?.GetAttribute("value"));
        Assert.Equal("03-1234-5678", browser.Page.QuerySelector("input[name=phone]")?.GetAttribute("value"));
    }

    [Fact]
    public async Task The_postal_code_button_fills_the_address_without_a_script()
    {
        var (browser, _) = await SignedIn();
        await browser.Get($"/r/{Company}/new");

        await browser.Submit($"/r/{Company}", ("name", "みなと商店"), ("postalCode", "105-0014"), ("_fill", "postalCode"));

        Assert.Equal("東京都", browser.Page.QuerySelector("input[name=prefecture]")?.GetAttribute("value"));
        Assert.Equal("港区", browser.Page.QuerySelector("input[name=city]")?.GetAttribute("value"));
        Assert.Equal("みなと商店", browser.Page.QuerySelector("input[name=name]")?.GetAttribute("value"));
    }

    [Fact]
    public async Task A_reference_can_be_given_by_name_where_there_is_no_picker()
    {
        var (browser, tenant) = await SignedIn();
        var head = await Save(tenant, new() { ["name"] = "東都物流株式会社" });
        await browser.Get($"/r/{Company}/new");

        await browser.Submit($"/r/{Company}", ("name", "東都物流 北営業所"), ("parentId", ""), ("parentId._title", "東都物流株式会社"));

        await browser.Get(browser.LeadsTo!);
        Assert.Equal($"/r/{Company}/{head}", browser.Page.QuerySelector("#d-parentId dd a")?.GetAttribute("href"));
    }

    [Fact]
    public async Task A_company_shows_the_tabs_that_hold_something_and_keeps_the_rest_in_a_menu()
    {
        var (browser, tenant) = await SignedIn();
        var head = await Save(tenant, new() { ["name"] = "東都物流" });
        var post = await Post(tenant, head);

        await browser.Get($"/r/{Company}/{head}");
        var shown = browser.Page.QuerySelectorAll(".tabs-nav a.nav-link").Select(a => a.TextContent.Trim()).ToList();
        Assert.Contains("在籍者", shown);
        Assert.DoesNotContain("下位の会社", shown);
        Assert.InRange(shown.Count, 3, 7);
        Assert.Contains(browser.Page.QuerySelectorAll(".tabs-more a"), a => a.TextContent.Trim() == "下位の会社");

        await browser.Get($"/r/{Company}/{head}?tab=rel-customers.company-parentId");
        Assert.Equal("下位の会社", browser.Page.QuerySelector(".tabs-nav a.active")!.TextContent.Trim());

        await browser.Get($"/r/{Company}/{head}?tab=rel-customers.employment-companyId");
        Assert.Equal("佐藤 花子", browser.Page.QuerySelector($"#related-rows td.title a[href='/r/customers.employment/{post}']")!.TextContent.Trim());
        await browser.Get($"/r/customers.employment/{post}");
        Assert.Contains("佐藤 花子 東都物流", browser.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_changes_what_may_not_be_changed_any_more_gets_their_form_back_with_the_reason_and_is_told_of_no_other_person()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        var company = (await tenant.Admin.Post($"records/{Company}", new { name = "株式会社青葉製作所" })).Is(201).Id;
        var stage = (await tenant.Admin.Get("records/deals.stage?sort=position")).Is(200)["items"][0].GetProperty("id").GetString();
        var deal = (await tenant.Admin.Post("records/deals.deal", new { name = "什器の入れ替え", companyId = company, stageId = stage, amount = "37828" })).Is(201).Id;
        Assert.InRange((await tenant.Admin.Post("commands/deals.win", new { id = deal })).Status, 200, 204);
        var version = (await tenant.Admin.Get($"records/deals.deal/{deal}")).Is(200)["version"].GetInt64();
        var browser = await tenant.BrowserWith("administrator");

        var answer = await browser.Send(HttpMethod.Post, $"/r/deals.deal/{deal}", [("_version", $"{version}"), ("name", "什器の入れ替え"), ("amount", "999")]);

        Assert.Equal(422, answer.Status);
        Assert.Contains("再開", answer.Text, StringComparison.Ordinal);
        Assert.Contains("999", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ほかの人が先に変更", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_opens_with_what_it_is_looked_at_for_and_never_with_a_timeline_that_stays_empty()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule(), new DealsModule(), new CampaignsModule()]);
        var tenant = await host.NewTenant();
        var browser = await tenant.BrowserWith("administrator");

        Assert.Equal("タイムライン", await FirstTab(Company, new { name = "株式会社青葉製作所" }));
        Assert.Equal("プレビュー", await FirstTab("campaigns.template", new { name = "春のご案内", subject = "ご案内", body = "{{salutation}}" }));
        Assert.Equal("購入", await FirstTab("customers.product", new { name = "作業机", code = "D-1" }));

        async Task<string> FirstTab(string type, object values)
        {
            var id = (await tenant.Admin.Post($"records/{type}", values)).Is(201).Id;
            var page = new HtmlParser().ParseDocument((await browser.Send(HttpMethod.Get, $"/r/{type}/{id}")).Is(200).Text);
            var first = page.QuerySelector(".tabs-nav a.nav-link")!;
            Assert.True(first.ClassList.Contains("active"), $"{type} does not open with its first tab.");
            Assert.EndsWith($"/r/{type}/{id}", first.GetAttribute("href"), StringComparison.Ordinal);
            return first.TextContent.Trim();
        }
    }

    [Theory]
    [InlineData("昭和62年4月1日", "1987/04/01")]
    [InlineData("S62.4.1", "1987/04/01")]
    [InlineData("２０２６／１／１０", "2026/01/10")]
    [InlineData("2026年1月10日", "2026/01/10")]
    public async Task A_date_is_typed_as_it_stands_in_a_register(string typed, string shown)
    {
        var (browser, tenant) = await SignedIn();
        var id = await Save(tenant, new() { ["name"] = "青葉商店" });
        await browser.Get($"/r/{Company}/{id}/field/foundedOn");
        Assert.NotEqual("date", browser.Page.QuerySelector("input[name=foundedOn]")!.GetAttribute("type"));
        await browser.Submit($"/r/{Company}/{id}/field/foundedOn", ("foundedOn", typed));
        await browser.Get($"/r/{Company}/{id}");
        Assert.Contains(shown, browser.Page.QuerySelector("#d-foundedOn")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_doubt_about_what_was_saved_is_told_at_once()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get($"/r/{Company}/new");
        await browser.Submit($"/r/{Company}", ("name", "みなと商店"), ("phone", "３１２３４５６７８"));
        await browser.Get(browser.LeadsTo!);
        Assert.Contains("電話番号の先頭の0", browser.Page.QuerySelector(".toast-box")!.TextContent, StringComparison.Ordinal);

        var id = await Save(tenant, new() { ["name"] = "青葉商店" });
        await browser.Get($"/r/{Company}/{id}/field/phone");
        await browser.Submit($"/r/{Company}/{id}/field/phone", ("phone", "０３ー１２３４ー５６７"));
        await browser.Get(browser.LeadsTo!);
        Assert.Contains("電話番号として読めない", browser.Page.QuerySelector(".toast-box")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("電話番号として読めない", browser.Page.QuerySelector(".page-head")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("03-1234-567", browser.Page.QuerySelector("#d-phone")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_who_change_different_fields_both_keep_their_change()
    {
        var (hanako, tenant) = await SignedIn();
        var id = await Save(tenant, new() { ["name"] = "青葉製作所", ["phone"] = "03-1111-1111" });
        await hanako.Get($"/r/{Company}/{id}/edit");
        await Change(tenant, id, new() { ["phone"] = "03-2222-2222" });

        await hanako.Submit($"/r/{Company}/{id}", Filled(hanako, ("site", "https://aoba.example.jp/")));

        Assert.Equal(HttpStatusCode.Redirect, hanako.Status);
        var now = await crm.Ask(tenant, new GetRecord(Company, id));
        Assert.Equal("03-2222-2222", now["phone"]);
        Assert.Equal("https://aoba.example.jp/", now["site"]);
    }

    [Fact]
    public async Task Two_people_who_change_the_same_field_are_shown_both_values_and_one_chooses()
    {
        var (hanako, tenant) = await SignedIn();
        var id = await Save(tenant, new() { ["name"] = "青葉製作所", ["phone"] = "03-1111-1111" });
        await hanako.Get($"/r/{Company}/{id}/edit");
        await Change(tenant, id, new() { ["phone"] = "03-2222-2222" });

        await hanako.Submit($"/r/{Company}/{id}", Filled(hanako, ("phone", "03-3333-3333"), ("site", "https://aoba.example.jp/")));

        Assert.Equal(HttpStatusCode.Conflict, hanako.Status);
        var row = Assert.Single(hanako.Page.QuerySelectorAll(".conflict-table tbody tr"));
        Assert.Contains("03-2222-2222", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("03-3333-3333", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("03-2222-2222", (await crm.Ask(tenant, new GetRecord(Company, id)))["phone"]);

        await hanako.Submit($"/r/{Company}/{id}", ("_keep.phone", "theirs"));

        var now = await crm.Ask(tenant, new GetRecord(Company, id));
        Assert.Equal("03-2222-2222", now["phone"]);
        Assert.Equal("https://aoba.example.jp/", now["site"]);
    }

    [Fact]
    public async Task A_value_is_set_back_from_the_history()
    {
        var (browser, tenant) = await SignedIn();
        var id = await Save(tenant, new() { ["name"] = "青葉製作所", ["phone"] = "03-1111-1111" });
        await Change(tenant, id, new() { ["phone"] = "03-2222-2222" });
        await browser.Get($"/r/{Company}/{id}?tab=history");

        await browser.Submit($"/r/{Company}/{id}/field/phone");

        Assert.Equal("03-1111-1111", (await crm.Ask(tenant, new GetRecord(Company, id)))["phone"]);
    }

    [Fact]
    public async Task Many_records_are_changed_at_once_and_the_change_is_taken_back()
    {
        var (browser, tenant) = await SignedIn();
        var ids = new[] { await Save(tenant, new() { ["name"] = "甲商店", ["rank"] = "new" }), await Save(tenant, new() { ["name"] = "乙商店", ["rank"] = "good" }) };
        await browser.Get($"/r/{Company}");
        await browser.Submit($"/r/{Company}/bulk", ("ids", ids[0].ToString()), ("ids", ids[1].ToString()), ("action", "edit"), ("field", "rank"));

        await browser.Submit($"/r/{Company}/bulk", ("ids", ids[0].ToString()), ("ids", ids[1].ToString()), ("rank", "VIP"), ("field", "rank"));
        Assert.Equal(["VIP", "VIP"], await Ranks(tenant, ids));

        await browser.Get(browser.LeadsTo!);
        await browser.Submit("/r/undo");
        Assert.Equal(["new", "good"], await Ranks(tenant, ids));
    }

    [Fact]
    public async Task Many_records_lose_a_value_only_when_that_is_said()
    {
        var (browser, tenant) = await SignedIn();
        var ids = new[] { await Save(tenant, new() { ["name"] = "甲商店", ["rank"] = "new" }), await Save(tenant, new() { ["name"] = "乙商店", ["rank"] = "good" }) };
        await browser.Get($"/r/{Company}");
        await browser.Submit($"/r/{Company}/bulk", ("ids", ids[0].ToString()), ("ids", ids[1].ToString()), ("action", "edit"), ("field", "rank"));

        await browser.Submit($"/r/{Company}/bulk", ("ids", ids[0].ToString()), ("ids", ids[1].ToString()), ("rank", ""), ("field", "rank"));
        Assert.Contains("値が入力されていません", browser.Text, StringComparison.Ordinal);
        Assert.Equal(["new", "good"], await Ranks(tenant, ids));

        await browser.Submit($"/r/{Company}/bulk", ("ids", ids[0].ToString()), ("ids", ids[1].ToString()), ("rank", ""), ("_empty", "true"), ("field", "rank"));
        Assert.Equal([null, null], await Ranks(tenant, ids));
    }

    [Fact]
    public async Task A_record_in_the_bin_says_so_and_comes_back()
    {
        var (browser, tenant) = await SignedIn();
        var id = await Save(tenant, new() { ["name"] = "青葉製作所" });
        await browser.Get($"/r/{Company}/{id}");
        await browser.Submit($"/r/{Company}/{id}/delete");
        await browser.Get($"/r/{Company}?bin=1");
        Assert.Contains("青葉製作所", browser.Text, StringComparison.Ordinal);

        await browser.Get($"/r/{Company}/{id}");
        await browser.Submit($"/r/{Company}/{id}/restore");

        await browser.Get($"/r/{Company}/{id}");
        Assert.Null(browser.Page.QuerySelector(".in-bin"));
    }

    [Fact]
    public async Task A_filter_chosen_in_its_form_stands_in_the_address_and_in_words_above_the_list()
    {
        var (browser, tenant) = await SignedIn();
        await Save(tenant, new() { ["name"] = "甲商店", ["rank"] = "VIP" });
        await Save(tenant, new() { ["name"] = "乙商店", ["rank"] = "new" });

        await browser.Get($"/r/{Company}/filter/apply?at={Uri.EscapeDataString("?sort=name")}&field=rank&op=in&value=VIP");

        Assert.Equal($"/r/{Company}?filter[rank][in]=VIP&sort=name", Uri.UnescapeDataString(browser.LeadsTo!));
        await browser.Get(browser.LeadsTo!);
        Assert.Contains("ランク", browser.Page.QuerySelector(".chip")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["甲商店"], browser.Page.QuerySelectorAll("td.title").Select(t => t.TextContent));
    }

    [Fact]
    public async Task A_saved_view_is_for_its_maker_until_it_is_shared()
    {
        var (hanako, tenant) = await SignedIn();
        await crm.NewUser(tenant, "ichiro@aozora.example", name: "鈴木 一郎");
        var ichiro = await crm.Browser().SignIn("ichiro@aozora.example");
        await hanako.Get($"/r/{Company}?filter[rank]=VIP");
        await hanako.Submit($"/r/{Company}/views", ("name", "重点顧客"));
        Assert.Contains("重点顧客", await Views(hanako), StringComparison.Ordinal);
        Assert.DoesNotContain("重点顧客", await Views(ichiro), StringComparison.Ordinal);

        await hanako.Get($"/r/{Company}?filter[rank]=VIP");
        await hanako.Submit($"/r/{Company}/views", ("name", "重点顧客"), ("shared", "true"));

        Assert.Contains("重点顧客", await Views(ichiro), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_writes_the_menus_of_its_fields_when_they_are_opened_and_not_before()
    {
        var (browser, tenant) = await SignedIn();
        await Save(tenant, new() { ["name"] = "東都物流" });
        await browser.Get($"/r/{Company}?filter[rank][in]=VIP&fields=name,phone&sort=name");
        var menus = browser.Page.QuerySelectorAll("[data-menu-rest]").Select(m => m.GetAttribute("href")!).ToList();

        Assert.Equal(3, menus.Count);
        Assert.Empty(browser.Page.QuerySelectorAll("[data-narrow-item], .column-choice, .filter-editor"));

        // As the script asks for them: the menu alone. And as a page of its own where no script runs.
        foreach (var whole in (bool[])[false, true])
        {
            (string, string)[] asked = whole ? [] : [("HX-Request", "true")];
            await browser.Get(menus[0], asked);
            Assert.Equal(whole, browser.Page.QuerySelector(".sidebar") is not null);
            Assert.Equal("VIP", browser.Page.QuerySelector(".filter-editor input[checked]")?.GetAttribute("value"));

            await browser.Get(menus[1], asked);
            Assert.Equal(whole, browser.Page.QuerySelector(".sidebar") is not null);
            var industry = browser.Page.QuerySelectorAll("a[data-narrow-item]").Single(a => a.TextContent == "業種");
            Assert.Equal(!whole, industry.HasAttribute("hx-get"));
            Assert.Contains("filter[rank][in]", Uri.UnescapeDataString(industry.GetAttribute("href")!), StringComparison.Ordinal);

            await browser.Get(menus[2], asked);
            Assert.Equal(whole, browser.Page.QuerySelector(".sidebar") is not null);
            var columns = browser.Page.QuerySelectorAll(".column-choice input").ToList();
            Assert.Equal(["name", "phone"], columns.Where(c => c.HasAttribute("checked")).Select(c => c.GetAttribute("value")));
            Assert.True(columns.Count > 10, "Only the columns that are shown already are offered.");
            Assert.Equal("VIP", browser.Page.QuerySelector("input[name='filter[rank][in]']")?.GetAttribute("value"));
        }
    }

    [Fact]
    public async Task Every_page_keeps_to_the_strict_policy_and_is_small()
    {
        var (browser, tenant) = await SignedIn();
        Guid id = default;
        for (var i = 0; i < 60; i++) id = await Save(tenant, new() { ["name"] = $"株式会社青葉製作所 {i}", ["phone"] = "03-1111-1111", ["rank"] = "VIP", ["memo"] = "<script>alert(1)</script>" });

        foreach (var path in new[] { "/", $"/r/{Company}", $"/r/{Company}/new", $"/r/{Company}/{id}", $"/r/{Company}/{id}/edit", $"/r/{Company}/{id}?tab=history", "/search?q=青葉", "/notices", $"/r/{Company}/filter?field=rank", $"/r/{Company}/filter", $"/r/{Company}/columns" })
        {
            await browser.Get(path, ("Accept-Encoding", "br"));
            Assert.True(browser.Status == HttpStatusCode.OK, $"{path}: {browser.Status}");
            Assert.DoesNotContain("unsafe", browser.Last.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            var packed = await browser.Last.Content.ReadAsByteArrayAsync();
            Assert.Equal("br", Assert.Single(browser.Last.Content.Headers.ContentEncoding));
            Assert.True(packed.Length <= 60 * 1024, $"{path} is {packed.Length} bytes.");

            await browser.Get(path);
            Assert.Empty(browser.Page.QuerySelectorAll("style, [style], script:not([src])"));
            Assert.DoesNotContain(browser.Page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal)));
            Assert.DoesNotMatch(KanjiAsEntity(), await browser.Last.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Ids_and_names_on_a_form_are_one_of_a_kind_and_every_input_has_a_name_to_be_read_aloud()
    {
        var (browser, _) = await SignedIn();

        await browser.Get($"/r/{Company}/new");

        var ids = browser.Page.QuerySelectorAll("[id]").Select(e => e.Id!).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(
            browser.Page.QuerySelectorAll(".record-form :is(input, select, textarea)").Where(i => i.GetAttribute("type") is not ("hidden" or "submit")),
            input => Assert.True(
                input.HasAttribute("aria-label") || input.Closest("label") is not null || browser.Page.QuerySelector($"label[for='{input.Id}']") is not null,
                input.OuterHtml));
    }

    [Fact]
    public async Task Another_tenants_record_is_not_there()
    {
        var (browser, _) = await SignedIn();
        var (_, other) = await SignedIn("jiro@kaze.example");
        var theirs = await Save(other, new() { ["name"] = "秘密商会" });

        foreach (var path in new[] { "", "/edit", "/field/name", "/file/name", "?tab=history" })
        {
            await browser.Get($"/r/{Company}/{theirs}{path}");
            Assert.Equal(HttpStatusCode.NotFound, browser.Status);
            Assert.DoesNotContain("秘密", browser.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_that_is_not_there_says_so_in_the_language_of_the_reader()
    {
        var (browser, _) = await SignedIn();
        await browser.Get("/");
        await browser.Submit("/me/preferences", ("language", "en"));

        await browser.Get("/r/no.such");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        Assert.Contains("There is no such page", browser.Text, StringComparison.Ordinal);
        await browser.Get("/x/customers/no-such-screen");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task A_form_sends_nobody_to_another_site(string returnTo)
    {
        var (browser, _) = await SignedIn();
        await browser.Get("/");

        await browser.Submit("/me/preferences", ("theme", "dark"), ("_return", returnTo));

        Assert.Equal("/", browser.LeadsTo);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        var (browser, _) = await SignedIn();

        await browser.Post($"/r/{Company}", ("name", "偽造商店"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.Get($"/r/{Company}?q=偽造");
        Assert.DoesNotContain("偽造商店", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_and_styles_are_kept_for_ever_and_come_compressed()
    {
        var (browser, _) = await SignedIn();
        await browser.Get("/");
        var href = browser.Page.QuerySelector("link[rel=stylesheet][href$='crm.css']")!.GetAttribute("href")!;

        await browser.Get(href, ("Accept-Encoding", "gzip, br"));

        Assert.True(browser.Last.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
        Assert.Equal("br", Assert.Single(browser.Last.Content.Headers.ContentEncoding));
        await browser.Get(href.Replace("css/crm.css", "../appsettings.json", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    private async Task<(Browser Browser, TenantInfo Tenant)> SignedIn(string email = "hanako@aozora.example")
    {
        var tenant = await crm.NewTenant();
        var address = $"{tenant.Key}.{email}";
        await crm.NewUser(tenant, address, name: "佐藤 花子");
        return (await crm.Browser().SignIn(address), tenant);
    }

    private async Task<Guid> Save(TenantInfo tenant, Dictionary<string, object?> values) => (await crm.Ask(tenant, new SaveRecord(Company, null, values))).Id;

    private async Task<Guid> Post(TenantInfo tenant, Guid company)
    {
        var person = await crm.Ask(tenant, new SaveRecord("customers.person", null, new Dictionary<string, object?> { ["lastName"] = "佐藤", ["firstName"] = "花子" }));
        return (await crm.Ask(tenant, new SaveRecord("customers.employment", null, new Dictionary<string, object?> { ["personId"] = person.Id, ["companyId"] = company, ["department"] = "営業部" }))).Id;
    }

    private Task<SavedRecord> Change(TenantInfo tenant, Guid id, Dictionary<string, object?> values) => crm.Ask(tenant, new SaveRecord(Company, id, values));

    private async Task<object?[]> Ranks(TenantInfo tenant, Guid[] ids)
    {
        var ranks = new List<object?>();
        foreach (var id in ids) ranks.Add((await crm.Ask(tenant, new GetRecord(Company, id)))["rank"]);
        return [.. ranks];
    }

    private static async Task<string> Views(Browser browser)
    {
        await browser.Get($"/r/{Company}");
        return browser.Page.QuerySelector(".views")!.TextContent;
    }

    private static string Error(Browser browser, string field) => browser.Page.QuerySelector($"[data-error-for='{field}']")?.TextContent ?? "";

    /// <summary>All a browser would send of the record's form, with some values typed over.</summary>
    private static (string Name, string Value)[] Filled(Browser browser, params (string Name, string Value)[] typed)
    {
        var form = browser.Page.QuerySelector(".record-form")!;
        var there = form.QuerySelectorAll("input:not([type=radio]):not([type=checkbox]):not([type=file]), textarea, select, input:checked")
            .Select(i => (Name: i.GetAttribute("name") ?? "", Value: i.LocalName switch
            {
                "textarea" => i.TextContent,
                "select" => i.QuerySelector("option[selected]")?.GetAttribute("value") ?? "",
                _ => i.GetAttribute("value") ?? "",
            }))
            .Where(i => i.Name.Length > 0 && !typed.Any(t => t.Name == i.Name));
        return [.. there, .. typed];
    }

    [GeneratedRegex("&#x[3-9][0-9A-F]{3};", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KanjiAsEntity();
}
