using Crm.Customers.Analysis.Figures;
using Crm.Customers.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Analysis;

/// <summary>What was bought up to a day, as the figures want it: the latest lines, with what the product is called and costs.</summary>
internal sealed class BoughtLines(CustomersDb db)
{
    /// <summary>More lines than this are not read; pages say that they show the latest only.</summary>
    public const int Most = 1_000_000;

    public async Task<List<Bought>> Of(string type, DateOnly until, CancellationToken cancellation)
    {
        var ofCompanies = type == CustomersContract.Company;
        var lines = from p in db.Purchases.AsNoTracking()
                    where p.BoughtOn != null && p.BoughtOn <= until && (ofCompanies ? p.CompanyId != null : p.PersonId != null)
                    orderby p.BoughtOn descending
                    join q in db.Products on p.ProductId equals (Guid?)q.Id into products
                    from q in products.DefaultIfEmpty()
                    select new { Customer = ofCompanies ? p.CompanyId : p.PersonId, p.BoughtOn, p.Amount, p.ProductId, p.ProductName, Name = q == null ? null : q.Name, p.Quantity, Cost = q == null ? null : q.UnitCost };
        return [.. (await lines.Take(Most).ToListAsync(cancellation)).Select(l => new Bought(l.Customer!.Value, l.BoughtOn!.Value, l.Amount ?? 0, l.ProductId, l.Name ?? l.ProductName, l.Quantity ?? 1, l.Cost * (l.Quantity ?? 1)))];
    }

    public async Task<Dictionary<Guid, (string Name, string Category, decimal Price)>> Products(CancellationToken cancellation) =>
        (await db.Products.AsNoTracking().Select(p => new { p.Id, p.Name, p.Category, p.UnitPrice }).ToListAsync(cancellation)).ToDictionary(p => p.Id, p => (p.Name, p.Category ?? "", p.UnitPrice ?? 0));
}
