using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;

namespace Crm.Platform.Storage;

/// <summary>Tables of the installation as a whole: tenants and what is on for them, users and how they sign in.</summary>
internal sealed partial class ControlDb(DbContextOptions<ControlDb> options) : DbContext(options)
{
    /// <summary>The connection that was opened for this context and ends with it.</summary>
    public System.Data.Common.DbConnection? OwnedConnection { get; init; }

    public DbSet<TenantRow> Tenants => Set<TenantRow>();

    public DbSet<TenantModuleRow> TenantModules => Set<TenantModuleRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TenantRow>(tenant =>
        {
            tenant.ToTable("control_tenant").HasKey(t => t.Id);
            tenant.HasIndex(t => t.Key).IsUnique();
        });
        modelBuilder.Entity<TenantModuleRow>(module => module.ToTable("control_tenant_module").HasKey(m => new { m.TenantId, m.Module }));
        DescribeIdentity(modelBuilder);
        DescribePlugins(modelBuilder);
        DescribeKeys(modelBuilder);
        DescribeBackups(modelBuilder);
        DescribeSingleSignOn(modelBuilder);
        DescribeEditions(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties()) property.SetColumnName(Naming.Snake(property.Name));
        }
    }

    partial void DescribeIdentity(ModelBuilder model);

    partial void DescribePlugins(ModelBuilder model);

    partial void DescribeKeys(ModelBuilder model);

    partial void DescribeBackups(ModelBuilder model);

    partial void DescribeSingleSignOn(ModelBuilder model);

    partial void DescribeEditions(ModelBuilder model);

    public override void Dispose()
    {
        base.Dispose();
        OwnedConnection?.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (OwnedConnection is not null) await OwnedConnection.DisposeAsync();
    }
}

/// <summary>A tenant's row.</summary>
internal sealed class TenantRow
{
    public Guid Id { get; set; } = Ids.New();

    public int Number { get; set; }

    public required string Key { get; set; }

    public required string Name { get; set; }

    public string TimeZone { get; set; } = "Asia/Tokyo";

    public string Language { get; set; } = "ja";

    public string Currency { get; set; } = "JPY";

    public int FiscalYearStart { get; set; } = 4;

    public string? Database { get; set; }

    public bool Active { get; set; } = true;

    public long Version { get; set; } = 1;

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>An <see cref="Editions.Branding"/> as JSON; null for the product's own.</summary>
    public string? Branding { get; set; }

    /// <summary>The edition it was made from and its version.</summary>
    public string? Edition { get; set; }
}

/// <summary>A module that was switched on or off for a tenant.</summary>
internal sealed class TenantModuleRow
{
    public Guid TenantId { get; set; }

    public required string Module { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Why it was closed although it is on; null when it was not.</summary>
    public string? ClosedJa { get; set; }

    public string? ClosedEn { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>What the tenant's administrator set for it, as JSON; null when nothing was.</summary>
    public string? Settings { get; set; }

    /// <summary>When what the tenant begins with was made; null when it was not yet.</summary>
    public DateTimeOffset? SeededAt { get; set; }
}

[DbContext(typeof(ControlDb))]
[Migration("20261123_0301_ModuleSettings")]
internal sealed class ControlModuleSettings : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Column<string>("control_tenant_module", "settings");
        migrationBuilder.Column<DateTimeOffset?>("control_tenant_module", "seeded_at");
    }
}

[DbContext(typeof(ControlDb))]
[Migration("20261122_0001_Tenants")]
internal sealed class ControlTenants : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.ControlTable("control_tenant", t => t
            .Column<Guid>("id").Column<int>("number").Column<string>("key", 60, required: true).Column<string>("name", 200, required: true)
            .Column<string>("time_zone", 60, required: true).Column<string>("language", 10, required: true).Column<string>("currency", 3, required: true)
            .Column<int>("fiscal_year_start").Column<string>("database", 1000).Column<bool>("active").Column<long>("version")
            .Column<DateTimeOffset>("created_at").Key("id").UniqueIndex("key").UniqueIndex("number"));
        migrationBuilder.ControlTable("control_tenant_module", t => t
            .Column<Guid>("tenant_id").Column<string>("module", 60, required: true).Column<bool>("enabled").Key("tenant_id", "module"));
    }
}
