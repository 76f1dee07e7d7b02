namespace Crm.Tests.Storage.Schema;

/// <summary>A table as it is, or as a model wants it.</summary>
internal sealed record Table(string Name)
{
    public List<Column> Columns { get; } = [];

    public List<string> Key { get; set; } = [];

    public List<TableIndex> Indexes { get; } = [];

    /// <summary>Whether the database itself keeps tenants apart in it; null where it cannot.</summary>
    public bool? IsWalled { get; set; }

    public bool HasTenant => !Name.StartsWith("control_", StringComparison.Ordinal) && Columns.Any(c => c.Name == "tenant_id");

    public Column? Find(string column) => Columns.Find(c => c.Name == column);
}

/// <param name="Name">Its name.</param>
/// <param name="Type">The database's name of the type, without length.</param>
/// <param name="Length">The longest text, or null.</param>
/// <param name="IsNullable">Whether it may be empty.</param>
/// <param name="Collation">How text is ordered, or null where the database has one way only.</param>
internal sealed record Column(string Name, string Type, int? Length, bool IsNullable, string? Collation = null)
{
    /// <summary>Splits <c>nvarchar(200)</c>; a precision such as <c>(19,4)</c> stays part of the type.</summary>
    public static Column Of(string name, string type, bool isNullable, string? collation = null)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        if (type is "text" or "character varying") return new(name, "text", null, isNullable, collation);
        if (open < 0 || !(type.StartsWith("nvarchar", StringComparison.Ordinal) || type.StartsWith("character varying", StringComparison.Ordinal) || type.StartsWith("varbinary", StringComparison.Ordinal)))
        {
            return new(name, type, null, isNullable, collation);
        }

        var length = type[(open + 1)..^1];
        var bare = type.StartsWith("character varying", StringComparison.Ordinal) ? "text" : type[..open];
        return new(name, bare, length == "max" ? null : int.Parse(length, System.Globalization.CultureInfo.InvariantCulture), isNullable, collation);
    }
}

internal sealed record TableIndex(string Name, IReadOnlyList<string> Columns, bool IsUnique, string? Filter);
