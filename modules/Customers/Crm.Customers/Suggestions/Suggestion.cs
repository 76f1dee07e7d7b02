// What to offer next: who bought the one tends to buy the other, or goes on to it. Worked out at night, so that a customer's page only looks it up.
using Crm.Customers.Analysis;
using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Suggestions;

/// <summary>A connection between two products among the buyers of a kind.</summary>
internal sealed class Suggestion
{
    public Guid TenantId { get; set; }

    /// <summary>Whose purchases it was found in: people or companies.</summary>
    public string RecordType { get; set; } = "";

    /// <summary>The product they have.</summary>
    public Guid IfId { get; set; }

    /// <summary>The product to offer.</summary>
    public Guid ThenId { get; set; }

    public string Kind { get; set; } = SuggestionKinds.CrossSell;

    /// <summary>Buyers of the first who also bought the second, in thousandths.</summary>
    public int Share { get; set; }

    /// <summary>How many times everybody's share that is, in hundredths; 0 for an upgrade.</summary>
    public int Lift { get; set; }
}

internal static class SuggestionKinds
{
    public const string CrossSell = "cross-sell";
    public const string Upgrade = "upgrade";
}

/// <summary>Finds the connections anew from the purchases of the last years.</summary>
internal sealed class RecountSuggestions(CustomersDb db, BoughtLines bought, TimeProvider clock, ITenant tenant) : IJob
{
    private const int Most = 2_000;
    private const int Years = 3;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var today = clock.Today(tenant);
        var products = await bought.Products(cancellation);
        var found = new List<Suggestion>();
        foreach (var type in (string[])[CustomersContract.Person, CustomersContract.Company])
        {
            var customers = (await bought.Of(type, today, cancellation)).Where(b => b.On > today.AddYears(-Years) && b.Quantity > 0).GroupBy(b => b.Customer).ToList();
            found.AddRange(AssociationRule.Of([.. customers.Select(c => c.Select(b => b.Product).OfType<Guid>().ToHashSet())]).Take(Most)
                .Select(r => new Suggestion { RecordType = type, IfId = r.If, ThenId = r.Then, Share = (int)Math.Round(1000 * r.Confidence), Lift = (int)Math.Round(100 * r.Lift) }));
            found.AddRange(UpgradePath.Of(customers, products.Where(p => p.Value.Category.Length > 0).ToDictionary(p => p.Key, p => (p.Value.Category, p.Value.Price))).Take(Most)
                .Select(u => new Suggestion { RecordType = type, IfId = u.From, ThenId = u.To, Kind = SuggestionKinds.Upgrade, Share = (int)Math.Round(1000 * u.Share) }));
        }

        var before = await db.Suggestions.ToListAsync(cancellation);
        db.Suggestions.RemoveRange(before);
        await db.SaveAsync(cancellation: cancellation);
        foreach (var suggestion in found) suggestion.TenantId = db.TenantId;
        db.Suggestions.AddRange(found);
        await db.SaveAsync(cancellation: cancellation);
        await run.Report(found.Count, found.Count);
    }
}
