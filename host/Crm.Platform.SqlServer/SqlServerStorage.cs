using Crm.Platform.Storage;
using Crm.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.SqlServer;

/// <summary>Offers SQL Server as a place to keep data.</summary>
internal static class SqlServerStorage
{
    /// <summary>What a build without the full client answers when it is told to use SQL Server; see the project file.</summary>
    public static readonly Label Trimmed = new(
        "このビルドには SQL Server のクライアントの一部が含まれていないため、SQL Server を使えません。dotnet build -p:SqlServerClient=full でビルドし直してください。",
        "This build cannot use SQL Server, because a part of its client is left out. Build it again with dotnet build -p:SqlServerClient=full.");

#if SQLSERVER_CLIENT_FULL
    public static bool HasFullClient => true;
#else
    public static bool HasFullClient => false;
#endif

    public static IServiceCollection AddSqlServerStorage(this IServiceCollection services) =>
        services.AddSingleton<Dialect>(_ => new SqlServerDialect());
}
