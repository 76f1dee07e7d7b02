using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Storage;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Storage;

/// <summary>A module makes and changes tables of its own only, and all of them belong to tenants.</summary>
public sealed class OwnTablesTests
{
    private const string Whole = "rogue_stock";

    [Fact]
    public void A_table_with_tenant_and_prefix_may_be_made_changed_and_dropped() => Look(m =>
    {
        m.TenantTable(Whole, t => t.Column<Guid>("id").Key("id"));
        m.Column<string>(Whole, "note");
        m.TenantIndex(Whole, "note");
        m.Sql("UPDATE rogue_stock SET note = 'x'; ALTER TABLE rogue_stock ADD COLUMN more TEXT; DROP TABLE IF EXISTS \"rogue_old\"");
        m.RenameTable(Whole, newName: "rogue_goods");
        m.DropTable("rogue_goods");
    });

    [Fact]
    public void A_table_without_a_tenant_is_refused()
    {
        Refused(m => m.CreateTable("rogue_free", t => new { Id = t.Column<Guid>() }), "has no tenant_id");
        Refused(m => m.CreateTable("rogue_free", t => new { tenant_id = t.Column<Guid>(nullable: true) }), "has no tenant_id");
        Refused(m => m.DropColumn("tenant_id", Whole), "stays as it was made");
        Refused(m => m.Sql("create table if not exists rogue_free (id int)"), "makes a table");
    }

    [Fact]
    public void A_table_of_somebody_else_is_refused()
    {
        Refused(m => m.TenantTable("customers_company", t => t.Column<Guid>("id").Key("id")), "customers_company");
        Refused(m => m.Column<string>("customers_company", "note"), "customers_company");
        Refused(m => m.TenantIndex("customers_company", "name"), "customers_company");
        Refused(m => m.DropTable("platform_audit"), "platform_audit");
        Refused(m => m.RenameTable("customers_company", newName: "rogue_company"), "customers_company");
        Refused(m => m.RenameTable(Whole, newName: "library_book"), "library_book");
        Refused(m => m.Sql("ALTER TABLE ONLY public.customers_company ADD note text"), "customers_company");
        Refused(m => m.Sql("DROP TABLE IF EXISTS \"customers_company\""), "customers_company");
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_makes_a_table_for_everybody_is_not_migrated(string database) =>
        Assert.Contains("rogue_free has no tenant_id", await Quarantine(database, new RogueModule()), StringComparison.Ordinal);

    [Fact]
    public async Task An_entity_that_belongs_to_no_tenant_is_refused() =>
        Assert.Contains("Guid TenantId", await Quarantine(Databases.Sqlite, new CarelessModule()), StringComparison.Ordinal);

    /// <summary>What the host of the tests says when a module is not well.</summary>
    private static async Task<string> Quarantine(string database, CrmModule module) =>
        (await Assert.ThrowsAnyAsync<Exception>(() => TestHost.Start(database, module))).Message;

    private static void Look(Action<MigrationBuilder> steps)
    {
        var migration = new MigrationBuilder("Microsoft.EntityFrameworkCore.Sqlite");
        steps(migration);
        foreach (var step in migration.Operations) new OwnTables("rogue").Check(step);
    }

    private static void Refused(Action<MigrationBuilder> steps, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidOperationException>(() => Look(steps)).Message, StringComparison.Ordinal);
}

internal sealed class RogueModule : CrmModule
{
    /// <summary>Nothing of what else stands in this assembly is its.</summary>
    internal override IEnumerable<Type> Types() => [];

    public override string Key => "rogue";

    public override Label Name => ("越境", "Rogue");

    public override void Configure(ModuleBuilder module) => module.Database<RogueDb>();
}

internal sealed class RogueDb(ModuleDbOptions options) : ModuleDb(options)
{
    protected override void Describe(ModelBuilder model)
    {
    }
}

[DbContext(typeof(RogueDb))]
[Migration("20261122_0001_Fine")]
internal sealed class RogueFine : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.TenantTable("rogue_fine", t => t.Column<Guid>("id").Key("id"));
}

[DbContext(typeof(RogueDb))]
[Migration("20261122_0002_Free")]
internal sealed class RogueFree : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable("rogue_free", t => new { id = t.Column<Guid>() });
}

internal sealed class CarelessModule : CrmModule
{
    /// <summary>Nothing of what else stands in this assembly is its.</summary>
    internal override IEnumerable<Type> Types() => [];

    public override string Key => "careless";

    public override Label Name => ("不注意", "Careless");

    public override void Configure(ModuleBuilder module) => module.Database<CarelessDb>();
}

internal sealed class CarelessDb(ModuleDbOptions options) : ModuleDb(options)
{
    protected override void Describe(ModelBuilder model) => model.Entity<CarelessNote>().ToTable("careless_note");
}

internal sealed class CarelessNote
{
    public Guid Id { get; set; }
}
