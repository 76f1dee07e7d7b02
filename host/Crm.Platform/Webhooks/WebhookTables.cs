using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>Addresses outside that hear of events, and each call to be made; an event and an address stand together once.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261123_0005_Webhooks")]
internal sealed class WebhookTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("platform_webhook", t => t
            .Column<Guid>("id").Column<string>("url", 1000, required: true).Column<string>("events", 4000, required: true).Column<string>("secret", 500, required: true)
            .Column<bool>("active").Column<Guid?>("created_by").Column<DateTimeOffset>("created_at")
            .Key("id"));
        migrationBuilder.TenantTable("platform_webhook_call", t => t
            .Column<Guid>("webhook_id").Column<Guid>("event_id").Column<string>("state", 20, required: true).Column<int>("attempts").Column<DateTimeOffset>("due_at")
            .Column<DateTimeOffset?>("leased_until").Column<Guid?>("lease").Column<DateTimeOffset?>("ended_at").Column<string>("answer", 500)
            .Key("webhook_id", "event_id").Index("state", "due_at").Index("event_id"));
    }
}
