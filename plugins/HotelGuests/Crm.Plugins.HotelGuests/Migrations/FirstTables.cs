using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Plugins.HotelGuests.Migrations;

[DbContext(typeof(HotelDb))]
[Migration("20261122_0001_Hotel")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("hotel_inn", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("address_postal_code")
            .Column<string>("address_prefecture")
            .Column<string>("address_city")
            .Column<string>("address_street")
            .Column<string>("address_building")
            .Column<string>("phone", 40)
            .Column<string>("permit", 60)
            .Column<int?>("rooms")
            .Column<bool?>("own_extras")
            .Column<string[]>("extras")
            .Index("name", "id"));

        migrationBuilder.RecordTable("hotel_stay", t => t
            .Column<string>("number", 60)
            .Column<Guid?>("inn_id")
            .Column<Guid?>("person_id")
            .Column<string>("status", 60)
            .Column<DateOnly?>("booked_on")
            .Column<DateOnly?>("arrives_on")
            .Column<DateOnly?>("departs_on")
            .Column<int?>("nights")
            .Column<DateOnly?>("cancelled_on")
            .Column<string>("channel", 60)
            .Column<int?>("adults")
            .Column<int?>("children")
            .Column<string>("room_type", 60)
            .Column<string>("room", 40)
            .Column<string>("meals", 60)
            .Column<decimal?>("rate")
            .Column<decimal?>("amount")
            .Column<string>("country", 60)
            .Column<string>("requests", 4000)
            .Column<string>("complaint", 4000)
            .Column<DateTimeOffset?>("arrived_at")
            .Column<DateTimeOffset?>("departed_at")
            .Column<string>("title", 200)
            .UniqueIndex("number")
            .Index("arrives_on", "id")
            .Index("status", "departs_on", "id")
            .Index("person_id", "departs_on", "id")
            .Index("departs_on", "id")
            .Index("inn_id", "arrives_on", "id")
            .Index("channel", "id"));

        migrationBuilder.RecordTable("hotel_register", t => t
            .Column<Guid?>("stay_id")
            .Column<Guid?>("person_id")
            .Column<Guid?>("inn_id")
            .Column<DateOnly?>("made_on")
            .Column<string>("name", 200, required: true)
            .Column<string>("address_postal_code")
            .Column<string>("address_prefecture")
            .Column<string>("address_city")
            .Column<string>("address_street")
            .Column<string>("address_building")
            .Column<string>("contact", 200)
            .Column<string>("occupation", 100)
            .Column<bool?>("foreigner")
            .Column<string>("nationality", 60)
            .Column<Guid?>("passport_copy")
            .Column<int?>("age")
            .Column<string>("sex", 60)
            .Column<string>("room", 40)
            .Column<DateTimeOffset?>("arrived_at")
            .Column<DateOnly?>("departs_on")
            .Column<string>("previous_place", 200)
            .Column<string>("next_place", 200)
            .Column<DateOnly?>("keep_until")
            .Index("made_on", "id")
            .Index("stay_id", "id")
            .Index("person_id", "id")
            .Index("inn_id", "id"));

        migrationBuilder.RecordTable("hotel_removal", t => t
            .Column<DateOnly?>("removed_on")
            .Column<int>("entries")
            .Column<int>("copies")
            .Column<DateOnly?>("made_from")
            .Column<DateOnly?>("made_until")
            .Index("removed_on", "id"));
    }
}
