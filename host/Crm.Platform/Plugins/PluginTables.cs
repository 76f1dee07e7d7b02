using Crm.Platform.Plugins;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Plugins
{
    /// <summary>A package of the installation. The one active of each plugin is what all nodes run.</summary>
    internal sealed class PluginRow
    {
        public required string Id { get; set; }

        public required string Version { get; set; }

        /// <summary>SHA-256 of the package, in hex.</summary>
        public string Digest { get; set; } = "";

        public byte[] Package { get; set; } = [];

        /// <summary>The trusted key that signed it; null for an unsigned one.</summary>
        public string? SignedBy { get; set; }

        public bool Active { get; set; }

        public DateTimeOffset InstalledAt { get; set; }

        /// <summary>Who installed it, by name at that time.</summary>
        public string InstalledBy { get; set; } = "";

        /// <summary>What its fields are called, for the histories of when it is gone; see <see cref="FormerFields"/>. Null until it is installed anew.</summary>
        public string? Names { get; set; }
    }

    /// <summary>The public key of a publisher whose packages are let in.</summary>
    internal sealed class PluginKeyRow
    {
        public required string Name { get; set; }

        public required string Pem { get; set; }

        public DateTimeOffset AddedAt { get; set; }
    }
}

namespace Crm.Platform.Storage
{
    internal sealed partial class ControlDb
    {
        public DbSet<PluginRow> Plugins => Set<PluginRow>();

        public DbSet<PluginKeyRow> PluginKeys => Set<PluginKeyRow>();

        partial void DescribePlugins(ModelBuilder model)
        {
            model.Entity<PluginRow>().ToTable("control_plugin").HasKey(p => new { p.Id, p.Version });
            model.Entity<PluginKeyRow>().ToTable("control_plugin_key").HasKey(k => k.Name);
        }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261122_0201_Plugins")]
    internal sealed class ControlPlugins : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.ControlTable("control_plugin", t => t
                .Column<string>("id", 30, required: true).Column<string>("version", 30, required: true).Column<string>("digest", 64, required: true)
                .Column<byte[]>("package", required: true).Column<string>("signed_by", 100).Column<bool>("active")
                .Column<DateTimeOffset>("installed_at").Column<string>("installed_by", 200, required: true).Key("id", "version"));
            migrationBuilder.Column<string>("control_tenant_module", "closed_ja", 500);
            migrationBuilder.Column<string>("control_tenant_module", "closed_en", 500);
            migrationBuilder.Column<DateTimeOffset?>("control_tenant_module", "closed_at");
            migrationBuilder.ControlTable("control_plugin_key", t => t
                .Column<string>("name", 100, required: true).Column<string>("pem", 2_000, required: true).Column<DateTimeOffset>("added_at").Key("name"));
        }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0535_PluginNames")]
    internal sealed class ControlPluginNames : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<string>("control_plugin", "names");
    }
}
