using System.Globalization;
using Crm.Platform.Storage;
using Microsoft.Data.Sqlite;

namespace Crm.Tests.Storage.Schema;

/// <summary>A database of each released version becomes one of this version, and loses nothing on the way.</summary>
public sealed class UpgradeTests
{
    public static TheoryData<string> Versions => [.. KeptSchema.Versions];

    [Fact]
    public async Task The_schema_of_this_version_is_kept_before_it_is_released()
    {
        // CRM_ACCEPT_SCHEMA=1 writes it; after the release the file is never written again, because the version goes up.
        if (Environment.GetEnvironmentVariable("CRM_ACCEPT_SCHEMA") == "1")
        {
            await using var fresh = await Database.Fresh();
            await KeptSchema.AddRows(fresh.Connection);
            Directory.CreateDirectory(KeptSchema.Folder);
            await File.WriteAllTextAsync(Path.Combine(KeptSchema.Folder, KeptSchema.Version + ".sql"), await KeptSchema.Write(fresh.Connection));
        }

        Assert.Contains(KeptSchema.Version, KeptSchema.Versions);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_database_of_each_version_migrates_and_keeps_its_rows(string version)
    {
        await using var old = await Database.From(KeptSchema.Read(version));
        var before = await old.Rows();
        Assert.Contains(before, t => t.Key == "control_tenant" && t.Value == 1);
        await old.Migrate();

        var after = await old.Rows();
        Assert.Empty(before.Where(b => after.TryGetValue(b.Key, out var rows) && rows < b.Value).Select(b => b.Key));

        // Tables of the version being built still change in place; those of a released one do not.
        if (version == KeptSchema.Version) return;
        Assert.Empty(await Differences(old));
    }

    [Fact]
    public async Task A_kept_schema_is_the_one_it_was_made_from()
    {
        await using var fresh = await Database.Fresh();
        await KeptSchema.AddRows(fresh.Connection);
        await using var copy = await Database.From(await KeptSchema.Write(fresh.Connection));
        await copy.Migrate();

        Assert.Empty(await Differences(copy));
        Assert.Equal(await fresh.Rows(), await copy.Rows());
    }

    [Fact]
    public async Task What_migrations_do_not_bring_up_to_date_is_noticed()
    {
        await using var fresh = await Database.Fresh();
        var script = await KeptSchema.Write(fresh.Connection);
        await using var old = await Database.From(script + "ALTER TABLE platform_label DROP COLUMN en; DROP INDEX ix_custom_record_type_key_id; DROP TABLE platform_access_log;");
        await old.Migrate();

        Assert.Equal(
            ["custom_record: ix_custom_record_type_key_id is missing", "platform_access_log: is missing", "platform_label: en is missing"],
            (await Differences(old)).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> Differences(Database database)
    {
        await using var fresh = await Database.Fresh();
        var wanted = await KeptSchema.Tables(fresh.Connection);
        var actual = await KeptSchema.Tables(database.Connection);
        var differences = new List<string>();
        foreach (var want in wanted)
        {
            if (actual.FirstOrDefault(t => t.Name == want.Name) is not { } table)
            {
                differences.Add($"{want.Name}: is missing");
                continue;
            }

            differences.AddRange(want.Columns.Where(c => !table.Columns.Contains(c)).Select(c => $"{want.Name}: {c.Name} {(table.Find(c.Name) is null ? "is missing" : "is different")}"));
            differences.AddRange(want.Indexes.Where(i => table.Indexes.All(t => t.Name != i.Name)).Select(i => $"{want.Name}: {i.Name} is missing"));
            if (!want.Key.SequenceEqual(table.Key)) differences.Add($"{want.Name}: the key is different");
        }

        differences.AddRange(actual.Where(t => wanted.All(w => w.Name != t.Name)).Select(t => $"{t.Name}: is left over"));
        return differences;
    }

    /// <summary>An SQLite database in a folder of its own.</summary>
    private sealed class Database(DirectoryInfo folder, SqliteConnection connection) : IAsyncDisposable
    {
        public SqliteConnection Connection => connection;

        public static async Task<Database> Fresh()
        {
            var database = await From("");
            await database.Migrate();
            return database;
        }

        public static async Task<Database> From(string script)
        {
            var folder = Directory.CreateTempSubdirectory("crm-schema-");
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "crm.db"), Pooling = false }.ToString());
            await connection.OpenAsync();
            if (script.Length > 0) await KeptSchema.Execute(connection, script);
            return new(folder, connection);
        }

        public Task Migrate() => Migrating.Run(new SqliteDialect(), connection.ConnectionString, Contexts.Product);

        public async Task<SortedDictionary<string, long>> Rows()
        {
            var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var table in await KeptSchema.Tables(connection))
            {
                rows[table.Name] = Convert.ToInt64((await ActualTables.Rows(connection, $"SELECT count(*) FROM {table.Name}"))[0][0], CultureInfo.InvariantCulture);
            }

            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
