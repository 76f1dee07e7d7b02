using System.Data.Common;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Storage;

/// <summary>Brings databases up to date: the installation's, and the platform's and modules' tables in each tenant's database.</summary>
internal sealed partial class Migrator(Databases databases, ModuleList modules, ModuleHealth health, ILogger<Migrator> log)
{
    /// <summary>Migrates the installation's database and all tables tenants may share in it.</summary>
    public async Task Installation(CancellationToken cancellation)
    {
        await databases.Dialect.EnsureDatabase(databases.Installation, cancellation);
        await Migrate(databases.Installation, typeof(ControlDb), TableOwner.Control, cancellation);
        await Shared(databases.Installation, null, cancellation);
    }

    /// <summary>Migrates a tenant's own database, when it has one; a module that fails there is closed for this tenant alone.</summary>
    public Task Of(TenantInfo tenant, CancellationToken cancellation) =>
        tenant.Database is null ? Task.CompletedTask : Shared(tenant.Database, tenant, cancellation);

    /// <summary>Migrates the tables of platform and modules in one database.</summary>
    private async Task Shared(string connectionString, TenantInfo? tenant, CancellationToken cancellation)
    {
        await databases.Dialect.EnsureDatabase(connectionString, cancellation);
        await Migrate(connectionString, typeof(PlatformDb), TableOwner.Platform, cancellation);
        foreach (var module in modules.Now.Runtimes.Where(m => m.Faults.Count == 0))
        {
            // One whose tables are not right is closed, and the others go on.
            if (await Try(module.Description, tenant, cancellation) is { } e) health.Close(module.Key, ($"テーブルの更新に失敗しました: {e.Message}", $"Migrating its tables failed: {e.Message}"), tenant?.Id);
            else health.Open(module.Key, tenant?.Id);
        }
    }

    /// <summary>Migrates the tables of one module in the installation's database, or in a tenant's own.</summary>
    /// <returns>What went wrong; null when its tables are right.</returns>
    public async Task<Exception?> Try(ModuleDescription module, TenantInfo? tenant, CancellationToken cancellation)
    {
        if (module.Database is null) return null;
        try
        {
            await Migrate(tenant?.Database ?? databases.Installation, module.Database, module.Key, cancellation);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e, module.Key);
            return e is System.Reflection.TargetInvocationException { InnerException: { } thrown } ? thrown : e;
        }
    }

    private async Task Migrate(string connectionString, Type context, string owner, CancellationToken cancellation)
    {
        using var alone = await databases.Dialect.BeginMigration(connectionString, cancellation);
        await using var connection = databases.Dialect.Connect(connectionString);
        await connection.OpenAsync(cancellation);
        await databases.Dialect.PrepareMigration(connection, cancellation);
        await using var db = Context(databases.Dialect, connection, context, owner);
        if (owner is not (TableOwner.Control or TableOwner.Platform)) await Look(db, new(owner), cancellation);
        await db.Database.MigrateAsync(cancellation);
        await databases.Dialect.AfterMigration(connection, cancellation);
    }

    /// <summary>Looks at a module's model and at every step about to run; what reaches for tables of others is refused whole.</summary>
    private static async Task Look(DbContext db, OwnTables tables, CancellationToken cancellation)
    {
        _ = db.Model;
        var migrations = db.GetService<IMigrationsAssembly>();
        foreach (var pending in await db.Database.GetPendingMigrationsAsync(cancellation))
        {
            foreach (var step in migrations.CreateMigration(migrations.Migrations[pending], db.Database.ProviderName!).UpOperations) tables.Check(step);
        }
    }

    /// <summary>A context to migrate with, or to look at.</summary>
    public static DbContext Context(Dialect dialect, DbConnection connection, Type context, string owner)
    {
        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(context))!;
        dialect.Use(builder, connection, TableOwner.History(owner));

        object options = context.IsSubclassOf(typeof(ModuleDb))
            ? new ModuleDbOptions(
                builder.Options, owner, Guid.Empty, (_, _, _) => throw new InvalidOperationException("Nothing is saved while migrating."),
                (_, _, _, _) => throw new InvalidOperationException("Nothing is loaded while migrating."), (_, _, _) => throw new InvalidOperationException("Nothing is saved while migrating."))
            : builder.Options;
        return (DbContext)Activator.CreateInstance(context, options)!;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The migration of the module {Module} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string module);
}
