using Crm.Customers.Contracts;
using Crm.Customers.Purchases;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers;

/// <summary>Purchases and the figures kept of them on their customers.</summary>
public sealed class PurchaseTests
{
    private static Dictionary<string, object?> Row(string number, Guid? person, string on, decimal amount, Guid? company = null) =>
        new() { ["number"] = number, ["personId"] = person, ["companyId"] = company, ["boughtOn"] = on, ["amount"] = amount };

    [Theory, EveryDatabase]
    public async Task An_empty_amount_is_unit_price_times_quantity_and_a_given_one_stays(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事");
        var worked = await crm.Save(CustomersContract.Purchase, ("companyId", company), ("boughtOn", "2026-11-01"), ("unitPrice", "1,280"), ("quantity", 3));
        var given = await crm.Save(CustomersContract.Purchase, ("companyId", company), ("boughtOn", "2026-11-01"), ("unitPrice", 1280), ("quantity", 3), ("amount", 3500));

        Assert.Equal(3840m, (await crm.Get(CustomersContract.Purchase, worked))["amount"]);
        Assert.Equal(3500m, (await crm.Get(CustomersContract.Purchase, given))["amount"]);

        var nobody = await crm.Send(new SaveRecord(CustomersContract.Purchase, null, new Dictionary<string, object?> { ["boughtOn"] = "2026-11-01" }));
        Assert.Equal("customers.purchase-without-customer", Assert.Single(nobody.Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task Figures_follow_purchases_that_come_change_move_and_go(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var company = await crm.Company("北斗商事");
        var (hanako, taro) = (await crm.Person("山田", "花子"), await crm.Person("山田", "太郎"));
        var saved = await crm.Ask(new SaveRecords(CustomersContract.Purchase,
        [
            Row("1", hanako, "2026-01-01", 1000, company), Row("2", hanako, "2026-01-11", 2000, company), Row("3", hanako, "2026-01-31", 3000),
            Row("4", hanako, "2026-01-31", 500), Row("5", hanako, "2026-02-05", -300),
        ]));
        Guid[] ids = [.. saved.Rows.Select(r => r.Id!.Value)];
        await Changed("created");

        // Twice: an event may be delivered again.
        await Changed("created");
        var view = await crm.Get(CustomersContract.Person, hanako);
        Assert.Equal((4m, 6200m, 15m), (view["purchaseCount"], view["purchaseTotal"], view["purchaseInterval"]));
        Assert.Equal((new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31)), (view["firstPurchaseOn"], view["lastPurchaseOn"]));
        Assert.Equal(new DateOnly(2026, 2, 15), view["nextPurchaseOn"]);
        Assert.Equal((new DateOnly(2026, 2, 13), new DateOnly(2026, 2, 18)), (view["nextPurchaseFrom"], view["nextPurchaseUntil"]));
        Assert.Equal(1, view.Version);
        Assert.Equal((2m, 3000m), await Figures(CustomersContract.Company, company));

        await crm.Ask(new SaveRecord(CustomersContract.Purchase, ids[2], new Dictionary<string, object?> { ["personId"] = taro }));
        await Changed("updated", "personId");
        Assert.Equal((3m, 3200m), await Figures(CustomersContract.Person, hanako));
        Assert.Equal((1m, 3000m), await Figures(CustomersContract.Person, taro));

        await crm.Ask(new DeleteRecords(CustomersContract.Purchase, [ids[0], ids[4]]));
        await Changed("deleted");
        Assert.Equal((2m, 2500m), await Figures(CustomersContract.Person, hanako));
        Assert.Equal((1m, 2000m), await Figures(CustomersContract.Company, company));

        await crm.Ask(new RestoreRecords(CustomersContract.Purchase, [ids[0]]));
        await Changed("restored");
        Assert.Equal((3m, 3500m), await Figures(CustomersContract.Person, hanako));

        Task Changed(string action, params string[] fields) => crm.Deliver<KeepPurchaseHabits>(new RecordsChanged(CustomersContract.Purchase, action, ids, fields));

        async Task<(object?, object?)> Figures(string type, Guid id)
        {
            var record = await crm.Get(type, id);
            return (record["purchaseCount"], record["purchaseTotal"]);
        }
    }

    [Theory, EveryDatabase]
    public async Task An_import_taken_back_leaves_the_figures_as_before(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var hanako = await crm.Person("山田", "花子");
        var import = await crm.Ask(new SaveRecords(CustomersContract.Purchase, [.. Enumerable.Range(1, 30).Select(n => Row($"{n}", hanako, $"2026-09-{n:00}", n))]));
        Guid[] ids = [.. import.Rows.Select(r => r.Id!.Value)];
        await crm.Deliver<KeepPurchaseHabits>(new RecordsChanged(CustomersContract.Purchase, "created", ids, []));
        Assert.Equal(465m, (await crm.Get(CustomersContract.Person, hanako))["purchaseTotal"]);

        await crm.Ask(new UndoChangeSet(import.ChangeSet));
        await crm.Deliver<KeepPurchaseHabits>(new RecordsChanged(CustomersContract.Purchase, "deleted", ids, []));

        var view = await crm.Get(CustomersContract.Person, hanako);
        Assert.Equal((0m, 0m), (view["purchaseCount"], view["purchaseTotal"]));
        Assert.Null(view["lastPurchaseOn"]);
        Assert.Null(view["nextPurchaseOn"]);
    }

    [Theory, EveryDatabase]
    public async Task Nobody_types_the_figures(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var refused = await crm.Send(new SaveRecord(CustomersContract.Person, null, new Dictionary<string, object?> { ["lastName"] = "山田", ["purchaseTotal"] = 1_000_000 }));
        Assert.Equal("purchaseTotal", Assert.Single(refused.Problems).Field);
    }

    [Theory, EveryDatabase]
    public async Task Figures_of_one_tenant_are_not_touched_by_another(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var hanako = await crm.Person("山田", "花子");
        var id = await crm.Save(CustomersContract.Purchase, ("personId", hanako), ("boughtOn", "2026-11-01"), ("amount", 100));
        var other = await crm.NewTenant("beta");

        await using (var scope = await crm.Scope(other))
        {
            await scope.Of<HabitRecount>("customers").Of([hanako], CancellationToken.None);
        }

        await crm.Deliver<KeepPurchaseHabits>(new RecordsChanged(CustomersContract.Purchase, "created", [id], []));
        Assert.Equal(100m, (await crm.Get(CustomersContract.Person, hanako))["purchaseTotal"]);
    }
}
