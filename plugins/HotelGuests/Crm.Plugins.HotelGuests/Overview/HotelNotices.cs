using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.HotelGuests.Overview;

/// <summary>
/// In the bell: guests who celebrate while they stay with us, as far as the settings look ahead, and guests of whom the user is in charge
/// whose day comes near. Each goes away when the day is over.
/// </summary>
internal sealed class HotelNotices(IMediator mediator, TimeProvider clock, ITenant tenant, IUser user, ISettings settings) : INotificationHandler<CollectNotices>
{
    private const int AtMost = 500;

    public async Task Handle(CollectNotices notification, CancellationToken cancellationToken)
    {
        if (user.Id is not { } me) return;
        var today = clock.Today(tenant);
        var until = today.AddDays(settings.Of<HotelSettings>().OccasionDays);
        if (user.May(HotelContract.MaySeeArrivals)) await Celebrating(notification, today, until, cancellationToken);

        var mine = await mediator.Send(
            new ListRecords(CustomersContract.Person)
            {
                Filter = new Filter.All(Filter.Eq("owner", me), Occasions.Between(HotelContract.PersonFields.AnniversaryDay, today, until)), Sort = [new("lastName")],
                Fields = ["lastName", "firstName", HotelContract.PersonFields.Anniversary], Limit = notification.Limit,
            },
            cancellationToken);
        if (mine.Failed) return;
        foreach (var guest in mine.Value.Read())
        {
            if (guest.Day(HotelContract.PersonFields.Anniversary) is not { } day || Occasions.Within(day, today, until) is not { } on) continue;
            var name = $"{guest.Text("lastName")} {guest.Text("firstName")}".Trim();
            notification.Add(new Notice(($"{name} 様の記念日（{on:yyyy-MM-dd}）", $"Anniversary of {name} ({on:yyyy-MM-dd})"), Routes.Record(CustomersContract.Person, guest.Id), tenant.StartOf(on)) { Icon = "gift" });
        }
    }

    private async Task Celebrating(CollectNotices notices, DateOnly today, DateOnly until, CancellationToken cancellation)
    {
        var stays = await mediator.Send(
            new ListRecords(HotelContract.Stay)
            {
                Filter = new Filter.All(
                    new Filter.Compare("arrivesOn", FilterOp.Lte, until), new Filter.Compare("departsOn", FilterOp.Gte, today),
                    new Filter.Compare("status", FilterOp.In, StayStatuses.Booked, StayStatuses.InHouse), new Filter.Compare("personId", FilterOp.Empty, false)),
                Sort = [new("arrivesOn")], Fields = ["personId", "arrivesOn", "departsOn"], Limit = AtMost,
            },
            cancellation);
        if (stays.Failed || stays.Value.Rows.Count == 0) return;
        var people = stays.Value.Read().Select(s => s.Reference("personId")).OfType<Guid>().Distinct().ToList();
        var guests = await mediator.Send(
            new ListRecords(CustomersContract.Person) { Filter = new Filter.Ids(people), Fields = ["birthDate", HotelContract.PersonFields.Anniversary], Limit = AtMost }, cancellation);
        if (guests.Failed) return;
        var days = guests.Value.Read().ToDictionary(g => g.Id, g => new[] { g.Day("birthDate"), g.Day(HotelContract.PersonFields.Anniversary) }.OfType<DateOnly>().ToList());
        var celebrated = stays.Value.Read()
            .Where(s => s.Reference("personId") is { } who && days.GetValueOrDefault(who)?.Exists(d => Occasions.Within(d, s.Day("arrivesOn")!.Value, s.Day("departsOn")!.Value) >= today) == true)
            .Select(s => s.Day("arrivesOn")!.Value).ToList();
        if (celebrated.Count == 0) return;
        notices.Add(new Notice(
            ($"滞在中に記念日・誕生日を迎えるご予約 {celebrated.Count:#,##0} 件", $"{celebrated.Count:#,##0} stays with a birthday or anniversary"),
            Routes.Screen(HotelContract.Plugin, "arrivals") + $"?day={celebrated.Min():yyyy-MM-dd}", tenant.StartOf(celebrated.Min())) { Icon = "cake" });
    }
}
