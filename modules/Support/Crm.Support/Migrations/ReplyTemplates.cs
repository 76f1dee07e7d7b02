using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Support.Migrations;

/// <summary>Templates of replies, and who gets a copy of one.</summary>
[DbContext(typeof(SupportDb))]
[Migration("20261123_0003_SupportReplyTemplates")]
internal sealed class ReplyTemplates : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("support_reply_template", t => t
            .Column<string>("name", 100, required: true)
            .Column<string>("text", 8000, required: true)
            .Column<Guid?>("type_id")
            .Column<int>("position")
            .Index("position", "id"));
        migrationBuilder.Column<string>("support_message", "cc", 1000);
        migrationBuilder.Column<string>("support_mail", "cc", 1000);
    }
}
