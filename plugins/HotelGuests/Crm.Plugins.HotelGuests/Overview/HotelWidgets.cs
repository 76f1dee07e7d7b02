using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.HotelGuests.Overview;

/// <summary>On the dashboard: who arrives and who is in the house, and whose day comes near. Asked as lists are, so rights hold.</summary>
internal sealed class HotelWidgets(IMediator mediator, TimeProvider clock, ITenant tenant, IUser user, ISettings settings) : INotificationHandler<CollectWidgets>
{
    private const int Rows = 6;

    public async Task Handle(CollectWidgets notification, CancellationToken cancellationToken)
    {
        var today = clock.Today(tenant);
        if (user.May(HotelContract.MaySeeArrivals) && await Arriving(today, cancellationToken) is { } arriving)
        {
            var tomorrow = await Arriving(today.AddDays(1), cancellationToken) ?? 0;
            var inHouse = await Count(Filter.Eq("status", StayStatuses.InHouse), cancellationToken) ?? 0;
            notification.Add(new Widget("hotel.arrivals", ("今日の到着", "Arrivals today"))
            {
                Value = $"{arriving:#,##0}",
                Note = new Label($"明日 {tomorrow:#,##0} 組 · 滞在中 {inHouse:#,##0} 組", $"{tomorrow:#,##0} tomorrow · {inHouse:#,##0} in the house").ToString(),
                Link = Routes.Screen(HotelContract.Plugin, "arrivals"),
                Order = 20,
            });
        }

        var days = settings.Of<HotelSettings>().OccasionDays;
        var coming = await mediator.Send(
            new ListRecords(CustomersContract.Person)
            {
                Filter = Occasions.Between(HotelContract.PersonFields.AnniversaryDay, today, today.AddDays(days)),
                Fields = ["lastName", "firstName", HotelContract.PersonFields.Anniversary, HotelContract.PersonFields.AnniversaryKind], Limit = 500, Count = true,
            },
            cancellationToken);
        if (coming.Failed || coming.Value.Rows.Count == 0) return;
        var next = coming.Value.Read().Select(p => (Guest: p, On: p.Day(HotelContract.PersonFields.Anniversary) is { } day ? Occasions.Within(day, today, today.AddDays(days)) : null))
            .Where(p => p.On is not null).OrderBy(p => p.On).Take(Rows);
        notification.Add(new Widget("hotel.occasions", ("記念日が近いお客様", "Occasions of guests"))
        {
            Value = $"{coming.Value.Count:#,##0}",
            Note = new Label($"{days} 日以内", $"within {days} days").ToString(),
            Order = 30,
            Rows = [.. next.Select(p => new WidgetRow($"{ValueText.Day(p.On!.Value)} {p.Guest.Text("lastName")} {p.Guest.Text("firstName")} {p.Guest.Choice(HotelContract.PersonFields.AnniversaryKind)}") { Link = Routes.Record(CustomersContract.Person, p.Guest.Id) })],
        });
    }

    private Task<long?> Arriving(DateOnly day, CancellationToken cancellation) =>
        Count(new Filter.All(Filter.Eq("arrivesOn", day), new Filter.Compare("status", FilterOp.In, StayStatuses.Booked, StayStatuses.InHouse, StayStatuses.Departed)), cancellation);

    /// <summary>Null when the user may not see stays.</summary>
    private async Task<long?> Count(Filter filter, CancellationToken cancellation) =>
        await mediator.Send(new ListRecords(HotelContract.Stay) { Filter = filter, Fields = ["number"], Limit = 1, Count = true }, cancellation) is { Failed: false, Value: var page } ? page.Count : null;
}
