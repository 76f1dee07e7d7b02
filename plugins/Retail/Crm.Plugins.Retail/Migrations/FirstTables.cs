using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Plugins.Retail.Migrations;

[DbContext(typeof(RetailDb))]
[Migration("20261122_0001_Retail")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("retail_store", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 200, required: true)
            .Column<string>("address_postal_code")
            .Column<string>("address_prefecture")
            .Column<string>("address_city")
            .Column<string>("address_street")
            .Column<string>("address_building")
            .Column<string>("phone", 40)
            .UniqueIndex("code"));

        migrationBuilder.RecordTable("retail_sale", t => t
            .Column<string>("number", 50)
            .Column<string>("receipt", 60)
            .Column<string>("channel", 60)
            .Column<Guid?>("store_id")
            .Column<DateOnly?>("sold_on")
            .Column<string>("card_number", 40)
            .Column<string>("ec_account", 120)
            .Column<Guid?>("person_id")
            .Column<string>("product_name", 200)
            .Column<decimal?>("quantity")
            .Column<decimal?>("unit_price")
            .Column<decimal?>("amount")
            .Column<int?>("points")
            .UniqueIndex("number")
            .Index("receipt", "id")
            .Index("channel", "sold_on", "id")
            .Index("sold_on", "id")
            .Index("store_id", "sold_on", "id")
            .Index("card_number", "id")
            .Index("ec_account", "id")
            .Index("person_id", "sold_on", "id"));

        migrationBuilder.RecordTable("retail_points", t => t
            .Column<Guid?>("person_id")
            .Column<DateOnly?>("noted_on")
            .Column<string>("reason", 60)
            .Column<int?>("points")
            .Column<string>("note", 500)
            .Index("person_id", "id")
            .Index("noted_on", "id"));

        migrationBuilder.RecordTable("retail_visit", t => t
            .Column<Guid?>("person_id")
            .Column<Guid?>("store_id")
            .Column<DateOnly?>("visited_on")
            .Column<string>("purpose", 60)
            .Column<string>("note", 2000)
            .Index("person_id", "visited_on", "id")
            .Index("store_id", "id")
            .Index("visited_on", "id"));
    }
}
