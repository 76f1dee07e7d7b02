using Crm.Platform.Catalog;
using Crm.Platform.Records;
using Crm.Sdk.Records;

namespace Crm.Tests.Storage.Schema;

/// <summary>What is wrong with the tables that migrations made.</summary>
internal static class Drift
{
    /// <summary>Where tables and a model differ.</summary>
    public static IEnumerable<string> FromModel(IReadOnlyList<Table> wanted, IReadOnlyList<Table> actual)
    {
        foreach (var want in wanted)
        {
            if (actual.FirstOrDefault(t => t.Name == want.Name) is not { } table)
            {
                yield return $"{want.Name}: no migration makes it";
                continue;
            }

            if (!want.Key.SequenceEqual(table.Key)) yield return $"{want.Name}: the key is ({string.Join(", ", table.Key)}), the model has ({string.Join(", ", want.Key)})";
            foreach (var column in want.Columns)
            {
                if (table.Find(column.Name) is not { } there) yield return $"{want.Name}.{column.Name}: no migration makes it";
                else if (there.Type != column.Type) yield return $"{want.Name}.{column.Name}: is {there.Type}, the model has {column.Type}";
                else if (column.Length is not null && there.Type != "TEXT" && there.Length != column.Length) yield return $"{want.Name}.{column.Name}: holds {there.Length?.ToString() ?? "any number of"} characters, the model has {column.Length}";
                else if (there.IsNullable != column.IsNullable) yield return $"{want.Name}.{column.Name}: {(there.IsNullable ? "may be empty, not so in the model" : "may not be empty, it may in the model")}";
            }

            foreach (var column in table.Columns.Where(c => want.Find(c.Name) is null)) yield return $"{want.Name}.{column.Name}: not in the model";
            foreach (var index in want.Indexes.Where(i => !table.Indexes.Exists(a => a.Columns.SequenceEqual(i.Columns) && a.IsUnique == i.IsUnique)))
            {
                yield return $"{want.Name}: no {(index.IsUnique ? "unique " : "")}index on ({string.Join(", ", index.Columns)})";
            }
        }
    }

    /// <summary>Where a record type promises what its table does not keep.</summary>
    public static IEnumerable<string> FromFields(RecordType type, IReadOnlyList<Table> actual)
    {
        if (actual.FirstOrDefault(t => t.Name == type.Table) is not { } table) yield break;
        foreach (var field in type.Fields.Concat(TenantCatalog.SystemFields()).Where(f => !f.InExt))
        {
            if (table.Find(field.Column!) is not { } column) continue;
            var name = $"{type.Table}.{field.Column}";
            if (field.Unique && !table.Indexes.Exists(i => i.IsUnique && i.Columns.SequenceEqual(["tenant_id", field.Column!]))) yield return $"{name}: unique, but no unique index keeps it so";
            else if (field.Indexed && !table.Indexes.Exists(i => i.Columns is ["tenant_id", var second, ..] && second == field.Column)) yield return $"{name}: no index on (tenant_id, {field.Column}, …)";
            if (field.ValueType != typeof(string) || field.Choices.Count > 0) continue;
            if (FieldInput.Longest(field) > (column.Length ?? int.MaxValue)) yield return $"{name}: takes {FieldInput.Longest(field)} characters, the column holds {column.Length}";
            if (field.Indexed && field.MaxLength > FieldInput.LongestIndexed) yield return $"{name}: indexed text may have {FieldInput.LongestIndexed} characters at most";
        }
    }

    /// <summary>What no table may be like.</summary>
    public static IEnumerable<string> FromRules(IReadOnlyList<Table> actual, string? byteOrder)
    {
        foreach (var table in actual.Where(t => t.HasTenant))
        {
            if (table.Key is not ["tenant_id", ..]) yield return $"{table.Name}: the tenant does not lead its key";
            foreach (var index in table.Indexes.Where(i => i.Columns is not ["tenant_id", ..])) yield return $"{table.Name}: the tenant does not lead the index {index.Name}";
            if (table.IsWalled == false) yield return $"{table.Name}: the database does not keep tenants apart in it";
            if (byteOrder is null) continue;
            foreach (var column in table.Columns.Where(c => c.Type is "text" or "nvarchar" && c.Collation != byteOrder)) yield return $"{table.Name}.{column.Name}: its text is ordered by {column.Collation ?? "the server's rules"}";
        }
    }

    /// <summary>What does not fit into an index of SQL Server.</summary>
    public static IEnumerable<string> FromIndexSizes(IReadOnlyList<Table> actual)
    {
        foreach (var table in actual)
        {
            foreach (var (name, columns, most) in table.Indexes.Select(i => (i.Name, i.Columns, 1_700)).Append(("the key", table.Key, 900)))
            {
                var sizes = columns.Select(c => table.Find(c)!).Select(c => c.Type switch
                {
                    "nvarchar" => c.Length * 2,
                    "varbinary" => c.Length,
                    _ => 16,
                }).ToList();
                if (sizes.Contains(null)) yield return $"{table.Name}: {name} is over text without a length";
                else if (sizes.Sum() > most) yield return $"{table.Name}: {name} may need {sizes.Sum()} bytes, SQL Server has {most}";
            }
        }
    }

    /// <summary>Columns of record types that SQL Server reads as words of its own; the engine writes names without quotes.</summary>
    public static IEnumerable<string> FromNames(IEnumerable<RecordType> types) =>
        from type in types
        from field in type.Fields
        where !field.InExt && TSql.Problems($"INSERT INTO {type.Table} ({field.Column}) VALUES (1)").Count > 0
        select $"{type.Table}.{field.Column}: a word of T-SQL";
}
