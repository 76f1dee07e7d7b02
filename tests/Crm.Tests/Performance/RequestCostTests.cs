using Crm.Customers.Contracts;
using Crm.Tests.Infrastructure;
using Xunit.Abstractions;

namespace Crm.Tests.Performance;

/// <summary>
/// How often pages and API ask the database, and how much it answers: rows that are read and not shown, and columns nobody needs, are bytes.
/// Each ceiling is what it takes today, of bytes a third more: it goes down with the code, and whoever must raise one says why. Speed is measured by <c>./crm bench</c>; nothing here depends on how busy the machine is.
/// </summary>
[Collection(CostCollection.Name)]
public sealed class RequestCostTests(CostHost crm, ITestOutputHelper output)
{
    /// <summary>A question for each row of a list would be sent more often than this; two parts of a page may well ask the same.</summary>
    private const int MostRepeated = 2;

    [PostgreSqlTheory]
    [InlineData("/r/customers.company", 2, 11)]
    [InlineData("/r/customers.person", 4, 9)]
    [InlineData("/r/customers.company?filter[name][contains]=工業&sort=-createdAt", 2, 10)]
    [InlineData("/r/deals.deal", 3, 13)]
    [InlineData("/r/waste.manifest", 3, 14)]
    [InlineData("/r/customers.company/{company}", 13, 58)]
    [InlineData("/r/customers.person/{person}", 14, 23)]
    [InlineData("/r/deals.deal/{deal}", 6, 8)]
    [InlineData("/r/waste.manifest/{manifest}", 6, 8)]
    [InlineData("/r/support.inquiry/{inquiry}", 8, 9)]
    [InlineData("/x/support/desk", 7, 12)]
    [InlineData("/r/customers.company/{company}?tab=history", 10, 12)]
    [InlineData("/r/customers.company/{company}/edit", 2, 5)]
    [InlineData("/r/customers.company/new", 0, 0)]
    [InlineData("/x/deals/board", 6, 32)]
    [InlineData("/x/deals/todo", 5, 5)]
    [InlineData("/x/waste/chase", 3, 13)]
    [InlineData("/x/customers/segment", 5, 8)]
    [InlineData("/search?q=工業", 2, 5)]
    [InlineData("/", 9, 6)]
    public async Task A_page_asks_the_database_no_more_than_it_must(string page, int roundTrips, int kib)
    {
        var address = crm.Address(page);
        async Task Open() => Assert.Equal(200, (await crm.Browser.Send(HttpMethod.Get, address)).Status);
        await Open();

        var cost = await crm.Costs.Of(Open);

        Within(cost, roundTrips, kib);
    }

    [PostgreSqlTheory]
    [InlineData("records/customers.company?limit=50", 1, 28)]
    [InlineData("records/customers.company?limit=50&count=true", 1, 28)]
    [InlineData("records/customers.company/{company}", 1, 4)]
    [InlineData("records/waste.manifest?limit=50&filter[generatorId]={company}", 1, 31)]
    public async Task The_API_asks_the_database_no_more_than_it_must(string path, int roundTrips, int kib)
    {
        var address = crm.Address(path);
        (await crm.Tenant.Admin.Get(address)).Is(200);

        var cost = await crm.Costs.Of(async () => (await crm.Tenant.Admin.Get(address)).Is(200));

        Within(cost, roundTrips, kib);
    }

    [PostgreSqlFact]
    public async Task Making_a_record_takes_the_commands_of_its_own_rows_and_no_more()
    {
        var number = 0;
        async Task Make() => (await crm.Tenant.Admin.Post("records/customers.person", new { lastName = "鈴木", firstName = $"一郎{number++}", email = $"suzuki{number}@example.jp" })).Is(201);
        await Make();

        var cost = await crm.Costs.Of(Make);

        // The tenant told to the connection; the record with its history, its search text and its event.
        Within(cost, 2, 2);
        Assert.All((string[])["customers_person", "platform_audit", "platform_search", "platform_outbox"], table => Assert.Contains("INSERT INTO " + table, cost.Commands[1], StringComparison.Ordinal));
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

    private void Within(RequestCost cost, int roundTrips, int kib)
    {
        output.WriteLine(cost.ToString());
        Assert.True(cost.RoundTrips > 0 || roundTrips == 0, "Nothing was counted: the driver no longer tells what it sends.");
        Assert.True(cost.RoundTrips <= roundTrips, $"at most {roundTrips} round trips, not {cost}");
        Assert.True(cost.Read > 0 || roundTrips == 0, "No bytes were counted: the driver no longer tells what it reads.");
        Assert.True(cost.Read <= kib * 1_024L, $"at most {kib} KiB read, not {cost}");
        Assert.True(cost.MostRepeated <= MostRepeated, $"one command again and again: {cost}");
    }
}
