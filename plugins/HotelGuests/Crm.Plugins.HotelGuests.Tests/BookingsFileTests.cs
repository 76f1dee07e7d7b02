using System.Text;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.HotelGuests.Tests;

/// <summary>The public file of hotel bookings.</summary>
public sealed class BookingsFileTests
{
    private static readonly string[] Header =
    [
        "hotel", "is_canceled", "lead_time", "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month", "stays_in_weekend_nights", "stays_in_week_nights", "adults", "children", "babies", "meal",
        "country", "market_segment", "reserved_room_type", "assigned_room_type", "adr", "reservation_status", "reservation_status_date",
    ];

    [Fact]
    public void Arrival_comes_from_three_columns_and_departure_from_the_nights()
    {
        var read = Read("Resort Hotel,1,7,2015,December,30,2,3,2,1,1,HB,PRT,Online TA,A,C,75.5,Canceled,12/1/2015");

        Assert.Equal(("2015-12-30", "2016-01-04", "2015-12-23", "2015-12-01"), (read["arrivesOn"], read["departsOn"], read["bookedOn"], read["cancelledOn"]));
        Assert.Equal(("cancelled", "ota", "half", "A", "C", "2", "75.5"), (read["status"], read["channel"], read["meals"], read["roomType"], read["room"], read["children"], read["rate"]));
    }

    [Fact]
    public void A_row_of_another_kind_is_refused_with_what_is_strange()
    {
        Assert.Contains("Waiting", Assert.Throws<FormatException>(() => Read("H,0,7,2015,July,1,0,1,2,NA,0,SC,NULL,Direct,A,A,75,Waiting,7/2/2015")).Message, StringComparison.Ordinal);
        var odd = Read("H,0,7,2015,July,1,0,1,2,NA,NA,Undefined,NULL,Undefined,A,A,75,No-Show,7/2/2015");
        Assert.Equal((null, null, "none", "other", "no-show"), (odd["children"], odd["country"], odd["meals"], odd["channel"], odd["status"]));
    }

    [Fact]
    public async Task A_file_is_known_by_its_columns_and_a_strange_row_stays_out_with_its_reason()
    {
        await using var host = await CrmTestHost.Start();
        string[] file =
        [
            string.Join(',', Header), "Resort Hotel,1,7,2015,December,30,2,3,2,1,1,HB,PRT,Online TA,A,C,75.5,Canceled,12/1/2015",
            "Resort Hotel,0,7,2015,July,1,0,1,2,NA,0,SC,NULL,Direct,A,A,75,Waiting,7/2/2015",
        ];

        var import = await host.Import(HotelContract.Stay, "bookings.csv", Encoding.UTF8.GetBytes(string.Join("\r\n", file)));

        Assert.Equal((1L, 1L), (import.Created, import.Refused));
        Assert.Contains("reservation_status: Waiting", Assert.Single(import.Errors), StringComparison.Ordinal);
        var stay = await host.Record(HotelContract.Stay, Assert.Single((await host.List(HotelContract.Stay)).Rows).Id);
        Assert.Equal(
            (new DateOnly(2015, 12, 30), new DateOnly(2016, 1, 4), "cancelled", new DateOnly(2015, 12, 1), "ota", 377.5m),
            (stay["arrivesOn"], stay["departsOn"], stay["status"], stay["cancelledOn"], stay["channel"], stay["amount"]));
    }

    [BookingsFact]
    public async Task The_whole_file_becomes_stays()
    {
        await using var host = await CrmTestHost.Start();
        var lines = await File.ReadAllLinesAsync(BookingsFactAttribute.Path);
        var status = Array.IndexOf(lines[0].Split(','), "reservation_status");

        var import = await host.Import(HotelContract.Stay, "hotel_bookings_2015.csv", await File.ReadAllBytesAsync(BookingsFactAttribute.Path));

        Assert.Empty(import.Errors);
        Assert.Equal((lines.Length - 1L, 0L), (import.Created, import.Refused));
        async Task<long?> Count(string key) => (await host.Ask(new ListRecords(HotelContract.Stay) { Filter = Filter.Eq("status", key), Fields = ["status"], Limit = 1, Count = true })).Count;
        int InFile(string key) => lines.Count(l => l.Split(',')[status] == key);
        Assert.Equal((InFile("Check-Out"), InFile("Canceled"), InFile("No-Show")), (await Count("departed"), await Count("cancelled"), await Count("no-show")));
    }

    private static IReadOnlyDictionary<string, string?> Read(string line) => BookingsFile.Read(Cells(Header, line.Split(',')));

    private static Func<string, string> Cells(string[] columns, string[] cells) => column => Array.IndexOf(columns, column) is var at and >= 0 ? cells[at] : "";
}

/// <summary>Runs where the public data sets lie beside the repository (or CRM_SHARED_DATA says where); else skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BookingsFactAttribute : FactAttribute
{
    public BookingsFactAttribute()
    {
        if (!File.Exists(Path)) Skip = "The public hotel bookings are not here (../shared/data/hotel or CRM_SHARED_DATA).";
    }

    public static string Path { get; } = Find();

    private static string Find()
    {
        const string Name = "hotel_bookings_2015.csv";
        if (Environment.GetEnvironmentVariable("CRM_SHARED_DATA") is { Length: > 0 } said) return System.IO.Path.Combine(said, "hotel", Name);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = System.IO.Path.Combine(folder.FullName, "shared", "data", "hotel", Name);
            if (File.Exists(beside)) return beside;
        }

        return Name;
    }
}
