using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Support.Migrations;

/// <summary>For what purpose of use the mails of a follow-up plan are sent.</summary>
[DbContext(typeof(SupportDb))]
[Migration("20261122_0002_SupportFollowUpPurposes")]
internal sealed class FollowUpPurposes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Column<Guid?>("support_follow_plan", "purpose_id");
        migrationBuilder.TenantIndex("support_follow_plan", "purpose_id", "id");
    }
}
