using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Web;

/// <summary>Whoever looks for who did what finds it, told in the words of the screens.</summary>
public sealed class AuditScreenTests(SignInHost crm) : IClassFixture<SignInHost>
{
    private const string Company = "customers.company";

    [Fact]
    public async Task A_change_is_told_by_its_labels_before_and_after_with_the_record_it_is_about()
    {
        var (browser, tenant) = await SignedIn();
        var aoba = await Saved(tenant, null, ("name", "青葉商事"), ("rank", "good"));
        await Saved(tenant, aoba, ("rank", "vip"));

        await browser.Get("/settings/audit?action=updated&type=" + Company);
        var entry = browser.Page.QuerySelector(".history-entry")!;
        Assert.Equal(("ランク", "優良", "VIP"), (Cell(entry, "th"), Cell(entry, ".before"), Cell(entry, ".after")));
        Assert.Equal("青葉商事", entry.QuerySelector($"a[href='/r/{Company}/{aoba}']")!.TextContent);

        Assert.False((await crm.Send(tenant, new DeleteRecords(Company, [aoba]))).Failed);
        await browser.Get("/settings/audit?action=deleted");
        Assert.Contains("青葉商事", browser.Page.QuerySelector(".history-entry")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_together_is_one_line_that_opens_into_all()
    {
        var (browser, tenant) = await SignedIn();
        for (var i = 1; i <= 3; i++) await Saved(tenant, null, ("name", $"第{i}倉庫"));
        await crm.Ask(tenant, new BulkEdit(Company, new Filter.All(), new Dictionary<string, object?> { ["rank"] = "vip" }));

        await browser.Get("/settings/audit?action=updated&type=" + Company);
        var line = Assert.Single(browser.Page.QuerySelectorAll(".history-entry"));
        Assert.Contains("3 件", line.TextContent, StringComparison.Ordinal);
        await browser.Get(line.QuerySelector(".audit-of a")!.GetAttribute("href")!);
        Assert.Equal(3, browser.Page.QuerySelectorAll(".history-entry").Length);
        Assert.Contains(browser.Page.QuerySelectorAll(".history-entry"), e => e.TextContent.Contains("第2倉庫", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_audit_is_filtered_by_person_day_action_and_record_and_paged_by_key()
    {
        var (_, tenant) = await SignedIn();
        var hanako = await crm.NewUser(tenant, $"hanako@{tenant.Key}.example", "sales", "佐藤 花子");
        var aoba = await Saved(tenant, null, ("name", "青葉商事"));
        for (var i = 0; i < 60; i++) await Saved(tenant, aoba, ("site", $"https://aoba{i}.example/"));

        var first = await crm.Ask(tenant, new ListAudit { Record = aoba, RecordType = Company });
        Assert.True(first.More);
        var second = await crm.Ask(tenant, new ListAudit(Before: first.Entries[^1].Id) { Record = aoba, RecordType = Company });
        Assert.Equal((61, false), (first.Entries.Count + second.Entries.Count, second.More));
        Assert.Empty(first.Entries.Select(e => e.Id).Intersect(second.Entries.Select(e => e.Id)));

        var today = crm.Services.GetRequiredService<TimeProvider>().Today(tenant);
        Assert.Empty((await crm.Ask(tenant, new ListAudit { To = today.AddDays(-1) })).Entries);
        Assert.Empty((await crm.Ask(tenant, new ListAudit { From = today.AddDays(1) })).Entries);
        Assert.NotEmpty((await crm.Ask(tenant, new ListAudit { From = today, To = today.AddDays(1) })).Entries);
        Assert.Empty((await crm.Ask(tenant, new ListAudit { Actor = hanako })).Entries);
        Assert.Single((await crm.Ask(tenant, new ListAudit { BySystem = true, RecordType = Company, Action = "created" })).Entries);
    }

    [Fact]
    public async Task Settings_are_told_in_words_too()
    {
        var (browser, tenant) = await SignedIn();
        await crm.Ask(tenant, new DefineField(Company, "credit", new FieldDefinition { Kind = FieldKind.Number, Ja = "与信枠", En = "Credit limit", Required = true }));

        await browser.Get("/settings/audit?type=platform.field");
        var told = browser.Page.QuerySelector(".history-changes")!.TextContent;
        Assert.Contains("会社 › 与信枠: 必須", told, StringComparison.Ordinal);
        Assert.Contains("数値", told, StringComparison.Ordinal);
        Assert.DoesNotContain("custom.credit", told, StringComparison.Ordinal);
        await browser.Get("/settings/audit?type=platform.user");
        Assert.Contains("山田 太郎: ロール", browser.Page.QuerySelector(".history-changes")!.TextContent, StringComparison.Ordinal);
    }

    private static string Cell(AngleSharp.Dom.IElement entry, string selector) => entry.QuerySelector(".history-changes tbody " + selector)!.TextContent.Trim();

    private async Task<Guid> Saved(TenantInfo tenant, Guid? id, params (string Field, object? Value)[] values) =>
        (await crm.Ask(tenant, new SaveRecord(Company, id, values.ToDictionary(v => v.Field, v => v.Value)))).Id;

    private async Task<(Browser Browser, TenantInfo Tenant)> SignedIn()
    {
        var tenant = await crm.NewTenant();
        await crm.NewUser(tenant, $"boss@{tenant.Key}.example");
        return (await crm.Browser().SignIn($"boss@{tenant.Key}.example"), tenant);
    }
}
