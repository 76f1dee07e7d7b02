using System.Data.Common;
using Crm.Host;
using Crm.Platform.SqlServer;
using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Crm.Tests.Infrastructure;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Storage;

/// <summary>Everything that keeps tables: the installation, the platform and each module that lies beside the host. A new module is found by itself.</summary>
internal static class Contexts
{
    private static readonly CrmModule[] Found = [.. CrmApp.FindModules(), new Records.LibraryModule()];

    public static IReadOnlyList<ModuleDescription> Modules => [.. Found.Select(ModuleDescription.Of)];

    /// <summary>Modules of the product alone, without the library of the tests.</summary>
    public static CrmModule[] Product => [.. Found.Where(m => m is not Records.LibraryModule)];

    public static CrmModule[] All => Found;

    public static IReadOnlyList<(Type Context, string Owner)> Of(IEnumerable<ModuleDescription> modules) =>
    [
        (typeof(ControlDb), TableOwner.Control), (typeof(PlatformDb), TableOwner.Platform),
        .. modules.Where(m => m.Database is not null).Select(m => (m.Database!, m.Key)),
    ];

    public static TheoryData<string> Names => [.. Of(Modules).Select(c => c.Context.Name)];

    /// <summary>A context as a database of this kind would see it, without one.</summary>
    public static DbContext Open(Dialect dialect, Type context, string owner, DbConnection? connection = null) =>
        Migrator.Context(dialect, connection ?? Unconnected(dialect), context, owner);

    public static Dialect Dialect(string database) => database switch
    {
        Databases.Sqlite => new SqliteDialect(),
        Databases.PostgreSql => new PostgreSqlDialect(),
        _ => new SqlServerDialect(),
    };

    private static DbConnection Unconnected(Dialect dialect) =>
        dialect.Connect(dialect.Name == "Sqlite" ? "Data Source=:memory:" : dialect.Name == "PostgreSql" ? "Host=none" : new SqlConnectionStringBuilder { DataSource = "none" }.ConnectionString);
}
