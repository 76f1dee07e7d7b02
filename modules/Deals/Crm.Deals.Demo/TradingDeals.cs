// Deals of a trading company for works supplies, made from the customers and products that its demonstration has.
using Crm.Customers.Contracts;
using Crm.Deals.Activities;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Goals;
using Crm.Deals.Pipelines;
using Crm.Deals.Quotes;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Demo;

/// <summary>Reads what is there, has the deals made, and saves them.</summary>
internal sealed class TradingDeals(DealsDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IDemoData
{
    private const int AtOnce = 500;

    public async Task Fill(int seed, CancellationToken cancellation)
    {
        var stages = await db.Stages.Where(s => s.Code != null).OrderBy(s => s.Position).ToListAsync(cancellation);
        var reasons = await db.LossReasons.OrderBy(r => r.Position).ToListAsync(cancellation);
        var companies = await All(CustomersContract.Company, Filter.Eq("status", "active"), ["name"], cancellation);
        var people = await All(CustomersContract.Person, new Filter.Compare("companyId", FilterOp.Empty, false), ["lastName", "firstName", "companyId"], cancellation);
        var products = await All(CustomersContract.Product, null, ["name", "category", "unitPrice", "unit"], cancellation);
        if (stages.Count == 0 || companies.Count == 0 || products.Count == 0) return;

        var staff = (await mediator.Send(new GetColleagues(), cancellation)).Value;
        var selling = staff.Teams.SelectMany(t => t.Members).Distinct().ToList();
        // With somebody to talk to: a quote needs a contact.
        var known = people.Select(p => p.Reference("companyId")).ToHashSet();
        var scenario = new TradingScenario(seed, clock.Today(tenant), tenant, stages, reasons, selling)
        {
            Companies = [.. companies.Where(c => known.Contains(c.Id)).Select(c => (c.Id, c.Text("name") ?? ""))],
            People = people.ToLookup(p => p.Reference("companyId")!.Value, p => (p.Id, $"{p.Text("lastName")} {p.Text("firstName")}".Trim())),
            Products = [.. products.Select(p => new SampleProduct(p.Id, p.Text("name") ?? "", p.Text("category") ?? "", p.Number("unitPrice") ?? 1000, p.Text("unit")))],
        };
        scenario.Make();

        var issuer = await db.Issuers.FirstAsync(cancellation);
        (issuer.InvoiceNumber, issuer.Phone, issuer.Fax, issuer.Email) = ("T7000012050002", "045-555-0110", "045-555-0111", "info@minato-trading.example");
        issuer.Address = new PostalAddress { PostalCode = "231-0012", Prefecture = "神奈川県", City = "横浜市中区", Street = "相生町3-60", Building = "みなとビル5F" };
        issuer.Bank = "港南銀行 横浜支店 普通 1234567 ミナトシヨウジ（カ";
        issuer.Remarks = "納期は発注後の在庫状況により変わることがあります。";
        scenario.Quote(issuer);
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The sample data breaks a rule");
        foreach (var some in scenario.All.Chunk(AtOnce))
        {
            db.AddRange(some);
            (await db.SaveAsync(cancellation: cancellation)).OrThrow("The sample data breaks a rule");
            db.ChangeTracker.Clear();
        }

        db.AttachRange(scenario.Quotes);
        scenario.Issue(issuer, staff);
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The sample data breaks a rule");
        db.ChangeTracker.Clear();
        db.AddRange(scenario.Goals(staff));
        db.AddRange(scenario.Changes);
        db.AddRange(scenario.Ranges(db.TenantId));
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The sample data breaks a rule");
        db.ChangeTracker.Clear();
    }

    private async Task<List<Row>> All(string type, Filter? filter, string[] fields, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        for (string? after = null, next = ""; next is not null; after = next)
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = filter, Fields = fields, Limit = AtOnce, After = after }, cancellation);
            if (page.Failed) return [];
            rows.AddRange(page.Value.Read());
            next = page.Value.Next;
        }

        return rows;
    }
}

/// <summary>Something that is sold.</summary>
internal sealed record SampleProduct(Guid Id, string Name, string Category, decimal Price, string? Unit);
