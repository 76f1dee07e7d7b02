using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Sdk.Records;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>Whoever merges or erases a customer reads first what is under way with them.</summary>
public sealed class OpenMattersTests
{
    [Theory, EveryDatabase]
    public async Task Before_a_merge_and_an_erasure_stands_what_is_under_way(string database)
    {
        await using var host = await ApiHost.Start(database, [new CustomersModule(), new DealsModule(), new SupportModule()]);
        var tenant = await host.NewTenant();
        async Task<Guid> Save(string type, params (string Field, object? Value)[] values) => (await tenant.Ask(new SaveRecord(type, null, values.ToDictionary(v => v.Field, v => v.Value)))).Id;
        var stays = await Save(CustomersContract.Person, ("lastName", "早乙女"), ("firstName", "千鶴"));
        var goes = await Save(CustomersContract.Person, ("lastName", "早乙女"), ("firstName", "千づる"));
        var stage = (await tenant.Ask(new ListRecords(DealsContract.Stage) { Limit = 1 })).Rows[0].Id;
        await Save(DealsContract.Deal, ("name", "伊予柑の贈答"), ("personId", goes), ("stageId", stage));
        await Save(DealsContract.Deal, ("name", "紅まどんな"), ("personId", goes), ("stageId", stage));
        await Save(SupportContract.Inquiry, ("subject", "届かない"), ("personId", goes));
        var request = await Save(CustomersContract.PersonRequest, ("personId", goes), ("kind", "erasure"), ("receivedOn", new DateOnly(2026, 11, 1)));
        var disclosure = await Save(CustomersContract.PersonRequest, ("personId", goes), ("kind", "disclosure"), ("receivedOn", new DateOnly(2026, 11, 1)));
        var browser = await tenant.BrowserWith("administrator");

        async Task<string> Note(string path)
        {
            var page = (await browser.Send(HttpMethod.Get, path)).Text;
            var from = page.IndexOf("data-open-matters", StringComparison.Ordinal);
            return from < 0 ? "" : page[from..page.IndexOf("</div>", from, StringComparison.Ordinal)];
        }

        var merge = await Note($"/x/customers/merge?type={CustomersContract.Person}&a={stays}&b={goes}");
        Assert.All(["早乙女 千鶴", "進行中の案件 2件", "対応中の問い合わせ 1件"], text => Assert.Contains(text, merge, StringComparison.Ordinal));
        Assert.Equal("", await Note($"/x/customers/merge?type={CustomersContract.Person}&a={goes}&b={stays}"));
        Assert.Contains("進行中の案件 2件", await Note($"/r/{CustomersContract.PersonRequest}/{request}"), StringComparison.Ordinal);
        Assert.Equal("", await Note($"/r/{CustomersContract.PersonRequest}/{disclosure}"));
    }
}
