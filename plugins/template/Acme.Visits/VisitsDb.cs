using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Acme.Visits;

/// <summary>The plugin's tables; it sees the rows of the current tenant and of no other.</summary>
internal sealed class VisitsDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Visit> Visits => Set<Visit>();

    protected override void Describe(ModelBuilder model) => Add(model, VisitFields.Type);
}

/// <summary>One migration for SQLite, PostgreSQL and SQL Server. Once released it is never changed, only followed by the next.</summary>
[DbContext(typeof(VisitsDb))]
[Migration("20261201_0001_Visits")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.RecordTable("visits_visit", t => t
        .Column<Guid?>("company_id")
        .Column<string>("purpose", 200, required: true)
        .Column<DateOnly?>("planned_on")
        .Column<DateOnly?>("made_on")
        .Column<string>("notes", 2000)
        .Index("company_id", "id")
        .Index("planned_on", "id"));
}
