// Steps of deals on timelines. Deals, activities and quotes themselves come by their descriptions (OnTimelineOf).
using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.OnCustomers;

/// <summary>Moves, wins and losses of a deal; of a company's or person's deals the ends alone.</summary>
internal sealed class DealTimeline(DealsDb db, Readable readable, ITenant tenant) : INotificationHandler<CollectTimeline>
{
    private static readonly Label Step = ("案件の動き", "Deal");

    public async Task Handle(CollectTimeline notification, CancellationToken cancellationToken)
    {
        var deals = readable.Deals;
        var (id, endsOnly) = (notification.Id, notification.RecordType != DealsContract.Deal);
        IQueryable<Deal>? own = notification.RecordType switch
        {
            DealsContract.Deal => deals.Where(d => d.Id == id),
            CustomersContract.Company => deals.Where(d => d.CompanyId == id),
            CustomersContract.Person => deals.Where(d => d.PersonId == id),
            _ => null,
        };
        if (own is null) return;

        // A day stands on the timeline at its beginning.
        var until = notification.Before is { } moment ? tenant.DayOf(moment) : DateOnly.MaxValue;
        var steps = from change in db.Changes.AsNoTracking()
                    join deal in own on change.DealId equals deal.Id
                    where change.OnDay <= until && (!endsOnly || change.FromStatus != change.ToStatus)
                    orderby change.OnDay descending, change.At descending
                    select new { change.OnDay, change.FromStatus, change.ToStatus, change.ToStage, change.Value, change.At, deal.Id, deal.Name };
        var rows = await steps.Take(notification.Limit + 200).ToListAsync(cancellationToken);
        var stages = endsOnly || rows.Count == 0 ? [] : await db.Stages.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId).ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken);
        var seesMoney = await readable.SeesMoney(cancellationToken);
        foreach (var row in rows)
        {
            var at = tenant.StartOf(row.OnDay);
            if (notification.Before is { } before && at >= before) continue;
            var (title, icon) = (row.FromStatus, row.ToStatus) switch
            {
                (_, DealsContract.Status.Won) => (new Label("受注", "Won"), "trophy"),
                (_, DealsContract.Status.Lost) => (new Label("失注", "Lost"), "mood-sad"),
                (not DealsContract.Status.Open, _) => (new Label("再開", "Reopened"), "rotate"),
                _ => (new Label($"「{Name(row.ToStage)}」へ移動", $"Moved to “{Name(row.ToStage)}”"), "arrow-right"),
            };
            notification.Add(new TimelineEntry(at, "deal-step", Step, endsOnly ? $"{title}: {row.Name}" : title.ToString())
            {
                Text = seesMoney && row.Value is { } value && row.ToStatus != DealsContract.Status.Open ? ValueText.Money(value, tenant) : null, RecordType = DealsContract.Deal, RecordId = row.Id, Icon = icon, Entered = row.At,
            });
        }

        string Name(Guid? stage) => stage is { } known ? stages.GetValueOrDefault(known) ?? "–" : "–";
    }
}
