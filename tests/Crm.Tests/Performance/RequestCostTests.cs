using Crm.Customers.Contracts;
using Crm.Tests.Infrastructure;
using Xunit.Abstractions;

namespace Crm.Tests.Performance;

/// <summary>
/// How often pages and API ask the database, and for how much. Each ceiling is what it takes today: it goes down with the code, and whoever
/// must raise one says why. Speed is measured by <c>./crm bench</c>; nothing here depends on how busy the machine is.
/// </summary>
[Collection(CostCollection.Name)]
public sealed class RequestCostTests(CostHost crm, ITestOutputHelper output)
{
    [PostgreSqlTheory]
    [InlineData("/r/customers.company", 6, 400)]
    [InlineData("/r/customers.person", 6, 400)]
    [InlineData("/r/customers.company?filter[name][contains]=工業&sort=-createdAt", 6, 400)]
    [InlineData("/r/deals.deal", 9, 600)]
    [InlineData("/r/waste.manifest", 8, 400)]
    [InlineData("/r/customers.company/{company}", 40, 2_000)]
    [InlineData("/r/customers.person/{person}", 40, 2_000)]
    [InlineData("/r/deals.deal/{deal}", 40, 1_000)]
    [InlineData("/r/waste.manifest/{manifest}", 40, 400)]
    [InlineData("/r/customers.company/{company}?tab=history", 10, 400)]
    [InlineData("/r/customers.company/{company}/edit", 10, 100)]
    [InlineData("/r/customers.company/new", 3, 10)]
    [InlineData("/x/deals/board", 20, 1_000)]
    [InlineData("/x/deals/todo", 20, 1_000)]
    [InlineData("/x/waste/chase", 12, 300)]
    [InlineData("/search?q=工業", 20, 200)]
    [InlineData("/notices/count", 30, 200)]
    [InlineData("/", 60, 2_000)]
    public async Task A_page_asks_the_database_no_more_often_than_it_must(string page, int roundTrips, int rows)
    {
        var address = crm.Address(page);
        async Task Open() => Assert.Equal(200, (await crm.Browser.Send(HttpMethod.Get, address)).Status);
        await Open();

        var cost = await crm.Costs.Of(Open);

        output.WriteLine($"{page}: {cost}");
        Within(cost, roundTrips, rows);
    }

    [PostgreSqlTheory]
    [InlineData("records/customers.company?limit=50", 2, 51)]
    [InlineData("records/customers.company?limit=50&count=true", 3, 60)]
    [InlineData("records/customers.company/{company}", 3, 5)]
    [InlineData("records/waste.manifest?limit=50&filter[generatorId]={company}", 2, 51)]
    public async Task The_API_asks_the_database_no_more_often_than_it_must(string path, int roundTrips, int rows)
    {
        var address = crm.Address(path);
        (await crm.Tenant.Admin.Get(address)).Is(200);

        var cost = await crm.Costs.Of(async () => (await crm.Tenant.Admin.Get(address)).Is(200));

        output.WriteLine($"{path}: {cost}");
        Within(cost, roundTrips, rows);
    }

    [PostgreSqlFact]
    public async Task Making_a_record_takes_the_commands_of_its_own_rows_and_no_more()
    {
        var number = 0;
        async Task Make() => (await crm.Tenant.Admin.Post("records/customers.person", new { lastName = "鈴木", firstName = $"一郎{number++}", email = $"suzuki{number}@example.jp" })).Is(201);
        await Make();

        var cost = await crm.Costs.Of(Make);

        output.WriteLine(cost.ToString());
        Within(cost, roundTrips: 8, rows: 30);
    }

    [PostgreSqlFact]
    public async Task A_list_ten_times_as_long_takes_as_many_round_trips()
    {
        async Task<RequestCost> Of(int limit)
        {
            async Task Ask() => (await crm.Tenant.Admin.Get($"records/{CustomersContract.Purchase}?limit={limit}")).Is(200);
            await Ask();
            return await crm.Costs.Of(Ask);
        }

        Assert.Equal((await Of(5)).RoundTrips, (await Of(50)).RoundTrips);
    }

    private static void Within(RequestCost cost, int roundTrips, int rows)
    {
        Assert.True(cost.RoundTrips > 0, "Nothing was counted: the driver no longer tells what it sends.");
        Assert.True(cost.RoundTrips <= roundTrips, $"at most {roundTrips} round trips: {cost}");
        Assert.True(cost.Rows <= rows, $"at most {rows} rows: {cost}");
        Assert.True(cost.MostRepeated <= 4, $"one command again and again: {cost}");
    }
}
