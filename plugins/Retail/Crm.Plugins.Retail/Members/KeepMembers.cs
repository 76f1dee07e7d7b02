using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Plugins.Retail.Sales;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail.Members;

/// <summary>Keeps at each person what they bought where, their visits and points, so that lists and segments can go by it.</summary>
[Subscriber("retail.keep-members", RetailContract.Sale, RetailContract.Points, RetailContract.Visit)]
internal sealed class KeepMembers(RetailDb db, IMediator mediator) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var people = (await Of(changed, cancellationToken)).Distinct().ToList();
        if (people.Count == 0) return;

        var sales = (await db.Sales.AsNoTracking().Where(s => s.PersonId != null && people.Contains(s.PersonId.Value))
            .Select(s => new { Person = s.PersonId!.Value, s.Channel, s.Amount, s.SoldOn, s.StoreId, s.Points }).ToListAsync(cancellationToken)).ToLookup(s => s.Person);
        var entries = (await db.PointsEntries.AsNoTracking().Where(p => p.PersonId != null && people.Contains(p.PersonId.Value))
            .Select(p => new { Person = p.PersonId!.Value, p.Points }).ToListAsync(cancellationToken)).ToLookup(p => p.Person);
        var visits = (await db.Visits.AsNoTracking().Where(v => v.PersonId != null && people.Contains(v.PersonId.Value))
            .Select(v => new { Person = v.PersonId!.Value, v.StoreId, v.VisitedOn }).ToListAsync(cancellationToken)).ToLookup(v => v.Person);

        var kept = people.ToDictionary(p => p, IReadOnlyDictionary<string, object?> (p) =>
        {
            var (store, online) = (sales[p].Where(s => s.Channel == SaleChannels.Store).ToList(), sales[p].Where(s => s.Channel == SaleChannels.Online).ToList());

            // Several receipts of a day in one store are one visit, and a visit that was noted beside them is the same.
            var days = store.Select(s => (s.StoreId, s.SoldOn)).Union(visits[p].Select(v => (v.StoreId, SoldOn: v.VisitedOn))).Count();
            var points = sales[p].Sum(s => s.Points ?? 0) + entries[p].Sum(e => e.Points ?? 0);
            return new Dictionary<string, object?>
            {
                [RetailContract.PersonFields.BuysAt] = (store.Count, online.Count) switch { (0, 0) => null, (_, 0) => BuysAt.Store, (0, _) => BuysAt.Online, _ => BuysAt.Both },
                [RetailContract.PersonFields.StoreTotal] = store.Count > 0 ? store.Sum(s => s.Amount ?? 0) : null,
                [RetailContract.PersonFields.EcTotal] = online.Count > 0 ? online.Sum(s => s.Amount ?? 0) : null,
                [RetailContract.PersonFields.LastInStoreOn] = store.Max(s => s.SoldOn),
                [RetailContract.PersonFields.LastOnlineOn] = online.Max(s => s.SoldOn),
                [RetailContract.PersonFields.Visits] = days > 0 ? (decimal)days : null,
                [RetailContract.PersonFields.Balance] = points != 0 || sales[p].Any() || entries[p].Any() ? (decimal)points : null,
            };
        });
        var saved = await mediator.Send(new KeepValues(CustomersContract.Person, kept), cancellationToken);
        saved.OrThrow("What members buy could not be kept");
    }

    private async Task<IEnumerable<Guid>> Of(RecordsChanged changed, CancellationToken cancellation)
    {
        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var ids = changed.Ids.ToList();
        var now = changed.RecordType switch
        {
            RetailContract.Sale => await db.Sales.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && ids.Contains(s.Id) && s.PersonId != null).Select(s => s.PersonId!.Value).Distinct().ToListAsync(cancellation),
            RetailContract.Points => await db.PointsEntries.IgnoreQueryFilters().Where(p => p.TenantId == db.TenantId && ids.Contains(p.Id) && p.PersonId != null).Select(p => p.PersonId!.Value).Distinct().ToListAsync(cancellation),
            _ => await db.Visits.IgnoreQueryFilters().Where(v => v.TenantId == db.TenantId && ids.Contains(v.Id) && v.PersonId != null).Select(v => v.PersonId!.Value).Distinct().ToListAsync(cancellation),
        };
        if (!changed.Fields.Contains("personId")) return now;

        // Whose it was before, only the history knows.
        var before = new List<Guid>();
        foreach (var id in ids)
        {
            var history = await mediator.Send(new GetHistory(changed.RecordType, id) { Limit = 20 }, cancellation);
            if (!history.Failed) before.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => c.Field == "personId").Select(c => c.Before).OfType<Guid>());
        }

        return now.Concat(before);
    }
}
