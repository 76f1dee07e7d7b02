using System.Text;
using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Members;
using Crm.Plugins.Retail.Sales;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.Retail.Tests;

/// <summary>One customer behind the card in the store and the account online.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task Purchases_in_the_store_and_online_are_those_of_one_person()
    {
        await using var host = await CrmTestHost.Start();
        var store = await host.Store();
        var hanako = await host.Member("山田", "2900000001", "hanako");
        await host.InStore(store, "2026-10-01", "2900000001", 4800);
        await host.InStore(store, "2026-10-01", "２９０００００００１", 1500);
        await host.Online("2026-11-01", "hanako", 1900);
        await host.DeliverEvents();

        var person = await host.Record(CustomersContract.Person, hanako);
        Assert.Equal(("both", 6300m, 1900m, 1m), (person[RetailContract.PersonFields.BuysAt], person[RetailContract.PersonFields.StoreTotal], person[RetailContract.PersonFields.EcTotal], person[RetailContract.PersonFields.Visits]));
        Assert.Equal((new DateOnly(2026, 10, 1), new DateOnly(2026, 11, 1)), (person[RetailContract.PersonFields.LastInStoreOn], person[RetailContract.PersonFields.LastOnlineOn]));
        var purchases = (await host.List(CustomersContract.Purchase, Filter.Eq("personId", hanako), "channel", "amount")).Rows;
        Assert.Equal([1500m, 1900m, 4800m], purchases.Select(p => (decimal)p.Values[1]!).Order());
        Assert.Equal(8200m, person["purchaseTotal"]);
    }

    [Fact]
    public async Task A_sale_that_came_before_its_card_is_linked_when_the_card_is_known()
    {
        await using var host = await CrmTestHost.Start();
        var sale = await host.InStore(await host.Store(), "2026-10-01", "2900000002", 4800);
        await host.DeliverEvents();
        Assert.Null((await host.Record(RetailContract.Sale, sale))["personId"]);

        var taro = await host.Member("佐藤", null);
        await host.Change(CustomersContract.Person, taro, (RetailContract.PersonFields.CardNumber, "2900000002"));
        await host.DeliverEvents();

        Assert.Equal(taro, (await host.Record(RetailContract.Sale, sale))["personId"]);
        Assert.Equal(48m, (await host.Record(CustomersContract.Person, taro))[RetailContract.PersonFields.Balance]);
    }

    [Fact]
    public async Task Sales_follow_a_merge_of_people_made_while_the_plugin_was_off()
    {
        await using var host = await CrmTestHost.Start();
        var (stays, goes) = (await host.Member("山田", null), await host.Member("山田", "2900000001"));
        var sale = await host.InStore(await host.Store(), "2026-10-01", "2900000001", 4800);
        await host.DeliverEvents();
        await host.Switch("retail", false);
        await host.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));
        await host.Switch("retail", true);

        await host.DeliverEvents();

        Assert.Equal(stays, (await host.Record(RetailContract.Sale, sale))["personId"]);
    }

    [Fact]
    public async Task A_card_is_one_person_s()
    {
        await using var host = await CrmTestHost.Start();
        await host.Member("山田", "2900000001");

        var refused = await host.Refusals(CustomersContract.Person, ("lastName", "佐藤"), (RetailContract.PersonFields.CardNumber, "２９０００００００１"));

        Assert.StartsWith(RetailContract.PersonFields.CardNumber, Assert.Single(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_matched_by_their_card()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Member("山田", "2900000001");

        var saved = await host.Ask(new SaveRecords(CustomersContract.Person, [new Dictionary<string, object?> { [RetailContract.PersonFields.CardNumber] = "2900000001", ["lastName"] = "山田", ["firstName"] = "花子" }])
        {
            Match = [RetailContract.PersonFields.CardNumber],
        });

        Assert.Equal((RowAction.Updated, hanako), (saved.Rows[0].Action, saved.Rows[0].Id));
    }

    [Fact]
    public async Task A_sale_that_is_taken_away_is_no_purchase_any_more()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Member("山田", "2900000001");
        var sale = await host.InStore(await host.Store(), "2026-10-01", "2900000001", 4800);
        await host.DeliverEvents();

        await host.Ask(new DeleteRecords(RetailContract.Sale, [sale]));
        await host.DeliverEvents();

        Assert.Empty((await host.List(CustomersContract.Purchase)).Rows);
        var person = await host.Record(CustomersContract.Person, hanako);
        Assert.Null(person[RetailContract.PersonFields.BuysAt]);
    }

    [Fact]
    public async Task A_sale_of_a_store_says_which()
    {
        await using var host = await CrmTestHost.Start();

        Assert.Equal(["storeId:retail.sale-without-store"], await host.Refusals(RetailContract.Sale, ("number", "X-1"), ("channel", "store"), ("soldOn", "2026-10-01")));
    }

    [Fact]
    public async Task Points_are_used_as_far_as_they_reach()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.Member("山田", "2900000001");
        await host.InStore(await host.Store(), "2026-10-01", "2900000001", 4880);
        await host.DeliverEvents();

        Assert.Equal(["points:retail.not-enough-points"], await host.Refusals(RetailContract.Points, ("personId", hanako), ("notedOn", "2026-11-01"), ("reason", "used"), ("points", -49)));
        await host.Save(RetailContract.Points, ("personId", hanako), ("notedOn", "2026-11-01"), ("reason", "used"), ("points", -40));
        await host.DeliverEvents();

        Assert.Equal(8m, (await host.Record(CustomersContract.Person, hanako))[RetailContract.PersonFields.Balance]);
    }

    [Fact]
    public async Task A_visit_that_was_noted_on_a_day_of_purchase_is_one_visit()
    {
        await using var host = await CrmTestHost.Start();
        var (store, hanako) = (await host.Store(), await host.Member("山田", "2900000001"));
        await host.InStore(store, "2026-10-01", "2900000001", 4800);
        await host.Save(RetailContract.Visit, ("personId", hanako), ("storeId", store), ("visitedOn", "2026-10-01"), ("purpose", "consultation"));
        await host.Save(RetailContract.Visit, ("personId", hanako), ("storeId", store), ("visitedOn", "2026-10-05"), ("purpose", "pick-up"));
        await host.DeliverEvents();

        Assert.Equal(2m, (await host.Record(CustomersContract.Person, hanako))[RetailContract.PersonFields.Visits]);
        var (tab, card) = (await host.Render<MemberTab>(CustomersContract.Person, hanako), await host.Render<MemberCard>(CustomersContract.Person, hanako));
        foreach (var told in new[] { "リネンのエプロン", "EC 注文の受け取り" }) Assert.Contains(told, tab, StringComparison.Ordinal);
        Assert.Contains("2900000001", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_tills_and_shop_are_known_by_their_columns_and_may_come_twice()
    {
        await using var host = await CrmTestHost.Start();
        await host.Store();
        var hanako = await host.Member("山田", "2900000001", "hanako");
        var tills = Encoding.UTF8.GetBytes("店舗コード,レシート番号,行番号,販売日,会員番号,商品名,数量,単価,金額\r\nS01,0042,1,2026/10/01,２９０００００００１,竹のかご,1,3600,3600\r\nS99,0043,1,2026/10/01,,竹のかご,1,3600,3600\r\n");
        var orders = Encoding.UTF8.GetBytes("注文番号,注文日,会員ID,商品名,数量,単価,小計\r\nA-7,2026/10/02,hanako,今治タオル,2,1900,3800\r\n");

        var (first, shop, again) = (await host.Import(RetailContract.Sale, "pos.csv", tills), await host.Import(RetailContract.Sale, "ec.csv", orders), await host.Import(RetailContract.Sale, "pos.csv", tills));
        await host.DeliverEvents();

        Assert.Equal((1L, 1L, 1L), (first.Created, first.Refused, shop.Created));
        Assert.StartsWith("3 storeId:", Assert.Single(first.Errors), StringComparison.Ordinal);
        Assert.Equal((0L, 0L, 1L), (again.Created, again.Updated, again.Unchanged));
        var person = await host.Record(CustomersContract.Person, hanako);
        Assert.Equal(("both", 3600m, 3800m), (person[RetailContract.PersonFields.BuysAt], person[RetailContract.PersonFields.StoreTotal], person[RetailContract.PersonFields.EcTotal]));
    }

    [Fact]
    public void A_line_of_a_till_is_known_by_store_day_receipt_and_line()
    {
        var row = new Dictionary<string, string>
        {
            ["店舗コード"] = "S01", ["レシート番号"] = "0042", ["行番号"] = "1", ["販売日"] = "2026-10-01", ["会員番号"] = "２９００", ["商品名"] = "竹のかご", ["数量"] = "1", ["単価"] = "3600", ["金額"] = "3600",
        };
        var read = PosFile.Read(c => row.GetValueOrDefault(c, ""));

        Assert.Equal(("POS-S01-2026-10-01-0042-1", "S01", "store", "2900"), (read["number"], read["storeId"], read["channel"], read["cardNumber"]));
        row["行番号"] = "";
        Assert.Throws<FormatException>(() => PosFile.Read(c => row.GetValueOrDefault(c, "")));
    }

    [Fact]
    public void A_line_of_an_order_is_known_by_order_and_product()
    {
        var row = new Dictionary<string, string> { ["注文番号"] = "A-7", ["注文日"] = "2026-10-02", ["会員ID"] = "hanako", ["商品名"] = "今治タオル", ["数量"] = "2", ["単価"] = "1900", ["小計"] = "3800" };
        var read = EcFile.Read(c => row.GetValueOrDefault(c, ""));

        Assert.Equal(("EC-A-7-今治タオル", "ec", "hanako", "3800"), (read["number"], read["channel"], read["ecAccount"], read["amount"]));
    }
}
