using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk.Records;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>A won deal becomes purchases of its customer, once.</summary>
public sealed class WonDealTests
{
    [Theory, EveryDatabase]
    public async Task Each_line_of_a_won_deal_becomes_one_purchase_of_the_customer(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約", "closing");
        var product = await crm.Save(CustomersContract.Product, ("name", "段ボール 120サイズ 20枚"), ("unitPrice", 2_980m));
        await crm.Line(deal, "段ボール 120サイズ 20枚", 100, 2_980, ("productId", product), ("discount", 8_000m));
        await crm.Line(deal, "OPPテープ 50巻", 4, 5_400);

        await crm.Do(new WinDeal(deal, new DateOnly(2026, 11, 19)));
        await crm.DeliverEvents();
        await crm.DeliverEvents();

        var company = (Guid)(await crm.Get(DealsContract.Deal, deal))["companyId"]!;
        var bought = (await crm.List(CustomersContract.Purchase, Filter.Eq("companyId", company), "productName", "productId", "quantity", "amount", "boughtOn", "channel")).Read().OrderByDescending(p => p.Number("amount")).ToList();
        Assert.Equal([("段ボール 120サイズ 20枚", 100m, 290_000m), ("OPPテープ 50巻", 4m, 21_600m)], bought.Select(p => (p.Text("productName"), p.Number("quantity")!.Value, p.Number("amount")!.Value)));
        Assert.Equal(product, bought[0].Reference("productId"));
        Assert.All(bought, p => Assert.Equal((new DateOnly(2026, 11, 19), "sales"), (p.Day("boughtOn")!.Value, p["channel"])));
        Assert.Equal(311_600m, (await crm.Get(CustomersContract.Company, company))["purchaseTotal"]);
    }

    [Theory, EveryDatabase]
    public async Task A_won_deal_without_lines_becomes_one_purchase_of_its_amount(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("工具保守プラン");

        await crm.Do(new WinDeal(deal));
        await crm.DeliverEvents();

        var bought = Assert.Single((await crm.List(CustomersContract.Purchase, null, "productName", "amount")).Read());
        Assert.Equal(("工具保守プラン", 1_200_000m), (bought.Text("productName"), bought.Number("amount")));
    }

    [Theory, EveryDatabase]
    public async Task A_reopened_deal_takes_its_purchases_back_and_winning_again_makes_them_again(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("清掃用品の定期納入");
        await crm.Line(deal, "ゴミ袋 90L 600枚", 12, 5_480);
        await crm.Do(new WinDeal(deal));
        await crm.DeliverEvents();

        await crm.Do(new ReopenDeal(deal));
        await crm.DeliverEvents();
        Assert.Empty((await crm.List(CustomersContract.Purchase)).Rows);

        await crm.Do(new WinDeal(deal));
        await crm.DeliverEvents();
        Assert.Single((await crm.List(CustomersContract.Purchase)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task Whatever_order_the_events_come_in_the_purchases_are_those_of_the_deal_as_it_is(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("弁当容器の切替え");
        await crm.Line(deal, "弁当容器 600組", 5, 9_800);

        // Nothing is delivered before all has happened: each subscriber takes its own events, in an order of its own.
        await crm.Do(new WinDeal(deal));
        await crm.Do(new ReopenDeal(deal));
        await crm.Do(new WinDeal(deal));
        await crm.DeliverEvents();
        Assert.Single((await crm.List(CustomersContract.Purchase)).Rows);

        await crm.Do(new ReopenDeal(deal));
        await crm.Do(new WinDeal(deal));
        await crm.Do(new ReopenDeal(deal));
        await crm.DeliverEvents();
        Assert.Empty((await crm.List(CustomersContract.Purchase)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_that_is_imported_as_won_buys_nothing(string database)
    {
        await using var crm = await DealsHost.Start(database);

        var deal = await crm.Deal("昨年の案件", "closing", ("status", "won"), ("closedOn", "2026-03-31"), ("openedOn", "2026-01-10"));
        await crm.DeliverEvents();

        Assert.Equal("won", (await crm.Get(DealsContract.Deal, deal))["status"]);
        Assert.Empty((await crm.List(CustomersContract.Purchase)).Rows);
    }
}
