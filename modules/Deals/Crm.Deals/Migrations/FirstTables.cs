using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Deals.Migrations;

[DbContext(typeof(DealsDb))]
[Migration("20261122_0001_Deals")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Pipelines(migrationBuilder);
        Deals(migrationBuilder);
        Activities(migrationBuilder);
        Quotes(migrationBuilder);
    }

    private static void Pipelines(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("deals_pipeline", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .Column<string>("description", 1000)
            .UniqueIndex("code")
            .Index("position", "id"));
        migrationBuilder.RecordTable("deals_stage", t => t
            .Column<Guid?>("pipeline_id")
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .Column<int>("probability")
            .Column<string[]>("needs")
            .Column<string>("also_needs", 500)
            .Column<int?>("rot_days")
            .UniqueIndex("code")
            .Index("pipeline_id", "position", "id")
            .Index("position", "id"));
        migrationBuilder.RecordTable("deals_loss_reason", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .UniqueIndex("code")
            .Index("position", "id"));
        migrationBuilder.RecordTable("deals_competitor", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("name_kana", 200)
            .Column<string>("site", 500)
            .Column<string>("strengths", 2000)
            .Column<string>("weaknesses", 2000)
            .UniqueIndex("name"));
    }

    private static void Deals(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("deals_deal", t => t
            .Column<string>("code", 60)
            .Column<string>("name", 200, required: true)
            .Column<Guid?>("company_id")
            .Column<Guid?>("person_id")
            .Column<Guid?>("stage_id")
            .Column<string>("status", 60, required: true)
            .Column<decimal?>("amount")
            .Column<string>("currency", 60)
            .Column<decimal?>("rate")
            .Column<decimal?>("value")
            .Column<int?>("probability")
            .Column<DateOnly?>("expected_close")
            .Column<DateOnly?>("opened_on")
            .Column<string>("source", 60)
            .Column<string>("content", 8000)
            .Column<Guid?>("competitor_id")
            .Column<DateOnly?>("closed_on")
            .Column<Guid?>("loss_reason_id")
            .Column<string>("loss_note", 4000)
            .Column<string>("memo", 4000)
            .Column<DateOnly?>("stage_since")
            .UniqueIndex("code")
            .Index("name", "id")
            .Index("company_id", "id")
            .Index("person_id", "id")
            .Index("stage_id", "status", "expected_close", "id")
            .Index("status", "expected_close", "id")
            .Index("value", "id")
            .Index("expected_close", "id")
            .Index("opened_on", "id")
            .Index("closed_on", "id")
            .Index("competitor_id", "id")
            .Index("loss_reason_id", "id"));
        migrationBuilder.RecordTable("deals_line", t => t
            .Column<Guid?>("deal_id")
            .Column<int>("position")
            .Column<Guid?>("product_id")
            .Column<string>("product_name", 200)
            .Column<decimal?>("quantity")
            .Column<string>("unit", 20)
            .Column<decimal?>("unit_price")
            .Column<decimal?>("discount")
            .Column<string>("tax_rate", 60)
            .Column<decimal?>("amount")
            .Column<string>("memo", 1000)
            .Index("deal_id", "position", "id")
            .Index("product_id", "id")
            .Index("position", "id"));
        migrationBuilder.RecordTable("deals_participant", t => t
            .Column<Guid?>("deal_id")
            .Column<string>("side", 60, required: true)
            .Column<Guid?>("person_id")
            .Column<Guid?>("user_id")
            .Column<string>("role", 60)
            .Column<string>("memo", 2000)
            .Index("deal_id", "side", "id")
            .Index("side", "id")
            .Index("person_id", "id")
            .Index("user_id", "id"));
        migrationBuilder.TenantTable("deals_stage_change", t => t
            .Column<Guid>("id")
            .Column<Guid>("deal_id")
            .Column<DateOnly>("on_day")
            .Column<DateTimeOffset>("at")
            .Column<Guid?>("from_stage")
            .Column<Guid?>("to_stage")
            .Column<string>("from_status", 60, required: true)
            .Column<string>("to_status", 60, required: true)
            .Column<decimal?>("value")
            .Column<Guid?>("owner_id")
            .Key("id")
            .Index("deal_id", "at")
            .Index("on_day"));
    }

    private static void Activities(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("deals_activity", t => t
            .Column<string>("kind", 60)
            .Column<string>("subject", 200, required: true)
            .Column<DateTimeOffset?>("starts_at")
            .Column<DateTimeOffset?>("ends_at")
            .Column<Guid?>("deal_id")
            .Column<Guid?>("company_id")
            .Column<Guid?>("person_id")
            .Column<string>("place", 200)
            .Column<string>("content", 8000)
            .Column<DateTimeOffset?>("done_at")
            .Column<string>("result", 8000)
            .Column<string>("next_action", 200)
            .Column<string>("remind", 60)
            .Column<DateTimeOffset?>("reminded_of")
            .Index("starts_at", "id")
            .Index("done_at", "starts_at", "id")
            .Index("deal_id", "starts_at", "id")
            .Index("company_id", "starts_at", "id")
            .Index("person_id", "starts_at", "id"));
        migrationBuilder.TenantTable("deals_forecast", t => t
            .Column<DateOnly>("month")
            .Column<DateOnly>("taken_on")
            .Column<decimal>("weighted")
            .Column<decimal>("by_history")
            .Key("month", "taken_on"));
        migrationBuilder.RecordTable("deals_goal", t => t
            .Column<string>("period", 60, required: true)
            .Column<DateOnly?>("starts_on")
            .Column<Guid?>("user_id")
            .Column<string>("team", 100)
            .Column<string>("measure", 60, required: true)
            .Column<decimal?>("target")
            .Index("starts_on", "id")
            .Index("user_id", "id"));
    }

    private static void Quotes(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("deals_quote", t => t
            .Column<Guid?>("deal_id")
            .Column<string>("number", 60)
            .Column<int>("revision")
            .Column<string>("status", 60, required: true)
            .Column<string>("subject", 200, required: true)
            .Column<string>("addressee", 300)
            .Column<Guid?>("issuer_id")
            .Column<DateOnly?>("issued_on")
            .Column<DateOnly?>("valid_until")
            .Column<string>("currency", 60)
            .Column<bool>("prices_with_tax")
            .Column<string>("delivery_on", 200)
            .Column<string>("delivery_place", 200)
            .Column<string>("payment_terms", 200)
            .Column<string>("remarks", 2000)
            .Column<decimal?>("net")
            .Column<decimal?>("tax")
            .Column<decimal?>("total")
            .Column<DateOnly?>("accepted_on")
            .Column<string>("order_number", 60)
            .Column<string>("document")
            .UniqueIndex("number", "revision")
            .UniqueIndex("order_number")
            .Index("deal_id", "id")
            .Index("number", "id")
            .Index("status", "id")
            .Index("issuer_id", "id")
            .Index("issued_on", "id")
            .Index("valid_until", "id"));
        migrationBuilder.RecordTable("deals_quote_line", t => t
            .Column<Guid?>("quote_id")
            .Column<int>("position")
            .Column<Guid?>("product_id")
            .Column<string>("name", 200)
            .Column<decimal?>("quantity")
            .Column<string>("unit", 20)
            .Column<decimal?>("unit_price")
            .Column<decimal?>("discount")
            .Column<string>("tax_rate", 60)
            .Column<decimal?>("amount")
            .Index("quote_id", "position", "id")
            .Index("product_id", "id")
            .Index("position", "id"));
        migrationBuilder.RecordTable("deals_issuer", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("invoice_number", 40)
            .Column<string>("address_postal_code")
            .Column<string>("address_prefecture")
            .Column<string>("address_city")
            .Column<string>("address_street")
            .Column<string>("address_building")
            .Column<string>("phone", 40)
            .Column<string>("fax", 40)
            .Column<string>("email", 254)
            .Column<string>("bank", 500)
            .Column<Guid?>("seal")
            .Column<string>("rounding", 60)
            .Column<string>("quote_format", 40)
            .Column<string>("order_format", 40)
            .Column<int>("valid_days")
            .Column<string>("payment_terms", 200)
            .Column<string>("remarks", 2000));
        migrationBuilder.TenantTable("deals_number_range", t => t
            .Column<string>("key", 100, required: true)
            .Column<int>("next")
            .Key("key"));
    }
}
