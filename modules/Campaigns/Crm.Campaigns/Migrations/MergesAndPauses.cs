using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Campaigns.Migrations;

/// <summary>What a merge did to people on their way through flows, so that it can be taken back; since when a flow has been stopped; who prepared a campaign.</summary>
[DbContext(typeof(CampaignsDb))]
[Migration("20261122_0002_CampaignsMergesAndPauses")]
internal sealed class MergesAndPauses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Column<Guid?>("campaigns_enrolment", "merge_id");
        migrationBuilder.Column<Guid?>("campaigns_enrolment", "before_merge");
        migrationBuilder.Column<DateTimeOffset?>("campaigns_flow", "stopped_at");
        migrationBuilder.Column<Guid?>("campaigns_campaign", "prepared_by");
    }
}
