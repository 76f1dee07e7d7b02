using System.Data.Common;
using System.Reflection;
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
        await Shared(databases.Installation, null, cancellation);
    }

    /// <summary>Migrates a tenant's own database, when it has one; a module that fails there is closed for this tenant alone.</summary>
    public Task Of(TenantInfo tenant, CancellationToken cancellation) =>
        tenant.Database is null ? Task.CompletedTask : Shared(tenant.Database, tenant, cancellation);

    /// <summary>Migrates the tables of platform and modules in one database.</summary>
    private async Task Shared(string connectionString, TenantInfo? tenant, CancellationToken cancellation)
    {
        await databases.Dialect.EnsureDatabase(connectionString, cancellation);
        var runtimes = modules.Now.Runtimes.Where(m => m.Faults.Count == 0).ToList();
        List<(string Owner, Type Context)> ours = tenant is null ? [(TableOwner.Control, typeof(ControlDb)), (TableOwner.Platform, typeof(PlatformDb))] : [(TableOwner.Platform, typeof(PlatformDb))];
        var current = await Current(connectionString, [.. ours, .. runtimes.Where(m => m.Description.Database is not null).Select(m => (m.Key, m.Description.Database!))], cancellation);
        foreach (var (owner, context) in ours.Where(o => !current.Contains(o.Owner))) await Migrate(connectionString, context, owner, cancellation);
        foreach (var module in runtimes)
        {
            // One whose tables are not right is closed, and the others go on.
            if (!current.Contains(module.Key) && await Try(module.Description, tenant, cancellation) is { } e) health.Close(module.Key, ($"テーブルの更新に失敗しました: {e.Message}", $"Migrating its tables failed: {e.Message}"), tenant?.Id);
            else health.Open(module.Key, tenant?.Id);
        }
    }

    /// <summary>
    /// Whose tables are as they should be: one look for all, as at nearly every start. Nobody is asked one by one then, nor is a model made that
    /// nobody has used yet; those of modules were looked at when they were installed.
    /// </summary>
    private async Task<HashSet<string>> Current(string connectionString, IReadOnlyList<(string Owner, Type Context)> owners, CancellationToken cancellation)
    {
        await using var connection = databases.Dialect.Connect(connectionString);
        await connection.OpenAsync(cancellation);
        await databases.Dialect.PrepareMigration(connection, cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Join(" UNION ALL ", owners.Select(o => $"SELECT '{o.Owner}', {databases.Dialect.Quote("MigrationId")} FROM {databases.Dialect.Quote(TableOwner.History(o.Owner))}"));
        var done = new HashSet<(string, string)>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) done.Add((reader.GetString(0), reader.GetString(1)));
        }
        catch (DbException)
        {
            // Somebody has never been migrated: there is no table to look into.
            return [];
        }

        var current = owners.Where(o => Migrations(o.Context) is { Count: > 0 } all && all.All(id => done.Contains((o.Owner, id)))).Select(o => o.Owner).ToHashSet(StringComparer.Ordinal);

        if (current.Count == 0) return current;

        // A start that was broken off after the last migration may have left this undone.
        using var alone = await databases.Dialect.BeginMigration(connectionString, cancellation);
        await databases.Dialect.AfterMigration(connection, cancellation);
        return current;
    }

    /// <summary>Keys of the migrations of a context, as EF Core finds them.</summary>
    private static List<string> Migrations(Type context) =>
    [
        .. context.Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Migration)) && t.GetCustomAttribute<DbContextAttribute>()?.ContextType == context)
            .Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>(),
    ];

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
