using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>The number of the tenant's key that sealed the pieces; null for a file of before, whose pieces lie open.</summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261123_0303_SealedFiles")]
internal sealed class SealedFiles : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<int?>("platform_file", "sealed_by");
}

/// <summary>
/// Files in the tenant's database: they share its backup, its restore and its move to a server of its own, and every node of a cluster sees them.
/// A file exists when its row does; pieces without one are left-overs of an upload that broke off.
/// </summary>
[DbContext(typeof(PlatformDb))]
[Migration("20261122_0004_Files")]
internal sealed class FileTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("platform_file", t => t
            .Column<Guid>("id").Column<string>("name", 255, required: true).Column<string>("content_type", 100, required: true).Column<long>("length")
            .Column<string>("sha256", 64, required: true).Column<DateTimeOffset>("created_at").Column<Guid?>("actor_id").Key("id"));
        migrationBuilder.TenantTable("platform_file_chunk", t => t
            .Column<Guid>("file_id").Column<int>("position").Column<byte[]>("content", required: true).Key("file_id", "position"));
    }
}
