using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Campaigns.Migrations;

[DbContext(typeof(CampaignsDb))]
[Migration("20261122_0001_Campaigns")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Planning(migrationBuilder);
        Sending(migrationBuilder);
        Results(migrationBuilder);
        Nurturing(migrationBuilder);
    }

    private static void Planning(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("campaigns_campaign", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("status", 60, required: true)
            .Column<string>("channel", 60)
            .Column<Guid?>("purpose_id")
            .Column<Guid?>("segment_id")
            .Column<Guid?>("template_id")
            .Column<string>("subject", 200)
            .Column<string>("subject_b", 200)
            .Column<int?>("test_share")
            .Column<int?>("test_hours")
            .Column<DateTimeOffset?>("scheduled_at")
            .Column<int?>("holdout_percent")
            .Column<int?>("response_days")
            .Column<decimal?>("budget")
            .Column<string>("memo", 4000)
            .Column<DateTimeOffset?>("prepared_at")
            .Column<Guid?>("approved_by")
            .Column<DateTimeOffset?>("approved_at")
            .Column<DateTimeOffset?>("finished_at")
            .Column<int?>("audience")
            .Column<int?>("excluded")
            .Column<string>("winner", 60)
            .Column<string>("content")
            .Index("name", "id")
            .Index("status", "id")
            .Index("channel", "id")
            .Index("purpose_id", "id")
            .Index("segment_id", "id")
            .Index("template_id", "id")
            .Index("scheduled_at", "id")
            .Index("finished_at", "id"));
        migrationBuilder.RecordTable("campaigns_template", t => t
            .Column<string>("name", 200, required: true)
            .Column<string>("subject", 200, required: true)
            .Column<string>("preheader", 200)
            .Column<string>("body", 50_000)
            .Column<string>("memo", 2000)
            .Index("name", "id"));
        migrationBuilder.RecordTable("campaigns_cost", t => t
            .Column<Guid?>("campaign_id")
            .Column<string>("kind", 60)
            .Column<string>("name", 200)
            .Column<decimal?>("amount")
            .Column<DateOnly?>("paid_on")
            .Index("campaign_id", "paid_on", "id")
            .Index("paid_on", "id"));
    }

    private static void Sending(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("campaigns_recipient", t => t
            .Column<Guid>("id")
            .Column<Guid?>("campaign_id")
            .Column<Guid?>("step_id")
            .Column<Guid>("customer_id")
            .Column<string>("customer_type", 60, required: true)
            .Column<string>("state", 20, required: true)
            .Column<string>("reason", 60)
            .Column<string>("reason_text", 500)
            .Column<string>("address", 320)
            .Column<string>("address_key", 320)
            .Column<string>("variant", 10)
            .Column<Guid?>("run_id")
            .Column<DateTimeOffset?>("leased_until")
            .Column<int>("attempts")
            .Column<DateTimeOffset>("next_at")
            .Column<DateTimeOffset?>("sent_at")
            .Column<string>("answer", 300)
            .Column<Guid?>("consent_id")
            .Column<DateTimeOffset?>("delivered_at")
            .Column<DateTimeOffset?>("opened_at")
            .Column<DateTimeOffset?>("clicked_at")
            .Column<DateTimeOffset?>("unsubscribed_at")
            .Column<DateTimeOffset?>("bounced_at")
            .Column<DateTimeOffset?>("complained_at")
            .Column<Guid?>("merge_id")
            .Column<Guid?>("before_merge")
            .Key("id")
            .UniqueIndex("campaign_id", "customer_id")
            .Index("campaign_id", "state", "next_at", "id")
            .Index("step_id", "state", "next_at", "id")
            .Index("customer_id", "sent_at")
            .Index("state", "leased_until")
            .Index("sent_at"));
        migrationBuilder.TenantTable("campaigns_suppression", t => t
            .Column<string>("address_key", 320, required: true)
            .Column<string>("reason", 60, required: true)
            .Column<string>("purpose", 40, required: true)
            .Column<DateTimeOffset>("at")
            .Key("address_key", "reason", "purpose"));
        migrationBuilder.TenantTable("campaigns_secret", t => t
            .Column<string>("key", 20, required: true)
            .Column<byte[]>("value", required: true)
            .Key("key"));
        migrationBuilder.TenantTable("campaigns_link", t => t
            .Column<Guid>("campaign_id")
            .Column<int>("number")
            .Column<string>("url", 2000, required: true)
            .Key("campaign_id", "number"));
        migrationBuilder.TenantTable("campaigns_click", t => t
            .Column<Guid>("id")
            .Column<Guid>("recipient_id")
            .Column<int>("number")
            .Column<DateTimeOffset>("at")
            .Key("id")
            .Index("recipient_id"));
    }

    private static void Results(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("campaigns_response", t => t
        .Column<string>("record_type", 100, required: true)
        .Column<Guid>("record_id")
        .Column<string>("kind", 60, required: true)
        .Column<string>("kind_text", 200, required: true)
        .Column<Guid?>("person_id")
        .Column<Guid?>("company_id")
        .Column<DateTimeOffset>("at")
        .Column<decimal>("value")
        .Column<bool>("is_revenue")
        .Key("record_type", "record_id")
        .Index("at")
        .Index("person_id", "at")
        .Index("company_id", "at"));

    private static void Nurturing(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("campaigns_flow", t => t
            .Column<string>("name", 200, required: true)
            .Column<Guid?>("purpose_id")
            .Column<Guid?>("segment_id")
            .Column<bool>("exit_on_response")
            .Column<bool>("is_running")
            .Column<DateTimeOffset?>("started_at")
            .Column<string>("memo", 2000)
            .Index("name", "id")
            .Index("purpose_id", "id")
            .Index("segment_id", "id")
            .Index("is_running", "id"));
        migrationBuilder.RecordTable("campaigns_flow_step", t => t
            .Column<Guid?>("flow_id")
            .Column<int>("position")
            .Column<string>("kind", 60)
            .Column<Guid?>("template_id")
            .Column<int?>("days")
            .Column<string>("condition", 60)
            .Column<Guid?>("else_step_id")
            .Index("flow_id", "position", "id")
            .Index("position", "id")
            .Index("template_id", "id")
            .Index("else_step_id", "id"));
        migrationBuilder.TenantTable("campaigns_enrolment", t => t
            .Column<Guid>("id")
            .Column<Guid>("flow_id")
            .Column<Guid>("customer_id")
            .Column<string>("customer_type", 60, required: true)
            .Column<Guid?>("step_id")
            .Column<DateTimeOffset>("due_at")
            .Column<DateTimeOffset>("entered_at")
            .Column<DateTimeOffset?>("ended_at")
            .Column<Guid?>("last_mail_id")
            .Key("id")
            .UniqueIndex("flow_id", "customer_id")
            .Index("flow_id", "ended_at", "due_at", "id")
            .Index("customer_id"));
        migrationBuilder.TenantTable("campaigns_flow_entry", t => t
            .Column<Guid>("id")
            .Column<Guid>("enrolment_id")
            .Column<Guid>("flow_id")
            .Column<Guid>("customer_id")
            .Column<Guid?>("step_id")
            .Column<DateTimeOffset>("at")
            .Column<string>("kind", 20, required: true)
            .Key("id")
            .Index("flow_id", "at")
            .Index("customer_id"));
    }
}
