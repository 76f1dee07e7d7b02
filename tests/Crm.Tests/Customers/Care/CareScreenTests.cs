using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Sdk.Records;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>The screens of duplicates, segments, consent, handover, quality and visits as a browser without scripts sees them.</summary>
public sealed class CareScreenTests
{
    [Theory, EveryDatabase]
    public async Task Each_screen_shows_what_it_is_about(string database)
    {
        await using var host = await ApiHost.Start(database, [new CustomersModule(), new DealsModule()]);
        var tenant = await host.NewTenant();
        async Task<Guid> Save(string type, params (string Field, object? Value)[] values) => (await tenant.Ask(new SaveRecord(type, null, values.ToDictionary(v => v.Field, v => v.Value)))).Id;
        var one = await Save(CustomersContract.Person, ("lastName", "早乙女"), ("firstName", "千鶴"), ("rank", "VIP"), ("phone", "03-1234-5678"));
        var two = await Save(CustomersContract.Person, ("lastName", "早乙女"), ("firstName", "千づる"), ("rank", "good"), ("email", "chizuru@example.jp"));
        await Save(CustomersContract.Note, ("personId", one), ("writtenAt", new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero)), ("title", "納品の約束"), ("text", "午前中に"));
        await Save(CustomersContract.Purchase, ("personId", one), ("boughtOn", new DateOnly(2026, 10, 1)), ("amount", 5_400m), ("productName", "伊予柑"));
        var segment = await Save(CustomersContract.Segment, ("name", "優良のお客様"), ("customerType", CustomersContract.Person), ("definition", """{"kind":"all","parts":[{"kind":"field","field":"rank","op":"eq","value":"VIP"}]}"""));
        var browser = await tenant.BrowserWith("administrator");

        async Task Shows(string path, params string[] texts)
        {
            var page = await browser.Send(HttpMethod.Get, path);
            Assert.Equal((path, 200), (path, page.Status));
            Assert.All(texts, text => Assert.Contains(text, page.Text, StringComparison.Ordinal));
        }

        await Shows($"/x/customers/visit?of=person&id={one}", "納品の約束", "tel:");
        await Shows($"/x/customers/merge?type={CustomersContract.Person}&a={one}&b={two}", "千づる", "chizuru@example.jp", "03-1234-5678");
        await Shows("/x/customers/duplicates");
        await Shows("/x/customers/duplicates?of=company");
        await Shows("/x/customers/quality");
        await Shows("/x/customers/quality?of=company");
        await Shows("/x/customers/analysis", "伊予柑");
        await Shows("/x/customers/handover");
        await Shows($"/x/customers/segment?id={segment}&why={two}", "優良のお客様", "早乙女 千づる", "早乙女");

        // Adding a condition and counting need no script: the list that adds is an input like any other.
        await Shows("/x/customers/segment?recordType=customers.person&tree.0.kind=all&add.0=field:rank", "name=\"tree.0.0.field\"");
        await Shows("/x/customers/segment?recordType=customers.person&tree.0.kind=all&tree.0.0.kind=field&tree.0.0.field=birthDate&tree.0.0.op=gte&tree.0.0.when=ago&tree.0.0.value=30", "value=\"30\"");
        await Shows($"/x/customers/segment?recordType=customers.person&tree.0.kind=all&tree.0.0.kind=related&tree.0.0.type=customers.note|personId&tree.0.0.op=gte&tree.0.0.value=1", "千鶴");
        await Shows($"/x/customers/segment?recordType=customers.person&tree.0.kind=all&tree.0.0.kind=field&tree.0.0.field=createdAt&tree.0.0.op=gte&tree.0.0.when=ago&tree.0.0.value=3", "千づる");
        await Shows($"/r/{CustomersContract.Segment}/{segment}", "優良のお客様");
        await Shows($"/r/{CustomersContract.Person}/{one}", "/x/customers/visit?");
    }
}
