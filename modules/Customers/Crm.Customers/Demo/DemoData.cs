using Crm.Customers.Purchases;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;

namespace Crm.Customers.Demo;

/// <summary>Fills a demonstration tenant: <c>trading</c> whole, <c>waste</c> and <c>inn</c> with what their plugins build upon.</summary>
internal sealed class DemoData(CustomersDb db, HabitRecount recount, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int AtOnce = 500;

    public async Task Fill(string scenario, int seed, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var data = scenario switch
        {
            "waste" => WasteScenario.Make(seed, today),
            "inn" => InnScenario.Make(seed, today),
            _ => TradingScenario.Make(seed, today),
        };
        foreach (var some in data.All.Chunk(AtOnce))
        {
            db.AddRange(some);
            var saved = await db.SaveAsync(cancellation: cancellation);
            if (saved.Failed) throw new InvalidOperationException("The sample data breaks a rule: " + string.Join("; ", saved.Problems.Select(p => $"{p.Code} {p.Field}")));
            db.ChangeTracker.Clear();
        }

        // The events do this too, a moment later; the first page somebody opens should be right.
        await recount.Of([.. data.Companies.Select(c => c.Id), .. data.People.Select(p => p.Id)], cancellation);
    }
}
