// Keeps what customers bought up to date on their records: worked out anew for whoever a change of purchases concerns,
// so that it does not matter how the change came, how often it is reported or in what order.
using Crm.Customers.Shared;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Purchases;

/// <summary>Works the habits of customers out and writes them: two queries and two updates for every 500 customers.</summary>
internal sealed class HabitRecount(CustomersDb db)
{
    private const int AtOnce = 500;

    /// <summary>Recounts these customers.</summary>
    /// <param name="customers">Companies and people, mixed.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Of(IEnumerable<Guid> customers, CancellationToken cancellation)
    {
        foreach (var ids in customers.Distinct().Order().Chunk(AtOnce).Select(c => c.ToList()))
        {
            // Deleting first also makes two recounts of one customer wait for each other.
            await db.Habits.Where(h => ids.Contains(h.CustomerId)).ExecuteDeleteAsync(cancellation);
            var days = await Days(ids, cancellation);
            db.Habits.AddRange(ids.Select(id => PurchaseHabits.Of([.. days[id].OrderBy(d => d.On)]) with { TenantId = db.TenantId, CustomerId = id }));
            await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            await Write(db.People, ids, cancellation);
            await Write(db.Companies, ids, cancellation);
        }
    }

    private async Task<ILookup<Guid, PurchaseDay>> Days(List<Guid> ids, CancellationToken cancellation)
    {
        var ofPeople = await Days(
            db.Purchases.Where(p => p.PersonId != null && ids.Contains(p.PersonId.Value))
                .Select(p => new Line { Customer = p.PersonId!.Value, On = p.BoughtOn, Quantity = p.Quantity, Amount = p.Amount }), cancellation);
        var ofCompanies = await Days(
            db.Purchases.Where(p => p.CompanyId != null && ids.Contains(p.CompanyId.Value))
                .Select(p => new Line { Customer = p.CompanyId!.Value, On = p.BoughtOn, Quantity = p.Quantity, Amount = p.Amount }), cancellation);
        return ofPeople.Concat(ofCompanies).ToLookup(d => d.Customer, d => d.Day);
    }

    private static async Task<IEnumerable<(Guid Customer, PurchaseDay Day)>> Days(IQueryable<Line> lines, CancellationToken cancellation)
    {
        var days = await lines
            .Where(l => l.On != null)
            .GroupBy(l => new { l.Customer, l.On })
            .Select(g => new
            {
                g.Key.Customer, g.Key.On, Amount = g.Sum(l => l.Amount),
                Bought = g.Count(l => (l.Quantity == null || l.Quantity >= 0) && (l.Amount == null || l.Amount >= 0)),
            })
            .ToListAsync(cancellation);
        return days.Select(d => (d.Customer, new PurchaseDay(d.On!.Value, d.Bought, d.Amount ?? 0)));
    }

    // Not through SaveAsync: these figures are no edit of the customer. They leave no history and no new version.
    private Task Write<T>(IQueryable<T> customers, List<Guid> ids, CancellationToken cancellation) where T : Customer =>
        (from c in customers join h in db.Habits on c.Id equals h.CustomerId where ids.Contains(c.Id) select new { c, h })
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(x => x.c.PurchaseCount, x => x.h.PurchaseCount)
                    .SetProperty(x => x.c.PurchaseTotal, x => x.h.PurchaseTotal)
                    .SetProperty(x => x.c.FirstPurchaseOn, x => x.h.FirstPurchaseOn)
                    .SetProperty(x => x.c.LastPurchaseOn, x => x.h.LastPurchaseOn)
                    .SetProperty(x => x.c.PurchaseInterval, x => x.h.PurchaseInterval)
                    .SetProperty(x => x.c.NextPurchaseOn, x => x.h.NextPurchaseOn)
                    .SetProperty(x => x.c.NextPurchaseFrom, x => x.h.NextPurchaseFrom)
                    .SetProperty(x => x.c.NextPurchaseUntil, x => x.h.NextPurchaseUntil)
                    .SetProperty(x => x.c.PurchaseSeason, x => x.h.PurchaseSeason),
                cancellation);

    /// <summary>One purchase as one of its customers sees it.</summary>
    private sealed class Line
    {
        public Guid Customer { get; init; }

        public DateOnly? On { get; init; }

        public decimal? Quantity { get; init; }

        public decimal? Amount { get; init; }
    }
}
