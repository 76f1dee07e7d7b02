namespace Crm.Platform.Storage;

/// <summary>Where data is kept; section <c>Storage</c> of the configuration (<c>CRM__Storage__Provider=PostgreSql</c>).</summary>
internal sealed class StorageOptions
{
    /// <summary><c>Sqlite</c>, <c>PostgreSql</c> or <c>SqlServer</c>.</summary>
    public string Provider { get; set; } = "Sqlite";

    /// <summary>The installation's database; with SQLite the default is <c>crm.db</c> in <see cref="DataFolder"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Folder for SQLite files, stored files and keys; relative to the folder the host was started in.</summary>
    public string DataFolder { get; set; } = "data";
}
