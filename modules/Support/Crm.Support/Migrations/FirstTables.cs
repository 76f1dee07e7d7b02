using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Support.Migrations;

[DbContext(typeof(SupportDb))]
[Migration("20261122_0001_Support")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        Lists(migrationBuilder);
        Inquiries(migrationBuilder);
        Threads(migrationBuilder);
        Knowledge(migrationBuilder);
        FollowUps(migrationBuilder);
        PublicForm(migrationBuilder);
    }

    private static void Lists(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_channel", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .UniqueIndex("code")
            .Index("position", "id"));
        migrationBuilder.RecordTable("support_type", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .Column<string>("priority", 60)
            .Column<Guid?>("queue_id")
            .Column<bool>("on_form")
            .Column<decimal?>("response_hours")
            .Column<decimal?>("resolution_hours")
            .UniqueIndex("code")
            .Index("position", "id"));
        migrationBuilder.RecordTable("support_queue", t => t
            .Column<string>("code", 40)
            .Column<string>("name", 100, required: true)
            .Column<int>("position")
            .Column<string>("team", 100)
            .Column<Guid?>("escalate_to")
            .UniqueIndex("code")
            .Index("position", "id"));
    }

    private static void Inquiries(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_inquiry", t => t
            .Column<string>("number", 40)
            .Column<string>("subject", 200, required: true)
            .Column<string>("content", 20_000)
            .Column<string>("status", 60, required: true)
            .Column<string>("priority", 60)
            .Column<Guid?>("channel_id")
            .Column<Guid?>("type_id")
            .Column<Guid?>("queue_id")
            .Column<Guid?>("product_id")
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<string>("from_name", 200)
            .Column<string>("from_email", 254)
            .Column<string>("from_phone", 40)
            .Column<DateTimeOffset?>("received_at")
            .Column<DateTimeOffset?>("first_responded_at")
            .Column<DateTimeOffset?>("closed_at")
            .Column<DateTimeOffset?>("response_due")
            .Column<DateTimeOffset?>("resolution_due")
            .Column<DateTimeOffset?>("next_due")
            .Column<int?>("response_minutes")
            .Column<int?>("resolution_minutes")
            .Column<int>("reopened")
            .Column<string>("resolution", 8000)
            .Column<bool?>("complaint")
            .Column<string>("complaint_class", 60)
            .Column<string[]>("complaint_about")
            .Column<string>("cause", 4000)
            .Column<string>("satisfied", 4000)
            .Column<string>("not_satisfied", 4000)
            .Column<bool?>("recurrence")
            .Column<int?>("score")
            .Column<string>("consent_wording", 4000)
            .Column<DateTimeOffset?>("paused_at")
            .Column<int?>("paused_seconds")
            .Column<DateTimeOffset?>("taken_in_at")
            .Column<DateTimeOffset?>("escalated_of")
            .Column<DateTimeOffset?>("complaint_told_at")
            .Index("number", "id")
            .Index("status", "next_due", "id")
            .Index("priority", "id")
            .Index("type_id", "received_at", "id")
            .Index("channel_id", "id")
            .Index("queue_id", "status", "next_due", "id")
            .Index("product_id", "received_at", "id")
            .Index("person_id", "received_at", "id")
            .Index("company_id", "received_at", "id")
            .Index("from_email", "id")
            .Index("received_at", "id")
            .Index("closed_at", "id")
            .Index("next_due", "id")
            .Index("complaint", "received_at", "id")
            .Index("score", "id"));
        migrationBuilder.TenantTable("support_status_change", t => t
            .Column<Guid>("id")
            .Column<Guid>("inquiry_id")
            .Column<DateTimeOffset>("at")
            .Column<string>("from_status", 60)
            .Column<string>("to_status", 60, required: true)
            .Column<Guid?>("user_id")
            .Key("id")
            .Index("inquiry_id", "at")
            .Index("at"));
    }

    private static void Threads(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_message", t => t
            .Column<Guid?>("inquiry_id")
            .Column<string>("kind", 60, required: true)
            .Column<DateTimeOffset?>("at")
            .Column<string>("from_name", 200)
            .Column<string>("address", 254)
            .Column<string>("subject", 400)
            .Column<string>("text", 100_000)
            .Column<string>("mail_id", 400)
            .Column<string>("delivery", 60)
            .UniqueIndex("mail_id")
            .Index("inquiry_id", "at", "id")
            .Index("at", "id"));
        migrationBuilder.RecordTable("support_attachment", t => t
            .Column<string>("name", 200, required: true)
            .Column<Guid?>("inquiry_id")
            .Column<Guid?>("message_id")
            .Column<Guid?>("content")
            .Index("inquiry_id", "id")
            .Index("message_id", "id"));
        migrationBuilder.RecordTable("support_link", t => t
            .Column<Guid?>("inquiry_id")
            .Column<Guid?>("other_id")
            .Column<string>("kind", 60, required: true)
            .Index("inquiry_id", "id")
            .Index("other_id", "id"));
        migrationBuilder.TenantTable("support_mail", t => t
            .Column<Guid>("id")
            .Column<Guid?>("inquiry_id")
            .Column<Guid?>("message_id")
            .Column<string>("address", 254, required: true)
            .Column<string>("subject", 400, required: true)
            .Column<string>("text", required: true)
            .Column<string>("html")
            .Column<string>("in_reply_to", 400)
            .Column<string>("thread")
            .Column<Guid?>("file_id")
            .Column<DateTimeOffset>("queued_at")
            .Column<DateTimeOffset?>("sent_at")
            .Column<DateTimeOffset?>("failed_at")
            .Key("id")
            .Index("inquiry_id"));
    }

    private static void Knowledge(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_article", t => t
            .Column<string>("title", 200, required: true)
            .Column<string>("body", 50_000)
            .Column<string>("keywords", 500)
            .Column<string>("audience", 60, required: true)
            .Column<string>("status", 60, required: true)
            .Column<Guid?>("type_id")
            .Column<Guid?>("product_id")
            .Column<int?>("published")
            .Column<int>("helpful")
            .Column<int>("not_helpful")
            .Index("audience", "status", "id")
            .Index("status", "id")
            .Index("type_id", "id")
            .Index("product_id", "id"));
        migrationBuilder.TenantTable("support_article_version", t => t
            .Column<Guid>("article_id")
            .Column<int>("number")
            .Column<string>("title", 200, required: true)
            .Column<string>("body", required: true)
            .Column<DateTimeOffset>("at")
            .Column<Guid?>("user_id")
            .Key("article_id", "number"));
        migrationBuilder.TenantTable("support_article_vote", t => t
            .Column<Guid>("article_id")
            .Column<string>("voter", 60, required: true)
            .Column<bool>("helpful")
            .Column<DateTimeOffset>("at")
            .Key("article_id", "voter"));
        migrationBuilder.RecordTable("support_survey", t => t
            .Column<Guid?>("inquiry_id")
            .Column<DateTimeOffset?>("asked_at")
            .Column<DateTimeOffset?>("answered_at")
            .Column<int?>("score")
            .Column<string>("comment", 2000)
            .Column<string>("secret", 64)
            .UniqueIndex("secret")
            .Index("inquiry_id", "id")
            .Index("asked_at", "id")
            .Index("answered_at", "id"));
    }

    private static void FollowUps(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_follow_plan", t => t
            .Column<string>("name", 100, required: true)
            .Column<string>("started_by", 60, required: true)
            .Column<int>("days")
            .Column<string>("means", 60, required: true)
            .Column<Guid?>("product_id")
            .Column<string>("subject", 200)
            .Column<string>("text", 8000)
            .Column<bool>("active")
            .Index("started_by", "id")
            .Index("days", "id")
            .Index("product_id", "id"));
        migrationBuilder.RecordTable("support_follow_up", t => t
            .Column<Guid?>("plan_id")
            .Column<string>("title", 200, required: true)
            .Column<Guid?>("person_id")
            .Column<Guid?>("company_id")
            .Column<Guid?>("product_id")
            .Column<DateOnly?>("due_on")
            .Column<string>("means", 60, required: true)
            .Column<string>("status", 60, required: true)
            .Column<DateTimeOffset?>("done_at")
            .Column<string>("instruction", 8000)
            .Column<string>("result", 8000)
            .Column<string>("key", 100)
            .UniqueIndex("key")
            .Index("plan_id", "id")
            .Index("person_id", "due_on", "id")
            .Index("company_id", "due_on", "id")
            .Index("product_id", "id")
            .Index("status", "due_on", "id")
            .Index("due_on", "id")
            .Index("done_at", "id"));
    }

    private static void PublicForm(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.TenantTable("support_held_post", t => t
            .Column<Guid>("id")
            .Column<string>("email", 254, required: true)
            .Column<string>("sender", 60, required: true)
            .Column<string>("form", required: true)
            .Column<DateTimeOffset>("at")
            .Column<DateTimeOffset?>("confirmed_at")
            .Key("id")
            .Index("email", "at")
            .Index("sender", "at")
            .Index("at"));
        migrationBuilder.TenantTable("support_used_challenge", t => t
            .Column<string>("nonce", 60, required: true)
            .Column<DateTimeOffset>("at")
            .Key("nonce")
            .Index("at"));
        migrationBuilder.TenantTable("support_form_secret", t => t
            .Column<string>("key", 60, required: true)
            .Column<byte[]>("value", required: true)
            .Key("key"));
    }
}
