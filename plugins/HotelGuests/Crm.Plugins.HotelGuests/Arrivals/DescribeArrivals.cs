using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Guests;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Arrivals;

/// <summary>What is to be known of the guests of some stays, for the sheet on the screen, on paper and for programs.</summary>
/// <param name="StayIds">Up to 500 stays; those the caller may not see are left out.</param>
internal sealed record DescribeArrivals(IReadOnlyList<Guid> StayIds) : IRequest<Result<ArrivalSheet>>;

/// <summary>Everything is asked as lists are, so the caller's rights and hidden fields hold; four queries whatever the number of stays.</summary>
internal sealed class DescribeArrivalsHandler(HotelDb db, IMediator mediator, ITenant tenant) : IRequestHandler<DescribeArrivals, Result<ArrivalSheet>>
{
    private const int AtMost = 500;

    public async Task<Result<ArrivalSheet>> Handle(DescribeArrivals query, CancellationToken cancellationToken)
    {
        if (query.StayIds.Count == 0) return new ArrivalSheet(default, [], []);
        var stays = await mediator.Send(new ListRecords(HotelContract.Stay) { Filter = new Filter.Ids(query.StayIds), Limit = AtMost }, cancellationToken);
        if (stays.Failed) return Result<ArrivalSheet>.Fail(stays.Problems);
        var people = stays.Value.Read().Select(s => s.Reference("personId")).OfType<Guid>().Distinct().ToList();
        var guests = people.Count == 0 ? null : await mediator.Send(new ListRecords(CustomersContract.Person) { Filter = new Filter.Ids(people), Limit = AtMost }, cancellationToken);
        var guestPage = guests is { Failed: false } found ? found.Value : null;
        var known = guestPage?.Read().ToDictionary(g => g.Id) ?? [];

        var remarks = new CollectGuestRemarks([.. known.Keys]);
        if (known.Count > 0) await mediator.Publish(remarks, cancellationToken);
        var complaints = remarks.Parts.GroupBy(r => r.PersonId).ToDictionary(g => g.Key, g => g.MaxBy(r => r.On)!);
        var shown = query.StayIds.ToList();
        var registered = (await db.Register.Where(r => r.StayId != null && shown.Contains(r.StayId.Value)).Select(r => r.StayId!.Value).ToListAsync(cancellationToken)).ToHashSet();

        var arrivals = stays.Value.Read().Select(stay =>
        {
            var guest = stay.Reference("personId") is { } id ? known.GetValueOrDefault(id) : null;
            return Describe(stays.Value, stay, guestPage, guest, guest is null ? null : complaints.GetValueOrDefault(guest.Id), registered.Contains(stay.Id));
        });
        return new ArrivalSheet(
            default, [.. arrivals.OrderBy(a => a.Status != StayStatuses.Booked).ThenByDescending(a => a.Vip).ThenBy(a => a.Kana ?? a.Guest, StringComparer.Ordinal).ThenBy(a => a.Room, StringComparer.Ordinal)],
            remarks.Missing);
    }

    private Arrival Describe(RecordPage stays, Row stay, RecordPage? guests, Row? guest, GuestRemark? complaint, bool registered)
    {
        var (from, until) = (stay.Day("arrivesOn") ?? default, stay.Day("departsOn") ?? default);
        var arrival = new Arrival(stay.Id, from, until, stay.Text("status") ?? "")
        {
            Number = stay.Text("number"), Room = stay.Text("room") ?? stay.Text("roomType"), Meals = stay.Choice("meals"), Party = Party(stay.Number("adults"), stay.Number("children")),
            Notes = stay.Text("requests"), Registered = registered,
        };
        if (guests is null || guest is null) return arrival;
        return arrival with
        {
            PersonId = guest.Id,
            Guest = Joined(" ", guest.Text("lastName"), guest.Text("firstName")),
            Kana = Joined(" ", guest.Text("lastNameKana"), guest.Text("firstNameKana")),
            Phone = guest.Text("mobile") ?? guest.Text("phone"),
            Vip = guest[HotelContract.PersonFields.Vip] is true,
            Allergies = Joined(" / ", guest.Text(HotelContract.PersonFields.Allergies), Shown(guests, guest, HotelContract.PersonFields.Diet)),
            Preferences = Joined(" / ", Shown(guests, guest, HotelContract.PersonFields.RoomWishes), Pillow(guests, guest), guest.Text(HotelContract.PersonFields.Preferences)),
            Notes = Joined("\n", stay.Text("requests"), guest.Text("memo")),
            Occasion = Occasion(guests, guest, from, until),
            StaysBefore = (int)(guest.Number(HotelContract.PersonFields.Stays) ?? 0) - (arrival.Status == StayStatuses.Departed ? 1 : 0),
            LastStayOn = guest.Day(HotelContract.PersonFields.LastStayOn) is { } last && last <= from ? last : null,
            LastComplaint = complaint,
        };
    }

    private string? Occasion(RecordPage guests, Row guest, DateOnly from, DateOnly until)
    {
        List<string> days = [];
        if (guest.Day("birthDate") is { } born && Occasions.Within(born, from, until) is { } birthday) days.Add($"{new Label("誕生日", "Birthday")} {ValueText.Day(birthday)}");
        if (guest.Day(HotelContract.PersonFields.Anniversary) is { } anniversary && Occasions.Within(anniversary, from, until) is { } day)
        {
            days.Add($"{Shown(guests, guest, HotelContract.PersonFields.AnniversaryKind) ?? new Label("記念日", "Anniversary").ToString()} {ValueText.Day(day)}");
        }

        return Joined("、", [.. days]);
    }

    private string? Pillow(RecordPage guests, Row guest) => Shown(guests, guest, HotelContract.PersonFields.Pillow) is { } pillow ? $"{new Label("枕", "Pillow")}: {pillow}" : null;

    private string? Shown(RecordPage page, Row row, string key) =>
        row[key] is { } value && page.Fields.FirstOrDefault(f => f.Key == key) is { } field ? ValueText.Of(field, value, tenant) : null;

    private static string? Party(decimal? adults, decimal? children) => adults is null
        ? null
        : children > 0 ? new Label($"大人{adults:0} 子ども{children:0}", $"{adults:0} + {children:0} children").ToString() : new Label($"大人{adults:0}", adults == 1 ? "1 adult" : $"{adults:0} adults").ToString();

    private static string? Joined(string between, params IEnumerable<string?> parts) => string.Join(between, parts.Where(p => !string.IsNullOrEmpty(p))) is { Length: > 0 } text ? text : null;
}
