using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Contact;

/// <summary>A file to contact people with, by API and by page: who is in it, who is not and why, and what the log keeps of it.</summary>
public sealed class ContactExportTests
{
    private const string People = "/r/customers.person";

    [Fact]
    public async Task A_file_for_a_purpose_holds_those_who_agreed_and_another_the_rest_with_the_reasons()
    {
        await using var host = await ApiHost.Start(Databases.Sqlite, [new CustomersModule()]);
        var tenant = await host.NewTenant();
        var hanako = (await tenant.Admin.Post("records/customers.person", new { lastName = "青葉", firstName = "花子", email = "hanako@example.jp" })).Is(201).Id;
        await tenant.Admin.Post("records/customers.person", new { lastName = "黒川", firstName = "一郎", email = "ichiro@example.jp" });
        var purpose = (await tenant.Admin.Get("records/customers.purpose?filter[code]=newsletter")).Is(200)["items"][0].GetProperty("id").GetString();
        (await tenant.Admin.Post("records/customers.consent", new { personId = hanako, purposeId = purpose, channel = CustomersContract.Channels.Email, basis = "consent", at = "2026-01-05T00:00:00Z", how = "Webフォーム" })).Is(201);

        var agreed = (await tenant.Admin.Get("records/customers.person/export?use=newsletter:email")).Is(200).Text;
        var others = (await tenant.Admin.Get("records/customers.person/export?use=newsletter:email&leftOut=true")).Is(200).Text;
        Assert.True(agreed.Contains("青葉", StringComparison.Ordinal) && !agreed.Contains("黒川", StringComparison.Ordinal), agreed);
        Assert.True(others.Contains("黒川", StringComparison.Ordinal) && !others.Contains("青葉", StringComparison.Ordinal), others);
        Assert.Matches("台帳にありません|Nothing in the ledger", others);
        Assert.Contains("newsletter:email", (await tenant.Admin.Get("records/customers.person/export?use=party:email")).Is(422).Text, StringComparison.Ordinal);
        Assert.Contains("no-export-use", (await tenant.Admin.Get("records/customers.person/export?leftOut=true")).Is(422).Text, StringComparison.Ordinal);

        var browser = await tenant.BrowserWith("administrator");
        Assert.Contains($"{People}/export-for?q=", (await browser.Send(HttpMethod.Get, $"{People}?q=青葉")).Is(200).Text, StringComparison.Ordinal);
        Assert.Contains("value=\"newsletter:email\"", (await browser.Send(HttpMethod.Get, $"{People}/export-for?q=青葉")).Is(200).Text, StringComparison.Ordinal);
        Assert.Contains("青葉", (await browser.Send(HttpMethod.Get, $"{People}/export?q=青葉&use=newsletter:email&format=csv")).Is(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("export-for", (await browser.Send(HttpMethod.Get, "/r/customers.purchase")).Is(200).Text, StringComparison.Ordinal);
        Assert.Contains("用途 newsletter:email・除かれたもの", (await browser.Send(HttpMethod.Get, "/settings/audit?show=access")).Is(200).Text, StringComparison.Ordinal);
    }
}
