using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>Imports, what was wrong with their rows, and mappings remembered by header.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261122_0010_Imports")]
internal sealed class ImportTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("platform_import", t => t
            .Column<Guid>("id").Column<DateTimeOffset>("at").Column<Guid?>("actor_id").Column<string>("actor_name", 200, required: true)
            .Column<string>("record_type", 100, required: true).Column<Guid>("file_id").Column<string>("file_name", 300, required: true)
            .Column<string>("settings", required: true).Column<string>("state", 20, required: true).Column<bool>("dry_run")
            .Column<long?>("total").Column<long>("done").Column<long>("created").Column<long>("updated").Column<long>("unchanged").Column<long>("refused")
            .Column<string>("message_ja", 500).Column<string>("message_en", 500).Column<DateTimeOffset?>("finished_at").Key("id"));
        migrationBuilder.TenantTable("platform_import_problem", t => t
            .Column<Guid>("import_id").Column<long>("row_number").Column<int>("position").Column<string>("field", 100).Column<string>("code", 100, required: true)
            .Column<string>("ja", 1000, required: true).Column<string>("en", 1000, required: true).Column<string>("cure_ja", 1000).Column<string>("cure_en", 1000)
            .Column<string>("value", 200).Key("import_id", "row_number", "position"));
        migrationBuilder.TenantTable("platform_import_mapping", t => t
            .Column<string>("record_type", 100, required: true).Column<string>("header", 64, required: true).Column<string>("settings", required: true)
            .Column<DateTimeOffset>("at").Key("record_type", "header"));
    }
}
