using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Plugins.WasteDisposal.Migrations;

/// <summary>Since when a renewed permit runs, what was told of reports to the governor, and what the watch has still to tell.</summary>
[DbContext(typeof(WasteDb))]
[Migration("20261122_0002_RemindersAndRenewals")]
internal sealed class RemindersAndRenewals : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Column<DateOnly?>("waste_permit", "first_issued_on");
        migrationBuilder.Column<DateOnly?>("waste_manifest", "report_reminded_of");
        migrationBuilder.Column<DateOnly?>("waste_manifest", "report_overdue_of");
        migrationBuilder.TenantTable("waste_watch_tally", t => t
            .Column<Guid>("owner_id")
            .Column<int>("late")
            .Column<int>("soon")
            .Column<int>("report")
            .Key("owner_id"));
    }
}
