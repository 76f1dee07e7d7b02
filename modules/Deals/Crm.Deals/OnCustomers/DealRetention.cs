using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.OnCustomers;

/// <summary>
/// When records are kept too long by a rule of the tenant: a deal goes with its quotes and activities; open
/// deals stay, with their customers, and copies of quotes for as long as tax law says.
/// </summary>
internal sealed class DealRetention(DealsDb db) : INotificationHandler<CollectRetentionHolds>, INotificationHandler<CollectBelongings>
{
    private static readonly Label Open = ("進行中の案件があります", "A deal is open");
    private static readonly Label Copies = ("法令により保存: 見積書の控え（法人税法施行規則59条）", "Kept by law: copies of quotes (tax law)");

    public async Task Handle(CollectRetentionHolds notification, CancellationToken cancellationToken)
    {
        var ids = notification.Ids;
        var open = db.Deals.Where(d => d.Status == DealsContract.Status.Open);
        switch (notification.RecordType)
        {
            case DealsContract.Deal:
                Add(await open.Where(d => ids.Contains(d.Id)).Select(d => d.Id).ToListAsync(cancellationToken), Open);
                break;
            case DealsContract.Quote:
                var from = notification.Today.AddYears(-ForgetPerson.Years);
                Add(await db.Quotes.IgnoreQueryFilters().Where(q => q.TenantId == db.TenantId && ids.Contains(q.Id) && q.IssuedOn >= from).Select(q => q.Id).ToListAsync(cancellationToken), Copies);
                break;
            case CustomersContract.Person:
                Add(await open.Where(d => d.PersonId != null && ids.Contains(d.PersonId.Value)).Select(d => d.PersonId!.Value).Distinct().ToListAsync(cancellationToken), Open);
                break;
            case CustomersContract.Company:
                Add(await open.Where(d => d.CompanyId != null && ids.Contains(d.CompanyId.Value)).Select(d => d.CompanyId!.Value).Distinct().ToListAsync(cancellationToken), Open);
                break;
        }

        void Add(List<Guid> found, Label reason) => found.ForEach(id => notification.Add(new RetentionHold(id, reason)));
    }

    public async Task Handle(CollectBelongings notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != DealsContract.Deal) return;
        var ids = notification.Ids;

        // In the bin too: the filter that hides it also hides other tenants, so the tenant is named.
        var quotes = await db.Quotes.IgnoreQueryFilters().Where(q => q.TenantId == db.TenantId && q.DealId != null && ids.Contains(q.DealId.Value)).Select(q => new { q.Id, q.DealId }).ToListAsync(cancellationToken);
        foreach (var quote in quotes) notification.Add(new Belonging(quote.DealId!.Value, DealsContract.Quote, quote.Id));
        var activities = await db.Activities.IgnoreQueryFilters().Where(a => a.TenantId == db.TenantId && a.DealId != null && ids.Contains(a.DealId.Value)).Select(a => new { a.Id, a.DealId }).ToListAsync(cancellationToken);
        foreach (var activity in activities) notification.Add(new Belonging(activity.DealId!.Value, DealsContract.Activity, activity.Id));
    }
}
