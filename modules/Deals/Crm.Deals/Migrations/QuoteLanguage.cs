using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Deals.Migrations;

/// <summary>The language a quote is written in.</summary>
[DbContext(typeof(DealsDb))]
[Migration("20261123_0002_DealsQuoteLanguage")]
internal sealed class QuoteLanguage : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Column<string>("deals_quote", "language", 60);
}
