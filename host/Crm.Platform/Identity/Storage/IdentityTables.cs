using Crm.Platform.Identity.Storage;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>Users, what they may do and how they are signed in; in the installation's database for all tenants.</summary>
internal sealed partial class ControlDb
{
    public DbSet<User> Users => Set<User>();

    public DbSet<RoleRow> Roles => Set<RoleRow>();

    public DbSet<UserRoleRow> UserRoles => Set<UserRoleRow>();

    public DbSet<TeamRow> Teams => Set<TeamRow>();

    public DbSet<TeamMemberRow> TeamMembers => Set<TeamMemberRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<TokenRow> Tokens => Set<TokenRow>();

    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();

    public DbSet<KeyRow> Keys => Set<KeyRow>();

    partial void DescribeIdentity(ModelBuilder model)
    {
        model.Entity<User>().ToTable("control_user").HasKey(u => u.Id);
        var role = model.Entity<RoleRow>();
        role.ToTable("control_role").HasKey(r => r.Id);
        role.Ignore(r => r.Name);
        model.Entity<UserRoleRow>().ToTable("control_user_role").HasKey(r => new { r.TenantId, r.UserId, r.RoleId });
        model.Entity<TeamRow>().ToTable("control_team").HasKey(t => t.Id);
        model.Entity<TeamMemberRow>().ToTable("control_team_member").HasKey(m => new { m.TenantId, m.TeamId, m.UserId });
        model.Entity<SessionRow>().ToTable("control_session").HasKey(s => s.Id);
        model.Entity<TokenRow>().ToTable("control_token").HasKey(t => t.Id);
        model.Entity<PasskeyRow>().ToTable("control_passkey").HasKey(p => p.Id);
        model.Entity<KeyRow>().ToTable("control_key").HasKey(k => k.Id);
    }
}

[DbContext(typeof(ControlDb))]
[Migration("20261122_0101_Identity")]
internal sealed class ControlIdentity : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.ControlTable("control_user", t => t
            .Column<Guid>("id").Column<Guid>("tenant_id").Column<string>("email", 254, required: true).Column<string>("email_key", 254, required: true)
            .Column<string>("name", 200, required: true).Column<string>("password_hash", 500).Column<string>("stamp", 40, required: true)
            .Column<int>("failed_count").Column<DateTimeOffset?>("lockout_end")
            .Column<string>("totp_key", 1000).Column<string>("totp_used", 10).Column<bool>("two_factor").Column<string[]>("recovery_codes", required: true)
            .Column<bool>("active").Column<string>("language", 10).Column<string>("theme", 10)
            .Column<byte[]>("link_hash").Column<DateTimeOffset?>("link_expires_at")
            .Column<DateTimeOffset>("created_at").Column<DateTimeOffset?>("signed_in_at")
            .Key("id").UniqueIndex("tenant_id", "email_key").Index("email_key"));
        migrationBuilder.ControlTable("control_role", t => t
            .Column<Guid>("id").Column<Guid>("tenant_id").Column<string>("ja", 100, required: true).Column<string>("en", 100, required: true)
            .Column<string>("built_in", 40).Column<string>("rights", required: true).Key("id").Index("tenant_id"));
        migrationBuilder.ControlTable("control_user_role", t => t
            .Column<Guid>("tenant_id").Column<Guid>("user_id").Column<Guid>("role_id").Key("tenant_id", "user_id", "role_id"));
        migrationBuilder.ControlTable("control_team", t => t
            .Column<Guid>("id").Column<Guid>("tenant_id").Column<string>("name", 100, required: true).Key("id").UniqueIndex("tenant_id", "name"));
        migrationBuilder.ControlTable("control_team_member", t => t
            .Column<Guid>("tenant_id").Column<Guid>("team_id").Column<Guid>("user_id").Key("tenant_id", "team_id", "user_id"));
        migrationBuilder.ControlTable("control_session", t => t
            .Column<Guid>("id").Column<Guid>("user_id").Column<Guid>("tenant_id").Column<string>("stamp", 40, required: true)
            .Column<string>("method", 20, required: true).Column<string>("device", 200, required: true).Column<string>("address", 60, required: true)
            .Column<bool>("stay").Column<DateTimeOffset>("created_at").Column<DateTimeOffset>("seen_at").Column<DateTimeOffset>("expires_at")
            .Key("id").Index("user_id"));
        migrationBuilder.ControlTable("control_token", t => t
            .Column<Guid>("id").Column<Guid>("user_id").Column<Guid>("tenant_id").Column<string>("name", 100, required: true)
            .Column<string>("prefix", 20, required: true).Column<byte[]>("hash", required: true).Column<string>("scope", 20, required: true)
            .Column<DateTimeOffset?>("expires_at").Column<DateTimeOffset?>("used_at").Column<DateTimeOffset>("created_at")
            .Key("id").UniqueIndex("prefix").Index("user_id"));
        migrationBuilder.ControlTable("control_passkey", t => t
            .Column<Guid>("id").Column<Guid>("user_id").Column<string>("credential", 64, required: true).Column<string>("name", 100, required: true)
            .Column<string>("data", required: true).Column<DateTimeOffset>("created_at").Key("id").UniqueIndex("credential").Index("user_id"));
        migrationBuilder.ControlTable("control_key", t => t
            .Column<Guid>("id").Column<string>("name", 200, required: true).Column<string>("xml", required: true).Column<DateTimeOffset>("created_at").Key("id"));
    }
}
