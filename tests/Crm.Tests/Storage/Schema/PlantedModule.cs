using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Storage;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Record = Crm.Sdk.Records.Record;

namespace Crm.Tests.Storage.Schema;

/// <summary>A module whose migration differs from its model in every way the drift test looks for.</summary>
internal sealed class PlantedModule : CrmModule
{
    public override string Key => "planted";

    public override Label Name => ("差異", "Differences");

    public override void Configure(ModuleBuilder module)
    {
        module.Database<PlantedDb>();
        module.Records.Add(PlantedThing.Type);
    }

    internal override IEnumerable<Type> Types() => [];

    public static IEnumerable<string> Differences(string database)
    {
        yield return "planted_thing.lost: no migration makes it";
        yield return "planted_thing.left_over: not in the model";
        yield return "planted_thing.count: may be empty, not so in the model";
        yield return "planted_thing.sought: no index on (tenant_id, sought, …)";
        yield return "planted_thing.number: unique, but no unique index keeps it so";
        yield return "planted_forgotten: no migration makes it";
        yield return "planted_pair: the key is (id), the model has (tenant_id, id)";
        yield return "planted_pair: no unique index on (tenant_id, name)";
        yield return "planted_pair: the tenant does not lead its key";
        yield return "planted_pair: the tenant does not lead the index ix_planted_pair_name";
        yield return database switch
        {
            Databases.Sqlite => "planted_thing.amount: is TEXT, the model has INTEGER",
            Databases.PostgreSql => "planted_thing.amount: is text, the model has numeric(19,4)",
            _ => "planted_thing.amount: is nvarchar, the model has decimal(19,4)",
        };
        if (database != Databases.Sqlite)
        {
            yield return "planted_thing.title: holds 40 characters, the model has 50";
            yield return "planted_thing.title: takes 50 characters, the column holds 40";
            yield return "planted_pair: the database does not keep tenants apart in it";
            yield return $"planted_pair.name: its text is ordered by {(database == Databases.PostgreSql ? "default" : "Japanese_CI_AS")}";
        }

        if (database == "SqlServer")
        {
            yield return "planted_thing: ix_planted_thing_long_id is over text without a length";
            yield return "planted_pair: ix_planted_pair_name may need 1800 bytes, SQL Server has 1700";
            yield return "planted_thing.plan: a word of T-SQL";
        }
    }
}

internal sealed class PlantedThing : Record
{
    public static readonly RecordType<PlantedThing> Type = RecordType.For<PlantedThing>("planted.thing").Titled("差異", "Difference").TitledBy("title")
        .Section("basic", "基本", "Basics", s => s
            .Text(t => t.Title, "題", "Title").Max(50)
            .Text(t => t.Lost, "失", "Lost")
            .Text(t => t.Sought, "探", "Sought").Indexed()
            .Text(t => t.Number, "番号", "Number").Unique()
            .LongText(t => t.Long, "長文", "Long").Indexed()
            .Text(t => t.Plan, "予定", "Plan")
            .Money(t => t.Amount, "金額", "Amount")
            .Number(t => t.Count, "数", "Count"));

    public string? Title { get; set; }

    public string? Lost { get; set; }

    public string? Sought { get; set; }

    public string? Number { get; set; }

    public string? Long { get; set; }

    public string? Plan { get; set; }

    public decimal? Amount { get; set; }

    public int Count { get; set; }
}

internal sealed class PlantedPair
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }
}

internal sealed class PlantedForgotten
{
    public Guid TenantId { get; set; }

    public Guid Id { get; set; }
}

internal sealed class PlantedDb(ModuleDbOptions options) : ModuleDb(options)
{
    protected override void Describe(ModelBuilder model)
    {
        Add(model, PlantedThing.Type);
        var pair = model.Entity<PlantedPair>();
        pair.ToTable("planted_pair").HasKey(p => new { p.TenantId, p.Id });
        pair.HasIndex(p => new { p.TenantId, p.Name }).IsUnique();
        model.Entity<PlantedForgotten>().ToTable("planted_forgotten").HasKey(p => new { p.TenantId, p.Id });
    }
}

[DbContext(typeof(PlantedDb))]
[Migration("20261122_0001_Planted")]
internal sealed class PlantedTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RecordTable("planted_thing", t => t
            .Column<string>("title", 40).Column<string>("left_over").Column<string>("sought").Column<string>("number").Column<string>("long")
            .Column<string>("plan").Column<string>("amount").Column<int?>("count").Index("long", "id"));
        migrationBuilder.ControlTable("planted_pair", t => t
            .Column<Guid>("tenant_id").Column<Guid>("id").Column<string>("name", 900, required: true).Key("id").Index("name"));
        if (migrationBuilder.ActiveProvider!.EndsWith("PostgreSQL", StringComparison.Ordinal))
        {
            migrationBuilder.Sql("ALTER TABLE planted_pair DISABLE ROW LEVEL SECURITY; ALTER TABLE planted_pair ALTER COLUMN name TYPE varchar(900) COLLATE \"default\";");
        }
        else if (migrationBuilder.ActiveProvider.EndsWith("SqlServer", StringComparison.Ordinal))
        {
            migrationBuilder.Sql("DROP SECURITY POLICY dbo.crm_wall_planted_pair; ALTER TABLE planted_pair ALTER COLUMN name nvarchar(900) COLLATE Japanese_CI_AS NOT NULL;");
        }
    }
}
