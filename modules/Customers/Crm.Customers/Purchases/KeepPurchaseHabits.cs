using Crm.Customers.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Purchases;

/// <summary>
/// Recounts the customers whom a change of purchases concerns, whatever made it: a screen, an import, its undo, the bin.
/// </summary>
[Subscriber("customers.purchase-habits", CustomersContract.Purchase, CustomersContract.Person, CustomersContract.Company)]
internal sealed class KeepPurchaseHabits(CustomersDb db, IMediator mediator, HabitRecount recount) : INotificationHandler<RecordsChanged>
{
    private static readonly string[] Customer = ["personId", "companyId"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        switch (changed)
        {
            case { RecordType: CustomersContract.Purchase }:
                await recount.Of(await Customers(changed, cancellationToken), cancellationToken);
                break;
            case { RecordType: CustomersContract.Person or CustomersContract.Company, Action: "restored" }:
                await recount.Of(changed.Ids, cancellationToken);
                break;
        }
    }

    private async Task<IEnumerable<Guid>> Customers(RecordsChanged changed, CancellationToken cancellation)
    {
        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var ids = changed.Ids.ToList();
        var now = await db.Purchases.IgnoreQueryFilters()
            .Where(p => p.TenantId == db.TenantId && ids.Contains(p.Id))
            .Select(p => new { p.PersonId, p.CompanyId })
            .ToListAsync(cancellation);
        var before = changed.Action == "updated" && changed.Fields.Any(Customer.Contains)
            ? await Before(ids, cancellation)
            : [];
        return now.Select(p => p.PersonId).Concat(now.Select(p => p.CompanyId)).OfType<Guid>().Concat(before);
    }

    /// <summary>Whom moved purchases belonged to before: only the history knows.</summary>
    private async Task<List<Guid>> Before(List<Guid> ids, CancellationToken cancellation)
    {
        var customers = new List<Guid>();
        foreach (var id in ids)
        {
            var history = await mediator.Send(new GetHistory(CustomersContract.Purchase, id) { Limit = 20 }, cancellation);
            if (history.Failed) continue;
            customers.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => Customer.Contains(c.Field)).Select(c => c.Before).OfType<Guid>());
        }

        return customers;
    }
}

/// <summary>Recounts everybody, for the rare case that somebody changed purchases in the database itself.</summary>
internal sealed class RecountEverybody(CustomersDb db, HabitRecount recount) : IJob
{
    private const int AtOnce = 500;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var total = await db.People.LongCountAsync(cancellation) + await db.Companies.LongCountAsync(cancellation);
        var done = 0L;
        foreach (var customers in (IQueryable<Guid>[])[db.People.Select(c => c.Id), db.Companies.Select(c => c.Id)])
        {
            var last = Guid.Empty;
            while (true)
            {
                var ids = await customers.Where(id => id.CompareTo(last) > 0).Order().Take(AtOnce).ToListAsync(cancellation);
                if (ids.Count == 0) break;
                await recount.Of(ids, cancellation);
                done += ids.Count;
                last = ids[^1];
                await run.Report(done, total);
            }
        }
    }
}
