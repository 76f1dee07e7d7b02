using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>Tables of the platform in each tenant's database: history, queues, search, the tenant's own fields.</summary>
internal sealed partial class PlatformDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<FieldRow> Fields => Set<FieldRow>();

    public DbSet<RecordTypeRow> RecordTypes => Set<RecordTypeRow>();

    public DbSet<LabelRow> Labels => Set<LabelRow>();

    protected override void Describe(ModelBuilder model)
    {
        model.Entity<FieldRow>().ToTable("platform_field").HasKey(f => new { f.TenantId, f.RecordType, f.Key });
        model.Entity<RecordTypeRow>().ToTable("platform_record_type").HasKey(t => new { t.TenantId, t.Key });
        model.Entity<LabelRow>().ToTable("platform_label").HasKey(l => new { l.TenantId, l.Key });
        model.Entity<Views.ViewRow>().ToTable("platform_view").HasKey(v => new { v.TenantId, v.Id });
    }
}

/// <summary>A tenant's own field.</summary>
internal sealed class FieldRow
{
    public Guid TenantId { get; set; }

    public required string RecordType { get; set; }

    /// <summary><c>custom.grade</c>.</summary>
    public required string Key { get; set; }

    /// <summary>A <see cref="Catalog.FieldDefinition"/> as JSON.</summary>
    public required string Definition { get; set; }

    public int Position { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set when the admin took it away; its values stay until they are purged.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>A tenant's own record type.</summary>
internal sealed class RecordTypeRow
{
    public Guid TenantId { get; set; }

    /// <summary><c>custom.vehicle</c>.</summary>
    public required string Key { get; set; }

    /// <summary>A <see cref="Catalog.RecordTypeDefinition"/> as JSON.</summary>
    public required string Definition { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>What a tenant calls a field, record type or menu entry in place of the product's word.</summary>
internal sealed class LabelRow
{
    public Guid TenantId { get; set; }

    /// <summary><c>customers.company</c>, <c>customers.company/rank</c>, …</summary>
    public required string Key { get; set; }

    public required string Ja { get; set; }

    public required string En { get; set; }
}

[DbContext(typeof(PlatformDb))]
[Migration("20261122_0001_Platform")]
internal sealed class PlatformTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("platform_audit", t => t
            .Column<Guid>("id").Column<string>("record_type", 100, required: true).Column<Guid>("record_id").Column<DateTimeOffset>("at")
            .Column<string>("action", 20, required: true).Column<Guid?>("actor_id").Column<string>("actor_name", 200, required: true)
            .Column<string>("source", 20, required: true).Column<string>("reason", 1000).Column<Guid?>("change_set").Column<string>("changes")
            .Key("id").Index("record_type", "record_id", "id").Index("change_set", "id"));
        migrationBuilder.TenantTable("platform_access_log", t => t
            .Column<Guid>("id").Column<DateTimeOffset>("at").Column<string>("action", 20, required: true).Column<Guid?>("actor_id")
            .Column<string>("actor_name", 200, required: true).Column<string>("source", 20, required: true)
            .Column<string>("record_type", 100, required: true).Column<Guid?>("record_id").Column<long>("records").Column<string>("detail", 2000)
            .Key("id").Index("record_id", "id"));
        migrationBuilder.TenantTable("platform_change_set", t => t
            .Column<Guid>("id").Column<DateTimeOffset>("at").Column<string>("kind", 20, required: true).Column<string>("record_type", 100, required: true)
            .Column<Guid?>("actor_id").Column<string>("actor_name", 200, required: true).Column<long>("records").Column<DateTimeOffset?>("undone_at")
            .Key("id"));
        migrationBuilder.TenantTable("platform_outbox", t => t
            .Column<Guid>("id").Column<DateTimeOffset>("at").Column<string>("name", 100, required: true).Column<string>("payload", required: true)
            .Column<Guid?>("actor_id").Column<string>("actor_name", 200, required: true).Column<bool>("fanned_out")
            .Key("id").Index("fanned_out", "id"));
        migrationBuilder.TenantTable("platform_delivery", t => t
            .Column<Guid>("event_id").Column<string>("subscriber", 150, required: true).Column<string>("state", 20, required: true)
            .Column<int>("attempts").Column<DateTimeOffset>("due_at").Column<DateTimeOffset?>("leased_until").Column<Guid?>("lease")
            .Column<string>("error", 4000).Key("event_id", "subscriber").Index("state", "due_at"));
        migrationBuilder.TenantTable("platform_field", t => t
            .Column<string>("record_type", 100, required: true).Column<string>("key", 100, required: true).Column<string>("definition", required: true)
            .Column<int>("position").Column<DateTimeOffset>("created_at").Column<DateTimeOffset?>("removed_at").Key("record_type", "key"));
        migrationBuilder.TenantTable("platform_record_type", t => t
            .Column<string>("key", 100, required: true).Column<string>("definition", required: true)
            .Column<DateTimeOffset>("created_at").Column<DateTimeOffset?>("removed_at").Key("key"));
        migrationBuilder.TenantTable("platform_label", t => t
            .Column<string>("key", 200, required: true).Column<string>("ja", 200, required: true).Column<string>("en", 200, required: true).Key("key"));
        migrationBuilder.RecordTable("custom_record", t => t.Column<string>("type_key", 100, required: true).Index("type_key", "id"));
        Search.SearchTables.Create(migrationBuilder);
    }
}
