using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Crm.Sdk.Storage;

/// <summary>Tables for hand-written migrations that serve SQLite, PostgreSQL and SQL Server alike: no column type is ever spelled.</summary>
public static class MigrationTables
{
    /// <summary>
    /// Makes the table of a record type: the columns every record has (<c>tenant_id, id, version, owner_id, created_at, updated_at,
    /// deleted_at, ext</c>) and those described. Key: tenant and id. Indexes: owner, last change and bin.
    /// </summary>
    public static void RecordTable(this MigrationBuilder migration, string table, Action<TableBuilder> describe)
    {
        migration.TenantTable(table, t =>
        {
            t.Column<Guid>("id");
            t.Column<int>("version");
            t.Column<Guid?>("owner_id");
            t.Column<DateTimeOffset>("created_at");
            t.Column<DateTimeOffset>("updated_at");
            t.Column<DateTimeOffset?>("deleted_at");
            t.Column<ExtensionData>("ext");
            describe(t);
            t.Key("id");
            t.Index("created_at", "id");
            t.Index("updated_at", "id");
            t.Index("owner_id", "id");
        });
    }

    /// <summary>Makes a table whose rows belong to tenants. <c>tenant_id</c> is its first column and leads key and indexes by itself.</summary>
    public static void TenantTable(this MigrationBuilder migration, string table, Action<TableBuilder> describe)
    {
        var builder = new TableBuilder(table, tenant: true);
        builder.Column<Guid>("tenant_id");
        describe(builder);
        builder.Apply(migration);
    }

    /// <summary>Makes a table of the installation as a whole.</summary>
    internal static void ControlTable(this MigrationBuilder migration, string table, Action<TableBuilder> describe)
    {
        var builder = new TableBuilder(table, tenant: false);
        describe(builder);
        builder.Apply(migration);
    }

    /// <summary>Adds a column to a table that is there.</summary>
    public static void Column<T>(this MigrationBuilder migration, string table, string name, int? maxLength = null, T? initial = default) =>
        migration.Operations.Add(TableBuilder.ColumnOf<T>(table, name, maxLength, initial));

    /// <summary>Adds an index, led by the tenant, to a table that is there.</summary>
    public static void TenantIndex(this MigrationBuilder migration, string table, params string[] columns) =>
        migration.Operations.Add(TableBuilder.IndexOf(table, ["tenant_id", .. columns], unique: false, filter: null));
}

/// <summary>Describes a new table.</summary>
public sealed class TableBuilder
{
    private readonly string table;
    private readonly bool tenant;
    private readonly CreateTableOperation create;
    private readonly List<CreateIndexOperation> indexes = [];

    internal TableBuilder(string table, bool tenant)
    {
        this.table = table;
        this.tenant = tenant;
        create = new CreateTableOperation { Name = table };
    }

    /// <summary>
    /// Adds a column. Types: <see cref="string"/>, <see cref="int"/>, <see cref="long"/>, <see cref="bool"/>, <see cref="decimal"/> (19,4),
    /// <see cref="Guid"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="DateTimeOffset"/>, <see cref="byte"/>[], string[];
    /// nullable ones with a question mark. Text and arrays are nullable unless <paramref name="required"/>.
    /// </summary>
    public TableBuilder Column<T>(string name, int? maxLength = null, bool required = false)
    {
        var column = ColumnOf<T>(table, name, maxLength, initial: null);
        if (required) column.IsNullable = false;
        create.Columns.Add(column);
        return this;
    }

    /// <summary>The key; the tenant leads it.</summary>
    public TableBuilder Key(params string[] columns)
    {
        create.PrimaryKey = new AddPrimaryKeyOperation { Table = table, Name = "pk_" + table, Columns = Led(columns) };
        return this;
    }

    /// <summary>An index; the tenant leads it.</summary>
    public TableBuilder Index(params string[] columns)
    {
        indexes.Add(IndexOf(table, Led(columns), unique: false, filter: null));
        return this;
    }

    /// <summary>A unique index over rows that are not in the bin and whose columns, described before, are filled; the tenant leads it.</summary>
    public TableBuilder UniqueIndex(params string[] columns)
    {
        // Quoted, because a name may be a word of some database's own; all three read these quotes.
        var parts = columns.Where(name => create.Columns.Single(c => c.Name == name).IsNullable).Select(name => $"\"{name}\" IS NOT NULL").ToList();
        if (create.Columns.Any(c => c.Name == "deleted_at")) parts.Add("\"deleted_at\" IS NULL");
        indexes.Add(IndexOf(table, Led(columns), unique: true, filter: parts.Count == 0 ? null : string.Join(" AND ", parts)));
        return this;
    }

    internal static AddColumnOperation ColumnOf<T>(string table, string name, int? maxLength, object? initial)
    {
        var bare = Nullable.GetUnderlyingType(typeof(T));
        var type = bare ?? typeof(T);
        var column = new AddColumnOperation
        {
            Table = table, Name = name, ClrType = type, MaxLength = maxLength,
            IsNullable = bare is not null || type == typeof(string) || type == typeof(byte[]) || type == typeof(string[]),
        };
        if (type == typeof(decimal)) (column.Precision, column.Scale) = (19, 4);
        if (type == typeof(ExtensionData)) column.DefaultValueSql = "'{}'";
        else if (initial is not null && !column.IsNullable) column.DefaultValue = initial;
        return column;
    }

    internal static CreateIndexOperation IndexOf(string table, string[] columns, bool unique, string? filter) => new()
    {
        Table = table, Name = $"{(unique ? "ux" : "ix")}_{table}_{string.Join('_', columns.Where(c => c != "tenant_id"))}",
        Columns = columns, IsUnique = unique, Filter = filter,
    };

    internal void Apply(MigrationBuilder migration)
    {
        if (create.PrimaryKey is null) throw new InvalidOperationException($"The table {table} has no key.");
        migration.Operations.Add(create);
        migration.Operations.AddRange(indexes);
    }

    private string[] Led(string[] columns) => tenant ? ["tenant_id", .. columns] : columns;
}
