using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>Which subscribers take part for a tenant, the order of one subscriber's deliveries, and notifications of users.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261122_0002_Messaging")]
internal sealed class MessagingTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("platform_subscriber", t => t
            .Column<string>("subscriber", 150, required: true).Column<bool>("active").Column<DateTimeOffset>("since").Key("subscriber"));
        migrationBuilder.TenantIndex("platform_delivery", "state", "subscriber", "event_id");
        migrationBuilder.TenantIndex("platform_outbox", "at");
        migrationBuilder.TenantTable("platform_notification", t => t
            .Column<Guid>("id").Column<Guid>("user_id").Column<DateTimeOffset>("at").Column<string>("title_ja", 300, required: true)
            .Column<string>("title_en", 300, required: true).Column<string>("link", 500).Column<DateTimeOffset?>("read_at")
            .Key("id").Index("user_id", "id").Index("user_id", "read_at"));
    }
}
