using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Guests;

/// <summary>Keeps at each guest how often they stayed, what they spent and when they left last, so that lists and segments can go by it.</summary>
[Subscriber("hotel.keep-guest-habits", HotelContract.Stay)]
internal sealed class KeepGuestHabits(HotelDb db, IMediator mediator) : INotificationHandler<RecordsChanged>
{
    private static readonly string[] Counted = ["personId", "status", "arrivesOn", "departsOn", "amount"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "updated" && !changed.Fields.Any(Counted.Contains)) return;

        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var ids = changed.Ids.ToList();
        var people = await db.Stays.IgnoreQueryFilters().Where(s => s.TenantId == db.TenantId && ids.Contains(s.Id) && s.PersonId != null)
            .Select(s => s.PersonId!.Value).Distinct().ToListAsync(cancellationToken);
        if (changed.Fields.Contains("personId")) people.AddRange(await Before(ids, cancellationToken));
        if (people.Count == 0) return;

        var stays = await db.Stays.AsNoTracking().Where(s => s.PersonId != null && people.Contains(s.PersonId.Value) && s.Status == StayStatuses.Departed)
            .Select(s => new { s.PersonId, s.Nights, s.Amount, s.DepartsOn }).ToListAsync(cancellationToken);
        var byGuest = stays.ToLookup(s => s.PersonId!.Value);
        var kept = people.Distinct().ToDictionary(
            p => p,
            IReadOnlyDictionary<string, object?> (p) => new Dictionary<string, object?>
            {
                [HotelContract.PersonFields.Stays] = byGuest[p].Any() ? (decimal)byGuest[p].Count() : null,
                [HotelContract.PersonFields.Nights] = byGuest[p].Any() ? (decimal)byGuest[p].Sum(s => s.Nights ?? 0) : null,
                [HotelContract.PersonFields.Spend] = byGuest[p].Any() ? byGuest[p].Sum(s => s.Amount ?? 0) : null,
                [HotelContract.PersonFields.LastStayOn] = byGuest[p].Max(s => s.DepartsOn),
            });
        var saved = await mediator.Send(new KeepValues(CustomersContract.Person, kept), cancellationToken);
        saved.OrThrow("Stays could not be counted");
    }

    /// <summary>Whose stays they were before they went to somebody else: only the history knows.</summary>
    private async Task<List<Guid>> Before(List<Guid> ids, CancellationToken cancellation)
    {
        var people = new List<Guid>();
        foreach (var id in ids)
        {
            var history = await mediator.Send(new GetHistory(HotelContract.Stay, id) { Limit = 20 }, cancellation);
            if (!history.Failed) people.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => c.Field == "personId").Select(c => c.Before).OfType<Guid>());
        }

        return people;
    }
}
