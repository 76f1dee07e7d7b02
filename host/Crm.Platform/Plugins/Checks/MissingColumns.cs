using System.Data.Common;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Crm.Platform.Plugins.Checks;

/// <summary>
/// Columns that a plugin describes and its migrations do not make: forgotten at a new field of a second version, most of all. Every page of
/// such a record type would break, so that the version is not let in.
/// </summary>
internal static class MissingColumns
{
    /// <summary>What the tables lack after the plugin's migrations ran; empty when the description holds.</summary>
    /// <param name="databases">Where they are.</param>
    /// <param name="module">The plugin.</param>
    /// <param name="tenant">The tenant with a database of its own that is looked at; null for the installation's.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<IReadOnlyList<Problem>> Of(Databases databases, ModuleDescription module, TenantInfo? tenant, CancellationToken cancellation)
    {
        if (module.Database is null) return [.. module.RecordTypes.Select(t => NoDatabase(module, t))];
        await using var connection = databases.Dialect.Connect(tenant?.Database ?? databases.Installation);
        await connection.OpenAsync(cancellation);
        await databases.Dialect.PrepareMigration(connection, cancellation);
        await using var db = Migrator.Context(databases.Dialect, connection, module.Database, module.Key);
        var problems = new List<Problem>();
        foreach (var table in db.Model.GetRelationalModel().Tables)
        {
            var there = await Columns(databases.Dialect, connection, table.Name, cancellation);
            if (there is null) problems.Add(NoTable(table.Name));
            else problems.AddRange(table.Columns.Where(c => !there.Contains(c.Name)).Select(c => NoColumn(module, table, c)));
        }

        // One that no context knows is asked for all the same: by lists, the API and the search.
        var known = db.Model.GetRelationalModel().Tables.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(module.RecordTypes.Where(t => !known.Contains(t.Table)).Select(t => NoDatabase(module, t)));
        return problems;
    }

    /// <summary>Names of the columns of a table; null when there is no such table.</summary>
    private static async Task<HashSet<string>?> Columns(Dialect dialect, DbConnection connection, string table, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {dialect.Quote(table)} WHERE 1 = 0";
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            return Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToHashSet(StringComparer.Ordinal);
        }
        catch (DbException)
        {
            return null;
        }
    }

    private static Problem NoColumn(ModuleDescription module, ITable table, IColumn column)
    {
        var type = module.RecordTypes.Find(t => t.Table == table.Name);
        var field = type?.Fields.FirstOrDefault(f => f.Column == column.Name);
        var property = column.PropertyMappings[0].Property;
        Label what = (type, field) switch
        {
            ({ } of, { } forgotten) => ($"{of.Key} の項目 {forgotten.Key}（{forgotten.Label.Ja}）", $"The field {forgotten.Key} ({forgotten.Label.En}) of {of.Key}"),
            _ => ($"{property.DeclaringType.ClrType.Name} の {property.Name}", $"{property.Name} of {property.DeclaringType.ClrType.Name}"),
        };
        var length = property.ClrType == typeof(string) && property.GetMaxLength() is { } most ? $", {most}" : "";
        var cure = $"migrationBuilder.Column<{Written(property.ClrType)}>(\"{table.Name}\", \"{column.Name}\"{length});";
        return new(
            "no-column", ($"{what.Ja}のための列「{column.Name}」がテーブル {table.Name} にありません。", $"{what.En} has no column: there is no “{column.Name}” in the table {table.Name}."),
            ($"マイグレーションを新しく追加し、Up に {cure} と書いてください（適用済みのマイグレーションの変更は反映されません）。", $"Add a new migration with {cure} in its Up; changing one that has run already does nothing."), "file");
    }

    private static Problem NoTable(string table) => new(
        "no-table", ($"テーブル {table} を作るマイグレーションがありません。", $"No migration makes the table {table}."),
        ($"migrationBuilder.RecordTable(\"{table}\", …) を Up に書いたマイグレーションを追加してください。", $"Add a migration with migrationBuilder.RecordTable(\"{table}\", …) in its Up."), "file");

    private static Problem NoDatabase(ModuleDescription module, RecordType type) => new(
        "no-table", ($"レコード種別 {type.Key} を保存するテーブルが登録されていません。", $"The record type {type.Key} has no table to be kept in."),
        module.Database is { } context
            ? ($"{context.Name} の Describe に Add(model, …) を書いてください。", $"Write Add(model, …) for it into Describe of {context.Name}.")
            : ("ModuleDb の派生クラスを作り、Configure に module.Database<…>() を書いてください。", "Make a class derived from ModuleDb and write module.Database<…>() into Configure."), "file");

    /// <summary>A type as it is written in C#.</summary>
    private static string Written(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var name = bare.Name switch { "String" => "string", "String[]" => "string[]", "Byte[]" => "byte[]", "Int32" => "int", "Int64" => "long", "Decimal" => "decimal", "Boolean" => "bool", var other => other };
        return bare == type ? name : name + "?";
    }
}
