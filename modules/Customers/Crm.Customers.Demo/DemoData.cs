using Crm.Customers.Purchases;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;

namespace Crm.Customers.Demo;

/// <summary>Customers of a trading company.</summary>
internal sealed class TradingDemo(CustomersDb db, HabitRecount recount, TimeProvider clock, ITenant tenant) : IDemoData
{
    public Task Fill(int seed, CancellationToken cancellation) => SampleRows.Save(db, recount, TradingScenario.Make(seed, clock.Today(tenant)), cancellation);
}

/// <summary>Customers of a waste disposal company.</summary>
internal sealed class WasteDemo(CustomersDb db, HabitRecount recount, TimeProvider clock, ITenant tenant) : IDemoData
{
    public Task Fill(int seed, CancellationToken cancellation) => SampleRows.Save(db, recount, WasteScenario.Make(seed, clock.Today(tenant)), cancellation);
}

/// <summary>Guests of an inn.</summary>
internal sealed class InnDemo(CustomersDb db, HabitRecount recount, TimeProvider clock, ITenant tenant) : IDemoData
{
    public Task Fill(int seed, CancellationToken cancellation) => SampleRows.Save(db, recount, InnScenario.Make(seed, clock.Today(tenant)), cancellation);
}

internal static class SampleRows
{
    private const int AtOnce = 500;

    public static async Task Save(CustomersDb db, HabitRecount recount, SampleData data, CancellationToken cancellation)
    {
        foreach (var some in data.All.Chunk(AtOnce))
        {
            db.AddRange(some);
            var saved = await db.SaveAsync(cancellation: cancellation);
            saved.OrThrow("The sample data breaks a rule");
            db.ChangeTracker.Clear();
        }

        // The events do this too, a moment later; the first page somebody opens should be right.
        await recount.Of([.. data.Companies.Select(c => c.Id), .. data.People.Select(p => p.Id)], cancellation);
    }
}
