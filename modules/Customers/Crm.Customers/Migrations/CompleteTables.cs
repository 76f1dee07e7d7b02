using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Customers.Migrations;

/// <summary>Duplicates and merges, consent, segments, requests of persons, sensitive notes; what a product costs and what goes with it.</summary>
[DbContext(typeof(CustomersDb))]
[Migration("20261122_0002_CustomersComplete")]
internal sealed class CompleteTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Column<decimal?>("customers_product", "unit_cost");

        migrationBuilder.TenantTable("customers_duplicate", t => t
            .Column<Guid>("first_id")
            .Column<Guid>("second_id")
            .Column<string>("record_type", 60, required: true)
            .Column<int>("score")
            .Column<string>("reasons", 1000)
            .Column<string>("state", 60, required: true)
            .Column<DateTimeOffset>("found_at")
            .Column<Guid?>("decided_by")
            .Column<DateTimeOffset?>("decided_at")
            .Key("first_id", "second_id")
            .Index("second_id")
            .Index("record_type", "state", "score"));

        migrationBuilder.TenantTable("customers_match_key", t => t
            .Column<long>("key_hash")
            .Column<Guid>("customer_id")
            .Key("key_hash", "customer_id")
            .Index("customer_id"));

        migrationBuilder.TenantTable("customers_merge", t => t
            .Column<Guid>("id")
            .Column<string>("record_type", 60, required: true)
            .Column<Guid>("survivor_id")
            .Column<Guid>("merged_id")
            .Column<string>("survivor_title", 200, required: true)
            .Column<string>("merged_title", 200, required: true)
            .Column<Guid>("change_set")
            .Column<DateTimeOffset>("merged_at")
            .Column<Guid?>("merged_by")
            .Column<DateTimeOffset?>("undone_at")
            .Column<string>("kept", 2000)
            .Key("id")
            .Index("survivor_id"));

        migrationBuilder.TenantTable("customers_suggestion", t => t
            .Column<string>("record_type", 60, required: true)
            .Column<Guid>("if_id")
            .Column<Guid>("then_id")
            .Column<string>("kind", 20, required: true)
            .Column<int>("share")
            .Column<int>("lift")
            .Key("record_type", "if_id", "then_id", "kind"));

        migrationBuilder.RecordTable("customers_purpose", t => t
            .Column<string>("code", 40, required: true)
            .Column<string>("name", 200, required: true)
            .Column<bool>("contract")
            .Column<string[]>("channels")
            .Column<bool>("out_of_use")
            .Column<string>("memo", 2000)
            .UniqueIndex("code"));

        migrationBuilder.RecordTable("customers_wording", t => t
            .Column<Guid?>("purpose_id")
            .Column<string>("edition", 60, required: true)
            .Column<string>("text", 10_000)
            .Column<DateOnly?>("shown_from")
            .Column<DateOnly?>("shown_until")
            .Index("purpose_id", "id")
            .Index("shown_from", "id"));

        migrationBuilder.RecordTable("customers_consent", t => t
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<Guid?>("purpose_id")
            .Column<string>("channel", 60)
            .Column<string>("basis", 60)
            .Column<DateTimeOffset?>("at")
            .Column<string>("how", 200)
            .Column<Guid?>("wording_id")
            .Column<string>("evidence", 2000)
            .Column<DateOnly?>("until")
            .Index("person_id", "at", "id")
            .Index("company_id", "at", "id")
            .Index("purpose_id", "id")
            .Index("at", "id"));

        migrationBuilder.RecordTable("customers_segment", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("customer_type", 60)
            .Column<bool>("static")
            .Column<string>("definition", 20_000)
            .Column<string>("memo", 2000)
            .Index("name", "id"));

        migrationBuilder.RecordTable("customers_segment_member", t => t
            .Column<Guid?>("segment_id")
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Index("segment_id", "id")
            .Index("person_id", "id")
            .Index("company_id", "id"));

        migrationBuilder.RecordTable("customers_person_request", t => t
            .Column<string>("number", 40)
            .Column<Guid?>("person_id")
            .Column<string>("kind", 60)
            .Column<DateOnly?>("received_on")
            .Column<string>("identity_check", 60)
            .Column<string>("identity_note", 500)
            .Column<DateOnly?>("due_on")
            .Column<string>("state", 60)
            .Column<DateOnly?>("answered_on")
            .Column<string>("refusal_ground", 500)
            .Column<string>("result", 4000)
            .Column<DateOnly?>("kept_until")
            .Index("person_id", "id")
            .Index("due_on", "id")
            .Index("state", "id"));

        migrationBuilder.RecordTable("customers_sensitive_note", t => t
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<DateTimeOffset?>("written_at")
            .Column<string>("title", 200, required: true)
            .Index("person_id", "written_at", "id")
            .Index("company_id", "written_at", "id")
            .Index("written_at", "id"));
    }
}
