using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Customers.Migrations;

/// <summary>Data incidents and whom they concern; retention rules, purges and what they list.</summary>
[DbContext(typeof(CustomersDb))]
[Migration("20261123_0003_CustomersIncidentsAndRetention")]
internal sealed class IncidentsAndRetention : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("customers_incident", t => t
            .Column<string>("number", 40)
            .Column<string>("subject", 200, required: true)
            .Column<string>("happened", 60)
            .Column<bool>("suspected")
            .Column<DateOnly?>("occurred_on")
            .Column<DateOnly?>("known_on")
            .Column<string[]>("kinds")
            .Column<bool>("protected")
            .Column<int?>("people")
            .Column<string>("summary", 4000)
            .Column<string>("items", 2000)
            .Column<string>("cause", 4000)
            .Column<string>("secondary_damage", 4000)
            .Column<string>("person_response", 4000)
            .Column<string>("publication", 4000)
            .Column<string>("prevention", 4000)
            .Column<string>("remarks", 4000)
            .Column<DateOnly?>("first_reported_on")
            .Column<DateOnly?>("final_reported_on")
            .Column<string>("receipt_number", 100)
            .Column<string>("persons_told", 60)
            .Column<DateOnly?>("closed_on")
            .Column<string>("duty", 60)
            .Column<string>("state", 60)
            .Column<DateOnly?>("aim")
            .Column<DateOnly?>("first_due")
            .Column<DateOnly?>("final_due")
            .Index("known_on", "id")
            .Index("state", "id")
            .Index("first_due", "id")
            .Index("final_due", "id"));

        migrationBuilder.RecordTable("customers_incident_person", t => t
            .Column<Guid?>("incident_id")
            .Column<Guid?>("person_id")
            .Column<DateOnly?>("told_on")
            .Column<string>("means", 60)
            .Column<string>("memo", 500)
            .Index("incident_id", "id")
            .Index("person_id", "id")
            .Index("told_on", "id"));

        migrationBuilder.RecordTable("customers_retention_rule", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("record_type_key", 100, required: true)
            .Column<string>("counts_from", 100, required: true)
            .Column<int>("months")
            .Column<string>("where_field", 100)
            .Column<string>("where_value", 100)
            .Column<string>("deed", 60, required: true)
            .Column<string>("ground", 500)
            .Column<bool>("paused")
            .Column<Guid?>("set_by")
            .Index("name", "id"));

        migrationBuilder.RecordTable("customers_purge", t => t
            .Column<string>("name", 200, required: true)
            .Column<Guid?>("rule_id")
            .Column<string>("rule_ja", 500, required: true)
            .Column<string>("rule_en", 500, required: true)
            .Column<string>("ground", 500)
            .Column<string>("record_type_key", 100, required: true)
            .Column<string>("deed", 60, required: true)
            .Column<DateOnly?>("before")
            .Column<string>("state", 60, required: true)
            .Column<Guid?>("proposed_by")
            .Column<Guid?>("rule_set_by")
            .Column<DateTimeOffset?>("proposed_at")
            .Column<Guid?>("decided_by")
            .Column<DateTimeOffset?>("decided_at")
            .Column<DateTimeOffset?>("finished_at")
            .Column<int>("listed")
            .Column<int>("held")
            .Column<int>("gone")
            .Column<int>("refused")
            .Column<string>("note", 500)
            .Column<bool>("by_clock")
            .Index("state", "id")
            .Index("rule_id", "id")
            .Index("proposed_at", "id"));

        migrationBuilder.TenantTable("customers_purge_item", t => t
            .Column<Guid>("purge_id")
            .Column<string>("record_type", 100, required: true)
            .Column<Guid>("record_id")
            .Column<string>("state", 20, required: true)
            .Column<bool>("along")
            .Column<string>("reason_ja", 200)
            .Column<string>("reason_en", 200)
            .Key("purge_id", "record_type", "record_id")
            .Index("purge_id", "state")
            .Index("record_id", "state"));
    }
}
