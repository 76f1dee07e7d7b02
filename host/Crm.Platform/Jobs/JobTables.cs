using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>The queue and history of jobs. A schedule's moment stands once per job, so that a clock that fires twice queues one run.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261122_0003_Jobs")]
internal sealed class JobTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.TenantTable("platform_job_run", t => t
            .Column<Guid>("id").Column<string>("job_key", 150, required: true).Column<string>("state", 20, required: true).Column<string>("arguments")
            .Column<DateTimeOffset?>("scheduled_for").Column<DateTimeOffset>("queued_at").Column<DateTimeOffset?>("started_at").Column<DateTimeOffset?>("finished_at")
            .Column<Guid?>("actor_id").Column<string>("actor_name", 200, required: true).Column<string>("node", 100)
            .Column<Guid?>("lease").Column<DateTimeOffset?>("leased_until").Column<int>("attempts").Column<bool>("cancel_requested")
            .Column<long>("done").Column<long?>("total").Column<string>("message_ja", 500).Column<string>("message_en", 500).Column<string>("error", 4000)
            .Key("id").Index("state", "id").Index("job_key", "id").UniqueIndex("job_key", "scheduled_for"));
}
