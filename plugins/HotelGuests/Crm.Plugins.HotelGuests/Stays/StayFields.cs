using Crm.Customers.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Stays;

internal static class StayFields
{
    public static readonly RecordType<Stay> Type = RecordType.For<Stay>(HotelContract.Stay)
        .Titled("宿泊", "Stay")
        .WithIcon("bed")
        .TitledBy("title")
        .SortedBy("-arrivesOn")
        .OnTimelineOf("arrivesOn", "personId")
        .Section("basic", "宿泊", "Stay", s => s
            .Computed(x => x.Title, FieldKind.Text, "名称", "Title", Title).Max(200)
                .From("arrivesOn", "departsOn", "room", "roomType")
            .Text(x => x.Number, "予約番号", "Booking number").Max(60).Unique().MatchKey().Searchable().InList()
                .Alias("予約ID", "booking id", "confirmation number")
            .Reference(x => x.PersonId, "お客様", "Guest", CustomersContract.Person).Indexed().InList().WithoutTab()
                .Alias("宿泊者", "代表者", "guest name")
            .Choice(x => x.Status, "状態", "Status", StayStatuses.All).Required().Default(StayStatuses.Booked).Indexed().InList()
            .Date(x => x.ArrivesOn, "到着日", "Arrival").Required().Indexed().InList()
                .Alias("チェックイン日", "宿泊日", "check-in")
            .Date(x => x.DepartsOn, "出発日", "Departure").Required().Indexed().InList()
                .Alias("チェックアウト日", "check-out")
            .Computed(x => x.Nights, FieldKind.Number, "泊数", "Nights", x => (decimal?)NightsOf(x)).InList().From("arrivesOn", "departsOn")
            .Reference(x => x.InnId, "施設", "House", HotelContract.Inn).Indexed().WithoutTab()
            .Text(x => x.Room, "部屋", "Room").Max(40).InList()
            .Text(x => x.RoomType, "部屋タイプ", "Kind of room").Max(60)
            .Number(x => x.Adults, "大人", "Adults").Range(0, 500)
            .Number(x => x.Children, "子ども", "Children").Range(0, 500)
            .Choice(x => x.Meals, "食事", "Meals", MealPlans.All))
        .Section("booking", "予約", "Booking", s => s
            .Choice(x => x.Channel, "予約経路", "Channel", StayChannels.All).Indexed().InList()
            .Date(x => x.BookedOn, "予約日", "Booked on")
            .Date(x => x.CancelledOn, "取消日", "Cancelled on")
            .Money(x => x.Rate, "1泊の料金", "Rate per night")
            .Money(x => x.Amount, "宿泊の金額", "Amount").InList()
                .WhenEmpty(x => x.Rate is { } rate && NightsOf(x) is { } nights ? rate * Math.Max(nights, 1) : null)
                .Hint("空欄なら 1泊の料金 × 泊数（日帰りは 1）。", "Rate × nights when left empty (day use counts as one).")
            .Text(x => x.Country, "居住国", "Country of residence").Max(60))
        .Section("desk", "フロント", "Desk", s => s
            .LongText(x => x.Requests, "ご要望・申し送り", "Requests and notes").Max(4000).Searchable().Personal(PersonalData.Life)
            .LongText(x => x.Complaint, "ご指摘・クレーム", "Complaint").Max(4000).Searchable().Personal(PersonalData.Life)
                .Hint("次回の到着リストに表示します。", "Shown on the arrivals sheet of the next stay.")
            .DateTime(x => x.ArrivedAt, "到着日時", "Arrived at").ReadOnly()
            .DateTime(x => x.DepartedAt, "出発日時", "Departed at").ReadOnly())
        .Rule(DepartureIsNotBeforeArrival.Check);

    public static int? NightsOf(Stay stay) => stay is { ArrivesOn: { } from, DepartsOn: { } until } ? until.DayNumber - from.DayNumber : null;

    private static object? Title(Stay stay) =>
        string.Join(" · ", new[] { $"{stay.ArrivesOn:yyyy-MM-dd} – {stay.DepartsOn:MM-dd}", stay.Room ?? stay.RoomType }.Where(t => !string.IsNullOrEmpty(t)));
}

/// <summary>Nobody leaves before they come; the same day is day use.</summary>
internal static class DepartureIsNotBeforeArrival
{
    public static Problem? Check(Stay stay) => stay.DepartsOn < stay.ArrivesOn
        ? new Problem(
            "hotel.departure-before-arrival", ("出発日が到着日より前です。", "The departure lies before the arrival."),
            ("到着日と出発日を確認してください。日帰りは同じ日にします。", "Check both days; for day use they are the same."), "departsOn")
        : null;
}
