using Crm.Platform.Editions;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Editions
{
    /// <summary>A package of the installation. All versions stay: each tenant is upgraded when its administrator says so.</summary>
    internal sealed class EditionRow
    {
        public required string Id { get; set; }

        public required string Version { get; set; }

        /// <summary>SHA-256 of the package, in hex.</summary>
        public string Digest { get; set; } = "";

        public byte[] Package { get; set; } = [];

        /// <summary>The trusted key that signed it; null for an unsigned one.</summary>
        public string? SignedBy { get; set; }

        public DateTimeOffset InstalledAt { get; set; }

        /// <summary>Who installed it, by name at that time.</summary>
        public string InstalledBy { get; set; } = "";
    }

    /// <summary>A picture of a brand; tenants of one edition share it.</summary>
    internal sealed class LogoRow
    {
        public required string Digest { get; set; }

        public required string Type { get; set; }

        public byte[] Content { get; set; } = [];
    }
}

namespace Crm.Platform.Storage
{
    internal sealed partial class ControlDb
    {
        public DbSet<EditionRow> Editions => Set<EditionRow>();

        public DbSet<LogoRow> Logos => Set<LogoRow>();

        partial void DescribeEditions(ModelBuilder model)
        {
            model.Entity<EditionRow>().ToTable("control_edition").HasKey(e => new { e.Id, e.Version });
            model.Entity<LogoRow>().ToTable("control_logo").HasKey(l => l.Digest);
        }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0501_Editions")]
    internal sealed class ControlEditions : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.ControlTable("control_edition", t => t
                .Column<string>("id", 30, required: true).Column<string>("version", 30, required: true).Column<string>("digest", 64, required: true)
                .Column<byte[]>("package", required: true).Column<string>("signed_by", 100).Column<DateTimeOffset>("installed_at").Column<string>("installed_by", 200, required: true).Key("id", "version"));
            migrationBuilder.ControlTable("control_logo", t => t
                .Column<string>("digest", 64, required: true).Column<string>("type", 40, required: true).Column<byte[]>("content", required: true).Key("digest"));
            migrationBuilder.Column<string>("control_tenant", "branding", 2_000);
            migrationBuilder.Column<string>("control_tenant", "edition", 70);
        }
    }

    /// <summary>What an edition set for the tenant, and what is under way.</summary>
    [DbContext(typeof(PlatformDb))]
    [Migration("20261123_0502_Edition")]
    internal sealed class TenantEdition : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("platform_edition", t => t
            .Column<Guid>("id").Column<long>("turn").Column<string>("content", required: true).Column<DateTimeOffset>("changed_at").Key("id"));
    }
}
