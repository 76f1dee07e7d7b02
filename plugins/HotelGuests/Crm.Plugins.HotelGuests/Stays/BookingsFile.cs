using System.Globalization;
using Crm.Sdk.Import;

namespace Crm.Plugins.HotelGuests.Stays;

/// <summary>
/// The public file of hotel bookings (Antonio, de Almeida, Nunes 2019): arrival in three columns, nights of week and weekend apart. It names
/// neither guests nor bookings, so each row makes a stay.
/// </summary>
internal sealed class BookingsFile : ImportFormat
{
    public override IReadOnlyList<string> Columns =>
    [
        "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month", "stays_in_weekend_nights", "stays_in_week_nights", "reservation_status", "market_segment", "adr",
    ];

    public override IReadOnlyList<string> Fields =>
        ["arrivesOn", "departsOn", "status", "bookedOn", "cancelledOn", "channel", "roomType", "room", "adults", "children", "meals", "rate", "country"];

    public override IReadOnlyDictionary<string, string?> Read(ImportCells row) => Read(column => row[column]);

    /// <summary>The fields of a row; one that is not as the format has it throws, which refuses the row with the reason.</summary>
    internal static IReadOnlyDictionary<string, string?> Read(Func<string, string> cell)
    {
        var arrives = new DateOnly(Whole(cell("arrival_date_year")), Month(cell("arrival_date_month")), Whole(cell("arrival_date_day_of_month")));
        var status = Status(cell("reservation_status"));
        return new Dictionary<string, string?>
        {
            ["arrivesOn"] = Iso(arrives),
            ["departsOn"] = Iso(arrives.AddDays(Whole(cell("stays_in_weekend_nights")) + Whole(cell("stays_in_week_nights")))),
            ["status"] = status,
            ["bookedOn"] = Count(cell("lead_time")) is { } days ? Iso(arrives.AddDays(-days)) : null,
            ["cancelledOn"] = status == StayStatuses.Cancelled && DateOnly.TryParseExact(cell("reservation_status_date"), ["M/d/yyyy", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? Iso(on) : null,
            ["channel"] = Channel(cell("market_segment")),
            ["roomType"] = Known(cell("reserved_room_type")),
            ["room"] = Known(cell("assigned_room_type")),
            ["adults"] = Known(cell("adults")),
            ["children"] = Sum(cell("children"), cell("babies")),
            ["meals"] = Meals(cell("meal")),
            ["rate"] = Known(cell("adr")),
            ["country"] = Known(cell("country")),
        };
    }

    private static string Status(string text) => text switch
    {
        "Check-Out" => StayStatuses.Departed,
        "Canceled" => StayStatuses.Cancelled,
        "No-Show" => StayStatuses.NoShow,
        _ => throw new FormatException($"reservation_status: {text}"),
    };

    private static string Channel(string text) => text switch
    {
        "Direct" => "direct",
        "Online TA" => "ota",
        "Offline TA/TO" => "agency",
        "Corporate" => "corporate",
        "Groups" => "group",
        "Complementary" => "complimentary",
        _ => "other",
    };

    /// <summary>The authors say that Undefined and SC are the same: no meals.</summary>
    private static string? Meals(string text) => text switch
    {
        "SC" or "Undefined" => "none",
        "BB" => "breakfast",
        "HB" => "half",
        "FB" => "full",
        _ => null,
    };

    private static int Month(string name) => DateTime.ParseExact(name, "MMMM", CultureInfo.InvariantCulture).Month;

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int? Count(string text) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string? Sum(string first, string second) =>
        Count(first) is null && Count(second) is null ? null : ((Count(first) ?? 0) + (Count(second) ?? 0)).ToString(CultureInfo.InvariantCulture);

    private static string? Known(string text) => text is "" or "NULL" or "NA" ? null : text;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
