using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Plugins.HotelGuests.Stays;

/// <summary>A guest in a room, from booking to departure. A booking of three rooms is three stays.</summary>
internal sealed class Stay : Record
{
    public string? Number { get; set; }

    public Guid? InnId { get; set; }

    public Guid? PersonId { get; set; }

    public string? Status { get; set; } = StayStatuses.Booked;

    public DateOnly? BookedOn { get; set; }

    public DateOnly? ArrivesOn { get; set; }

    public DateOnly? DepartsOn { get; set; }

    public int? Nights { get; set; }

    public DateOnly? CancelledOn { get; set; }

    public string? Channel { get; set; }

    public int? Adults { get; set; }

    public int? Children { get; set; }

    public string? RoomType { get; set; }

    public string? Room { get; set; }

    public string? Meals { get; set; }

    public decimal? Rate { get; set; }

    /// <summary>What was paid or is to be paid; rate × nights while nobody says otherwise.</summary>
    public decimal? Amount { get; set; }

    public string? Country { get; set; }

    public string? Requests { get; set; }

    public string? Complaint { get; set; }

    public DateTimeOffset? ArrivedAt { get; set; }

    public DateTimeOffset? DepartedAt { get; set; }

    public string? Title { get; set; }

    /// <summary>The guest is at the desk.</summary>
    public Problem? Arrive(DateTimeOffset now, DateOnly today)
    {
        if (Status != StayStatuses.Booked)
        {
            return new Problem(
                "hotel.not-expected", ("到着待ちの宿泊ではありません。", "This stay does not wait for an arrival."),
                ("状態を確認してください。取消や到着済みは到着にできません。", "Look at its status; one that was cancelled or has arrived cannot arrive."), "status");
        }

        if (ArrivesOn > today)
        {
            return new Problem(
                "hotel.arrives-later", ($"到着日は {ArrivesOn:yyyy-MM-dd} です。", $"It arrives on {ArrivesOn:yyyy-MM-dd}."),
                ("早く到着したときは、先に到着日を変更してください。", "If the guest came early, change the day of arrival first."), "arrivesOn");
        }

        (Status, ArrivedAt) = (StayStatuses.InHouse, now);
        return null;
    }

    /// <summary>The guest has left: earlier or later than booked, the day they left is the day of departure.</summary>
    public Problem? Depart(DateTimeOffset now, DateOnly today)
    {
        if (Status != StayStatuses.InHouse)
        {
            return new Problem(
                "hotel.not-in-house", ("滞在中の宿泊ではありません。", "The guest of this stay is not in the house."),
                ("先に「到着」を記録してください。", "Note the arrival first."), "status");
        }

        (Status, DepartedAt, DepartsOn) = (StayStatuses.Departed, now, today);
        return null;
    }
}

internal static class StayStatuses
{
    public const string Booked = "booked";
    public const string InHouse = "in-house";
    public const string Departed = "departed";
    public const string Cancelled = "cancelled";
    public const string NoShow = "no-show";

    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of(Booked, "予約", "Booked", "blue"), Choice.Of(InHouse, "滞在中", "In house", "green"), Choice.Of(Departed, "出発済み", "Departed"),
        Choice.Of(Cancelled, "取消", "Cancelled", "orange"), Choice.Of(NoShow, "不泊", "No-show", "red"),
    ];
}

/// <summary>How a booking came.</summary>
internal static class StayChannels
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("direct", "自社サイト・直接", "Direct"), Choice.Of("phone", "電話", "Phone"), Choice.Of("ota", "予約サイト", "Booking site"), Choice.Of("agency", "旅行会社", "Travel agency"),
        Choice.Of("corporate", "法人契約", "Corporate"), Choice.Of("group", "団体", "Group"), Choice.Of("complimentary", "招待", "Complimentary"), Choice.Of("other", "その他", "Other"),
    ];
}

internal static class MealPlans
{
    public static readonly IReadOnlyList<Choice> All =
    [
        Choice.Of("none", "素泊まり", "Room only"), Choice.Of("breakfast", "朝食付き", "Breakfast"), Choice.Of("half", "1泊2食", "Breakfast and dinner"), Choice.Of("full", "3食付き", "All meals"),
    ];
}
