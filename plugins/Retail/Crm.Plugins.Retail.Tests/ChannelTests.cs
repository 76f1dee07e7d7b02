using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Channels;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Testing;
using Crm.Sdk.Users;

namespace Crm.Plugins.Retail.Tests;

/// <summary>Who buys where, and who moves.</summary>
public sealed class ChannelTests
{
    private static readonly GetChannels Autumn = new(new DateOnly(2026, 9, 1), new DateOnly(2026, 11, 20));

    [Fact]
    public async Task Customers_are_told_apart_by_where_they_bought_within_the_days_and_who_moved_is_counted()
    {
        await using var host = await CrmTestHost.Start();
        var store = await host.Store();
        await host.Member("店舗", "C1");
        await host.Member("通販", null, "e2");
        await host.Member("移動", "C3", "e3");
        await host.Member("逆向", "C4", "e4");
        await host.InStore(store, "2026-10-01", "C1", 1000);
        await host.Online("2026-10-02", "e2", 2000);
        await host.InStore(store, "2026-03-01", "C3", 300);
        await host.InStore(store, "2026-10-03", "C3", 3000);
        await host.Online("2026-10-04", "e3", 500);
        await host.Online("2026-08-01", "e4", 400);
        await host.InStore(store, "2026-10-05", "C4", 4000);
        await host.InStore(store, "2026-10-06", "unknown", 70);
        await host.DeliverEvents();

        var figures = await host.Ask(Autumn);

        Assert.Equal(
            [new BuyerKind("store", 2, 2, 5000, 0), new BuyerKind("ec", 1, 1, 0, 2000), new BuyerKind("both", 1, 2, 3000, 500)], figures.Buyers);
        Assert.Equal((1, 1, 70m), (figures.MovedOnline, figures.MovedToStores, figures.UnknownInStores));
        Assert.Equal((3, 1, 8000m), (figures.Stores[0].People, figures.Stores[0].PeopleAlsoOnline, figures.Stores[0].Amount));
        var page = (await host.Get("/x/retail/channels?from=2026-09-01&until=2026-11-20")).Text;
        Assert.Contains("店舗から EC へ: 1人", page, StringComparison.Ordinal);
        Assert.Contains("今月の購入者", (await host.Get("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sees_some_sales_only_sees_no_shares()
    {
        await using var host = await CrmTestHost.Start();
        var own = await host.As(new TestRights().On(RetailContract.Sale, RecordAction.Read, Reach.Own).May(RetailContract.MaySeeChannels));
        var none = await host.As(new TestRights().All(RetailContract.Sale));

        Assert.Equal("forbidden", (await own.Send(Autumn)).Problems[0].Code);
        Assert.Equal("forbidden", (await none.Send(Autumn)).Problems[0].Code);
        Assert.Equal("retail.days-wrong-way", (await host.Send(new GetChannels(Autumn.Until, Autumn.From))).Problems[0].Code);
    }

    [Fact]
    public async Task Every_page_is_there_and_another_tenant_sees_nothing()
    {
        await using var host = await CrmTestHost.Start();
        await host.InStore(await host.Store(), "2026-10-01", null, 100);
        var (with, without) = (await host.NewTenant("beta"), await host.NewTenant("gamma", withPlugins: false));

        foreach (var page in new[] { "/x/retail/channels", "/x/retail/channels?from=2026-12-01&until=2026-01-01", "/r/retail.sale", "/r/retail.sale/new", "/r/retail.store", "/r/retail.visit/new", "/r/retail.points/new", "/api/v1/x/retail/channels" })
        {
            Assert.Equal((page, 200), (page, (await host.Get(page)).Status));
        }

        Assert.Empty((await with.List(RetailContract.Sale)).Rows);
        Assert.Equal(404, (await without.Get("/x/retail/channels")).Status);
        Assert.DoesNotContain("会員カード番号", (await without.Get($"/r/{CustomersContract.Person}/new")).Text, StringComparison.Ordinal);
    }
}
