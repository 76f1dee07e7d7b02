using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Stays;

/// <summary>A guest who has left is followed up by the plans of Support that wait for a stay; nothing happens where it is switched off.</summary>
[Subscriber("hotel.follow-up-departures", HotelContract.Stay)]
internal sealed class FollowUpDepartures(HotelDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : INotificationHandler<RecordsChanged>
{
    /// <summary>Whoever brings the stays of years by a file asks nobody how they slept then.</summary>
    private const int Days = 366;

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "deleted" || (changed.Action == "updated" && !changed.Fields.Contains("status"))) return;
        var (ids, since) = (changed.Ids.ToList(), clock.Today(tenant).AddDays(-Days));
        var departed = await db.Stays.AsNoTracking().Where(s => ids.Contains(s.Id) && s.Status == StayStatuses.Departed && s.PersonId != null && s.DepartsOn >= since)
            .Select(s => new { s.Id, s.PersonId, s.DepartsOn, s.OwnerId }).ToListAsync(cancellationToken);
        foreach (var stay in departed)
        {
            await mediator.Send(new PlanFollowUps(SupportContract.Triggers.Stay, stay.DepartsOn!.Value, HotelContract.Stay, stay.Id) { PersonId = stay.PersonId, OwnerId = stay.OwnerId }, cancellationToken);
        }
    }
}
