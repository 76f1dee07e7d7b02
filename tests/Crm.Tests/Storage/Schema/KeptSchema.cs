using System.Globalization;
using System.Text;
using Crm.Platform.Storage;
using Microsoft.Data.Sqlite;

namespace Crm.Tests.Storage.Schema;

/// <summary>
/// The schema of a version as an SQLite script with one row in each table, kept in tests/fixtures/schema, so that each later version
/// can show that it brings it up to date. Statements stand in the order of their names: two branches that add tables merge.
/// </summary>
internal static class KeptSchema
{
    /// <summary>Major and minor number of the version being built; patches do not change tables.</summary>
    public static string Version => typeof(Migrator).Assembly.GetName().Version!.ToString(2);

    public static string Folder => Path.Combine(Root(), "tests", "fixtures", "schema");

    public static IEnumerable<string> Versions => Directory.GetFiles(Folder, "*.sql").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static string Read(string version) => File.ReadAllText(Path.Combine(Folder, version + ".sql"));

    /// <summary>Fills each table with a row.</summary>
    public static async Task AddRows(SqliteConnection connection)
    {
        foreach (var table in await Tables(connection))
        {
            if (table.Name.StartsWith("crm_migrations_", StringComparison.Ordinal)) continue;
            var filled = table.Columns.Where(c => !c.IsNullable || table.Key.Contains(c.Name)).ToList();
            await Execute(connection, $"INSERT INTO {table.Name} ({string.Join(", ", filled.Select(c => $"\"{c.Name}\""))}) VALUES ({string.Join(", ", filled.Select(Sample))})");
        }
    }

    /// <summary>The database as a script.</summary>
    public static async Task<string> Write(SqliteConnection connection)
    {
        var script = new StringBuilder();
        foreach (var row in await ActualTables.Rows(
            connection,
            """
            SELECT m.sql FROM sqlite_master m
            WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
              AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%' AND m.name LIKE v.name || '\_%' ESCAPE '\')
            ORDER BY CASE m.type WHEN 'table' THEN 0 ELSE 1 END, m.name
            """))
        {
            script.Append(((string)row[0]!).ReplaceLineEndings("\n")).Append(";\n\n");
        }

        foreach (var table in await Tables(connection))
        {
            var columns = string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\""));
            var values = string.Join(" || ', ' || ", table.Columns.Select(c => $"quote(\"{c.Name}\")"));
            foreach (var row in await ActualTables.Rows(connection, $"SELECT {values} FROM {table.Name} ORDER BY 1"))
            {
                script.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table.Name} ({columns}) VALUES ({row[0]});\n");
            }
        }

        return script.ToString();
    }

    /// <summary>Tables with rows of their own, by name.</summary>
    public static async Task<IReadOnlyList<Table>> Tables(SqliteConnection connection)
    {
        var derived = (await ActualTables.Rows(connection, "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")).Select(r => (string)r[0]!).ToList();
        return [.. (await ActualTables.Of(Infrastructure.Databases.Sqlite, connection)).Where(t => !derived.Exists(d => t.Name == d || t.Name.StartsWith(d + "_", StringComparison.Ordinal)))];
    }

    public static async Task Execute(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static string Sample(Column column) => column.Name switch
    {
        "tenant_id" => "X'01900000000070008000000000000001'",
        "ext" or "definition" or "payload" or "rights" => "'{}'",
        _ => column.Type switch
        {
            "BLOB" => "X'01900000000070008000000000000002'",
            "TEXT" => "'見本'",
            _ => "1",
        },
    };

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Crm.Modular.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run in the repository.");
        return folder;
    }
}
