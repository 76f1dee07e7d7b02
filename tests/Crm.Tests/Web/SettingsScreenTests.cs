using System.Net;
using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Tests.Identity;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Web;

/// <summary>What an administrator sets on screens holds from the next request on and stands in the audit.</summary>
public sealed class SettingsScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Company = "customers.company";

    [Fact]
    public async Task A_tenants_settings_hold_from_the_next_request_on_and_are_audited()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/tenant");
        Assert.Equal("Asia/Tokyo", browser.Page.QuerySelector("input[name=timeZone]")!.GetAttribute("value"));

        await browser.Submit("/settings/tenant", ("name", "みなと商事"), ("timeZone", "America/New_York"), ("language", "en"), ("currency", "usd"), ("fiscalYearStart", "10"));

        Assert.Equal("/settings/tenant", browser.LeadsTo);
        await browser.Get("/settings/tenant");
        Assert.Equal("Tenant settings", browser.Page.QuerySelector("h1")!.TextContent.Trim());
        var now = (await crm.Services.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None))!;
        Assert.Equal(("みなと商事", "America/New_York", "en", "USD", 10), (now.Name, now.TimeZone.Id, now.Language.Name, now.Currency, now.FiscalYearStart));
        var entry = Assert.Single((await crm.Ask(tenant, new ListAudit())).Entries, e => e.RecordType == AuditedSettings.Tenant);
        Assert.Equal(("updated", "platform.tenant", "screen", "山田 太郎"), (entry.Action, entry.RecordType, entry.Source, entry.ActorName));
        Assert.Equal(5, System.Text.Json.JsonDocument.Parse(entry.Detail!).RootElement.EnumerateObject().Count());
        await browser.Get("/settings/audit");
        Assert.Contains("Tenant settings", browser.Page.QuerySelector(".audit-type")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_come_back_with_their_cure_and_change_nothing()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/tenant");

        await browser.Submit("/settings/tenant", ("name", " "), ("timeZone", "Mars/Base"), ("language", "fr"), ("currency", "円"), ("fiscalYearStart", "13"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Equal(5, browser.Page.QuerySelectorAll(".error-box li").Length);

        // Two sentences: English has a space between them.
        Assert.All(browser.Page.QuerySelectorAll(".error-box li:has(span)"), line => Assert.Contains(line.QuerySelector("strong")!.TextContent + " " + line.QuerySelector("span")!.TextContent, line.TextContent, StringComparison.Ordinal));
        Assert.Equal("Mars/Base", browser.Page.QuerySelector("input[name=timeZone]")!.GetAttribute("value"));
        Assert.Equal(tenant.Name, (await crm.Ask(tenant, new GetTenantSettings())).Name);
        Assert.DoesNotContain((await crm.Ask(tenant, new ListAudit())).Entries, e => e.RecordType == AuditedSettings.Tenant);
    }

    [Fact]
    public async Task Settings_of_the_tenant_ask_for_their_right()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"sales@{tenant.Key}.example", "sales");
        var sales = await crm.Browser().SignIn($"sales@{tenant.Key}.example");
        await sales.Get("/settings/tenant");
        Assert.Equal(HttpStatusCode.Forbidden, sales.Status);
        await sales.Get("/settings");
        Assert.Null(sales.Page.QuerySelector("a[href='/settings/tenant']"));

        var change = new ChangeTenantSettings(new TenantSettings("乗っ取り商会", "Asia/Tokyo", "ja", "JPY", 4));
        Assert.Equal(ProblemKind.Forbidden, (await crm.Send(tenant, change, TestHost.UserWith(["admin.fields", "admin.users"]))).Problems[0].Kind);
        Assert.False((await crm.Send(tenant, change with { Settings = change.Settings with { Name = "改名商会" } }, TestHost.UserWith(["admin.settings"]))).Failed);
    }

    [Fact]
    public async Task A_field_is_called_by_the_tenants_own_word_and_by_the_products_again()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get($"/settings/fields?type={Company}&name={Company}/rank");
        await browser.Submit("/settings/labels", ("ja", "重要度"), ("en", "Importance"));
        Assert.Equal($"/settings/fields?type={Company}", browser.LeadsTo);

        await browser.Get($"/r/{Company}/new");
        Assert.Contains("重要度", browser.Page.QuerySelector("label[for$='rank']")!.TextContent, StringComparison.Ordinal);
        var entry = Assert.Single((await crm.Ask(tenant, new ListAudit())).Entries, e => e.RecordType == AuditedSettings.Word);
        Assert.Equal(("platform.label", $$"""{"{{Company}}/rank":[null,"重要度 / Importance"]}"""), (entry.RecordType, entry.Detail));

        await browser.Get($"/settings/fields?type={Company}&name={Company}/rank");
        await browser.Submit("/settings/labels", ("reset", "true"));
        await browser.Get($"/r/{Company}/new");
        Assert.Contains("ランク", browser.Page.QuerySelector("label[for$='rank']")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("unknown-field", (await crm.Send(tenant, new SetLabel($"{Company}/none", new Label("無", "None")))).Problems[0].Code);
        Assert.Equal("required", (await crm.Send(tenant, new SetLabel($"{Company}/rank", new Label(" ", "Rank")))).Problems[0].Code);
    }

    [Fact]
    public async Task A_record_type_of_the_tenants_own_is_taken_out_of_use_and_brought_back()
    {
        var (browser, tenant) = await SignedIn();
        var vehicle = await crm.Ask(tenant, new DefineRecordType("vehicle", new RecordTypeDefinition { Ja = "車両", En = "Vehicle" }));
        var truck = await crm.Ask(tenant, new SaveRecord(vehicle, null, new Dictionary<string, object?> { ["custom.name"] = "4tダンプ" }));
        await browser.Get($"/settings/fields?type={vehicle}");

        await browser.Submit("/settings/record-types/remove");
        await browser.Get($"/r/{vehicle}/{truck.Id}");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);

        await browser.Get("/settings/fields");
        Assert.Contains("車両", browser.Page.QuerySelector("#removed-types")!.TextContent, StringComparison.Ordinal);
        await browser.Submit("/settings/record-types/remove");
        await browser.Get($"/r/{vehicle}/{truck.Id}");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Equal(["restored", "deleted", "created"], (await crm.Ask(tenant, new ListAudit())).Entries.Where(e => e.RecordType == "platform.record-type").Select(e => e.Action));
    }

    [Fact]
    public async Task Adding_a_field_or_a_record_type_whose_key_is_taken_changes_nothing()
    {
        var (browser, tenant) = await SignedIn();
        await crm.Ask(tenant, new DefineField(Company, "grade", new FieldDefinition { Kind = FieldKind.Choice, Ja = "格付け", En = "Grade", Choices = [new("a", ("松", "A"))] }));
        await crm.Ask(tenant, new DefineRecordType("rental", new RecordTypeDefinition { Ja = "貸出機材", En = "Rental" }));

        await browser.Get("/settings/fields?type=" + Company);
        await browser.Submit("/settings/fields", ("ja", "評価"), ("key", "grade"), ("kind", "Choice"), ("choices", "b = 甲"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Contains("grade", browser.Page.QuerySelector(".error-box")!.TextContent, StringComparison.Ordinal);
        await browser.Get("/settings/fields?type=" + Company);
        await browser.Submit("/settings/record-types", ("ja", "車両"), ("key", "rental"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);

        var types = await crm.Ask(tenant, new GetRecordTypes());
        Assert.Equal("松", types.Single(t => t.Key == Company)["custom.grade"].Choices[0].Label.Ja);
        Assert.Equal("貸出機材", types.Single(t => t.Key == "custom.rental").Label.Ja);
    }

    [Fact]
    public async Task A_field_called_like_another_is_warned_of_and_told_apart_where_one_is_chosen()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/fields?type=" + Company);
        await browser.Submit("/settings/fields", ("ja", "電話"), ("key", "phone2"), ("kind", "Phone"));
        await browser.Get(browser.LeadsTo!);
        Assert.Contains("電話", browser.Page.QuerySelector(".toast-box")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("ほかにも", browser.Page.QuerySelector(".toast-box")!.TextContent, StringComparison.Ordinal);

        var type = (await crm.Ask(tenant, new GetRecordTypes())).Single(t => t.Key == Company);
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        var choices = type.Sections.SelectMany(s => Host.Web.Imports.ColumnChoice.In(type, s.Key)).ToDictionary(c => c.Value, c => c.Label);
        Assert.Equal(("電話（連絡先）", "電話（追加項目）"), (choices["phone"], choices["custom.phone2"]));
    }

    [Fact]
    public async Task A_field_of_ones_own_takes_decimals_and_limits_in_any_width_and_refuses_nonsense()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/fields?type=" + Company);
        await browser.Submit("/settings/fields", ("ja", "利率"), ("key", "rate"), ("kind", "Number"), ("min", "０"), ("max", "abc"), ("decimals", "２"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Contains("abc", browser.Page.QuerySelector(".error-box")!.TextContent, StringComparison.Ordinal);

        await browser.Submit("/settings/fields", ("recordType", Company), ("ja", "利率"), ("key", "rate"), ("kind", "Number"), ("min", "０"), ("max", "１００"), ("decimals", "２"));
        var field = (await crm.Ask(tenant, new GetRecordTypes())).Single(t => t.Key == Company)["custom.rate"];
        Assert.Equal((0m, 100m, 2), (field.Min, field.Max, field.Decimals));
    }

    [Fact]
    public async Task A_field_of_ones_own_has_a_pattern_a_hint_and_a_place_and_its_page_leads_to_its_history()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/fields?type=" + Company);
        foreach (var bad in (string[])["([A-Z", @"(?=a)b", @"(a)\1"])
        {
            await browser.Submit("/settings/fields", ("recordType", Company), ("ja", "契約番号"), ("key", "contractNo"), ("kind", "Text"), ("pattern", bad));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
            Assert.Contains("正規表現", browser.Page.QuerySelector(".error-box")!.TextContent, StringComparison.Ordinal);
        }

        await browser.Submit("/settings/fields", ("recordType", Company), ("ja", "契約番号"), ("key", "contractNo"), ("kind", "Text"), ("pattern", "[A-Z]{2}-[0-9]{4}|仮.*"), ("hintJa", "英大文字2字-4桁。例: AB-1234"), ("section", "basic"));
        await crm.Ask(tenant, new DefineField(Company, "contractNo2", new FieldDefinition { Kind = FieldKind.Text, Ja = "旧番号", En = "Old number" }));

        // By hand and by program alike; the hint is the cure.
        await browser.Get($"/r/{Company}/new");
        await browser.Submit($"/r/{Company}", ("name", "青葉"), ("custom.contractNo", "AB-12345"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.Contains("例: AB-1234", browser.Page.QuerySelector("[data-error-for='custom.contractNo']")!.TextContent, StringComparison.Ordinal);
        var refused = (await crm.Ask(tenant, new SaveRecords(Company, [new Dictionary<string, object?> { ["name"] = "青葉", ["custom.contractNo"] = "xAB-1234" }, new Dictionary<string, object?> { ["name"] = "青葉", ["custom.contractNo"] = "AB-1234" }, new Dictionary<string, object?> { ["name"] = "若葉", ["custom.contractNo"] = "仮 3" }]))).Rows;
        Assert.Equal(["bad-pattern"], refused.SelectMany(r => r.Problems).Select(p => p.Code));
        Assert.True(refused[0].Problems.Count == 1 && refused[1].Id is not null && refused[2].Id is not null);

        await browser.Get($"/r/{Company}/{refused[1].Id}");
        Assert.Contains("基本情報", browser.Page.QuerySelector("#d-custom-contractNo")!.Closest("details")!.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
        await browser.Get("/settings/fields?type=" + Company);
        var history = browser.Page.QuerySelectorAll("a").Single(a => a.TextContent == "履歴" && Uri.UnescapeDataString(a.GetAttribute("href")!).EndsWith("contractNo", StringComparison.Ordinal)).GetAttribute("href")!;
        await browser.Get(history);
        Assert.Contains("会社 › 契約番号", browser.Page.QuerySelector(".audit-only")!.TextContent, StringComparison.Ordinal);
        Assert.Single(browser.Page.QuerySelectorAll(".audit-type"));
        Assert.False((await crm.Send(tenant, new RemoveField(Company, "custom.contractNo"))).Failed);
        await browser.Get(history);
        Assert.Equal(2, browser.Page.QuerySelectorAll(".audit-type").Length);
    }

    [Fact]
    public async Task Work_that_needs_something_to_work_on_is_not_started_from_the_list_of_jobs()
    {
        var (browser, tenant) = await SignedIn();
        await browser.Get("/settings/jobs");
        Assert.Null(browser.Page.QuerySelector("form[action='/settings/jobs/platform.import/run']"));
        Assert.NotNull(browser.Page.QuerySelector("form[action='/settings/jobs/platform.tidy/run']"));
        Assert.Equal("needs-arguments", (await crm.Send(tenant, new Platform.Jobs.RunJob("platform.import"))).Problems[0].Code);
    }

    [Fact]
    public async Task Who_defined_changed_or_removed_which_field_role_team_or_user_stands_in_the_audit()
    {
        var (browser, tenant) = await SignedIn();
        var field = new FieldDefinition { Kind = FieldKind.Number, Ja = "与信枠", En = "Credit limit" };
        var key = await crm.Ask(tenant, new DefineField(Company, "credit", field));
        await crm.Ask(tenant, new DefineField(Company, "credit", field with { Required = true }));
        Assert.False((await crm.Send(tenant, new RemoveField(Company, key))).Failed);
        var hanako = await crm.NewUser(tenant, $"hanako@{tenant.Key}.example", "viewer", "佐藤 花子");
        var role = await crm.Ask(tenant, new SaveRole(null, "窓口", "Desk", new() { Permissions = ["records.import"] }));
        await crm.Ask(tenant, new SaveRole(role, "窓口", "Desk", new() { Permissions = ["records.bulk"] }));
        Assert.False((await crm.Send(tenant, new ChangeUser(hanako, $"hanako@{tenant.Key}.example", "佐藤 花子", [role.ToString()], []))).Failed);
        await crm.Ask(tenant, new SaveTeam(null, "東日本", [hanako]));
        Assert.False((await crm.Send(tenant, new SwitchModule("deals", false))).Failed);

        var audit = (await crm.Ask(tenant, new ListAudit())).Entries.Reverse().ToList();
        Assert.Equal(["created", "updated", "deleted"], audit.Where(e => e.RecordType == AuditedSettings.Field).Select(e => e.Action));
        Assert.Contains($"\"{Company}/custom.credit: required\":[null,\"true\"]", Details(AuditedSettings.Field), StringComparison.Ordinal);
        Assert.Contains("\"窓口: records.import\":[\"true\",null]", Details(AuditedSettings.Role), StringComparison.Ordinal);
        Assert.Contains("\"佐藤 花子: roles\":[\"閲覧のみ\",\"窓口\"]", Details(AuditedSettings.User), StringComparison.Ordinal);
        Assert.Contains("\"東日本: members\":[null,\"佐藤 花子\"]", Details(AuditedSettings.Team), StringComparison.Ordinal);
        Assert.Contains("\"deals\":[\"on\",\"off\"]", Details(AuditedSettings.Module), StringComparison.Ordinal);
        await browser.Get("/settings/audit");
        foreach (var what in new[] { "項目", "ロール", "チーム", "ユーザー", "モジュール" }) Assert.Contains(browser.Page.QuerySelectorAll(".audit-type"), c => c.TextContent.Contains(what, StringComparison.Ordinal));

        string Details(string what) => string.Join('\n', audit.Where(e => e.RecordType == what).Select(e => e.Detail));
    }

    [Fact]
    public async Task A_record_type_that_others_point_to_stays()
    {
        var tenant = await crm.NewTenant();
        var vehicle = await crm.Ask(tenant, new DefineRecordType("vehicle", new RecordTypeDefinition { Ja = "車両", En = "Vehicle" }));
        var field = await crm.Ask(tenant, new DefineField(Company, "truck", new FieldDefinition { Kind = FieldKind.Reference, Ja = "担当車両", En = "Truck", References = vehicle }));

        Assert.Equal("pointed-to", (await crm.Send(tenant, new RemoveRecordType(vehicle))).Problems[0].Code);
        Assert.False((await crm.Send(tenant, new RemoveField(Company, field))).Failed);
        Assert.False((await crm.Send(tenant, new RemoveRecordType(vehicle))).Failed);
    }

    private async Task<(Browser Browser, TenantInfo Tenant)> SignedIn()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"boss@{tenant.Key}.example");
        return (await crm.Browser().SignIn($"boss@{tenant.Key}.example"), tenant);
    }
}
