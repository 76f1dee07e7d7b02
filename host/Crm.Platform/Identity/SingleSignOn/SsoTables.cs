using System.Text.Json;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Identity.SingleSignOn
{
    /// <summary>Where the people of a tenant sign in with the account of their organisation; at most one for each tenant.</summary>
    internal sealed class SsoRow
    {
        public Guid TenantId { get; set; }

        public bool Enabled { get; set; }

        /// <summary>Whether passwords and passkeys open nothing any more, but for break-glass accounts.</summary>
        public bool Only { get; set; }

        public required string Issuer { get; set; }

        public required string ClientId { get; set; }

        /// <summary>The client's secret, sealed with the tenant's key; null for a public client.</summary>
        public string? Secret { get; set; }

        /// <summary>What stands on the button; empty for the usual words.</summary>
        public required string Label { get; set; }

        /// <summary>The role of those who are made when they first come; null when nobody is made.</summary>
        public Guid? NewUsersRole { get; set; }

        /// <summary>The claim that tells groups, such as <c>groups</c> or <c>realm_access.roles</c>.</summary>
        public required string GroupsClaim { get; set; }

        /// <summary>A list of <see cref="MappedGroup"/> as JSON.</summary>
        public required string Groups { get; set; }

        public IReadOnlyList<MappedGroup> ReadGroups() => JsonSerializer.Deserialize<List<MappedGroup>>(Groups, Platform.Storage.Json.Compact) ?? [];
    }

    /// <summary>Who has this value in the groups claim has this role, or is in this team.</summary>
    internal sealed record MappedGroup(string Value, Guid? Role, Guid? Team);

    /// <summary>A domain of mail addresses whose people sign in at a tenant's provider.</summary>
    internal sealed class SsoDomainRow
    {
        public Guid TenantId { get; set; }

        public required string Domain { get; set; }
    }

    /// <summary>Which account at a provider is which user. From the first sign-in on it alone counts: addresses are given to other people, subjects are not.</summary>
    internal sealed class SsoLinkRow
    {
        public Guid TenantId { get; set; }

        /// <summary>Hash of issuer and subject: both together are too long for a key on SQL Server.</summary>
        public required string Account { get; set; }

        public Guid UserId { get; set; }

        public required string Issuer { get; set; }

        public required string Subject { get; set; }

        public DateTimeOffset CreatedAt { get; set; }

        // A subject has no line break (OpenID Connect Core, 2: ASCII), so that no two pairs give one text.
        public static string AccountOf(string issuer, string subject) => Secrets.HexHash(System.Text.Encoding.UTF8.GetBytes($"{issuer}\n{subject}"));
    }
}

namespace Crm.Platform.Storage
{
    internal sealed partial class ControlDb
    {
        public DbSet<SsoRow> Sso => Set<SsoRow>();

        public DbSet<SsoDomainRow> SsoDomains => Set<SsoDomainRow>();

        public DbSet<SsoLinkRow> SsoLinks => Set<SsoLinkRow>();

        partial void DescribeSingleSignOn(ModelBuilder model)
        {
            model.Entity<SsoRow>().ToTable("control_sso").HasKey(s => s.TenantId);
            model.Entity<SsoDomainRow>().ToTable("control_sso_domain").HasKey(d => new { d.TenantId, d.Domain });
            model.Entity<SsoLinkRow>().ToTable("control_sso_link").HasKey(l => new { l.TenantId, l.Account });
        }
    }

    [DbContext(typeof(ControlDb))]
    [Migration("20261123_0401_SingleSignOn")]
    internal sealed class ControlSingleSignOn : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.ControlTable("control_sso", t => t
                .Column<Guid>("tenant_id").Column<bool>("enabled").Column<bool>("only").Column<string>("issuer", 500, required: true).Column<string>("client_id", 300, required: true)
                .Column<string>("secret", 4000).Column<string>("label", 60, required: true).Column<Guid?>("new_users_role")
                .Column<string>("groups_claim", 100, required: true).Column<string>("groups", required: true).Key("tenant_id"));
            migrationBuilder.ControlTable("control_sso_domain", t => t
                .Column<Guid>("tenant_id").Column<string>("domain", 253, required: true).Key("tenant_id", "domain").Index("domain"));
            migrationBuilder.ControlTable("control_sso_link", t => t
                .Column<Guid>("tenant_id").Column<string>("account", 64, required: true).Column<Guid>("user_id").Column<string>("issuer", 500, required: true)
                .Column<string>("subject", 255, required: true).Column<DateTimeOffset>("created_at").Key("tenant_id", "account").Index("user_id"));
            migrationBuilder.Column<bool>("control_user", "break_glass");
        }
    }
}
