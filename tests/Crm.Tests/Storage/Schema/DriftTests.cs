using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Crm.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Storage.Schema;

/// <summary>Migrations and models say the same on every database.</summary>
public sealed class DriftTests
{
    [Theory, EveryDatabase]
    public async Task Migrated_tables_are_what_the_models_want(string database)
    {
        await using var crm = await TestHost.Start(database, Contexts.All);

        Assert.Equal(Meant(database), await Found(database, crm, Contexts.Modules));
    }

    [Fact]
    public void Tables_scripted_for_SQL_Server_are_what_the_models_want() => Assert.Empty(Scripted(Contexts.Modules));

    [Theory, EveryDatabase]
    public async Task Each_planted_difference_is_found(string database)
    {
        await using var crm = await TestHost.Start(database, new PlantedModule());

        var found = await Found(database, crm, [ModuleDescription.Of(new PlantedModule())]);

        Assert.Equal(PlantedModule.Differences(database).Concat(Meant(database)).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_planted_difference_is_found_in_the_script_for_SQL_Server() => Assert.Equal(
        PlantedModule.Differences("SqlServer").Order(StringComparer.Ordinal),
        Scripted([ModuleDescription.Of(new PlantedModule())]).Order(StringComparer.Ordinal));

    /// <summary>
    /// What is so on purpose, and must be taken off this list when it is so no more: FTS5 knows its rows by a number of SQLite's own, and the
    /// words of the search index begin with their tenant's number.
    /// </summary>
    private static string[] Meant(string database) => database == Infrastructure.Databases.Sqlite
        ? ["platform_search: the tenant does not lead its key"]
        : ["platform_search: the tenant does not lead the index ix_platform_search_tokens"];

    private static async Task<List<string>> Found(string database, TestHost crm, IReadOnlyList<ModuleDescription> modules)
    {
        var dialect = Contexts.Dialect(database);
        await using var connection = dialect.Connect(crm.Services.GetRequiredService<Platform.Storage.Databases>().Installation);
        await connection.OpenAsync();
        var actual = await ActualTables.Of(database, connection);
        Assert.NotEmpty(actual);
        var found = new List<string>();
        foreach (var (context, owner) in Contexts.Of(modules))
        {
            await using var db = Contexts.Open(dialect, context, owner);
            found.AddRange(Drift.FromModel(WantedTables.Of(db), actual));
        }

        found.AddRange(modules.SelectMany(m => m.RecordTypes).SelectMany(t => Drift.FromFields(t, actual)));
        found.AddRange(Drift.FromRules(actual, database == Infrastructure.Databases.PostgreSql ? "C" : null));
        return found;
    }

    private static List<string> Scripted(IReadOnlyList<ModuleDescription> modules)
    {
        var dialect = Contexts.Dialect("SqlServer");
        var found = new List<string>();
        foreach (var (context, owner) in Contexts.Of(modules))
        {
            using var db = Contexts.Open(dialect, context, owner);
            var actual = ScriptedTables.Of(db.GetService<IMigrator>().GenerateScript());
            found.AddRange(Drift.FromModel(WantedTables.Of(db), actual));
            found.AddRange(modules.Where(m => m.Database == context).SelectMany(m => m.RecordTypes).SelectMany(t => Drift.FromFields(t, actual)));
            found.AddRange(Drift.FromRules(actual, Platform.SqlServer.SqlServerMigrations.ByteOrder));
            found.AddRange(Drift.FromIndexSizes(actual));
        }

        found.AddRange(Drift.FromNames(modules.SelectMany(m => m.RecordTypes)));
        return found;
    }
}
