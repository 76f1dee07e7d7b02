using System.Data.Common;
using Crm.Platform.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Storage;

/// <summary>Knows which database holds what: the installation's own, and that of each tenant.</summary>
internal sealed class Databases(IOptions<StorageOptions> options, Dialect dialect)
{
    public Dialect Dialect => dialect;

    /// <summary>Folder for everything kept in files.</summary>
    public string DataFolder => Path.GetFullPath(options.Value.DataFolder);

    /// <summary>The installation's database.</summary>
    public string Installation => options.Value.ConnectionString ?? (dialect.Name == "Sqlite"
        ? new SqliteConnectionStringBuilder { DataSource = Path.Combine(DataFolder, "crm.db") }.ToString()
        : throw new InvalidOperationException($"Storage:ConnectionString is needed for {dialect.Name}."));

    public string Of(TenantInfo tenant) => tenant.Database ?? Installation;

    /// <summary>An open connection ready for the rows of one tenant, or of the installation.</summary>
    public async Task<DbConnection> Open(TenantInfo? tenant, CancellationToken cancellation)
    {
        var connection = dialect.Connect(tenant is null ? Installation : Of(tenant));
        try
        {
            await connection.OpenAsync(cancellation);
            await dialect.Prepare(connection, tenant?.Id, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

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
