using System.Data.Common;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Storage;

/// <summary>Brings databases up to date: the installation's, and the platform's and modules' tables in each tenant's database.</summary>
internal sealed partial class Migrator(Databases databases, Modules modules, ModuleHealth health, ILogger<Migrator> log)
{
    /// <summary>Migrates the installation's database and all tables tenants may share in it.</summary>
    public async Task Installation(CancellationToken cancellation)
    {
        await databases.Dialect.EnsureDatabase(databases.Installation, cancellation);
        await Migrate(databases.Installation, typeof(ControlDb), TableOwner.Control, cancellation);
        await Shared(databases.Installation, cancellation);
    }

    /// <summary>Migrates the tables of platform and modules in one database.</summary>
    public async Task Shared(string connectionString, CancellationToken cancellation)
    {
        await databases.Dialect.EnsureDatabase(connectionString, cancellation);
        await Migrate(connectionString, typeof(PlatformDb), TableOwner.Platform, cancellation);
        foreach (var module in modules.All.Where(m => m.Database is not null))
        {
            try
            {
                await Migrate(connectionString, module.Database!, module.Key, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A module whose tables are not right must not run; the others may.
                health.Quarantine(module.Key, "migration: " + e.Message);
                LogFailed(log, e, module.Key);
            }
        }
    }

    /// <summary>Migrates a tenant's own database, when it has one.</summary>
    public Task Of(TenantInfo tenant, CancellationToken cancellation) =>
        tenant.Database is null ? Task.CompletedTask : Shared(tenant.Database, cancellation);

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

        // Migrations are written by hand and carry no model; the drift test compares schema and model instead.
        builder.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        object options = context.IsSubclassOf(typeof(ModuleDb))
            ? new ModuleDbOptions(builder.Options, owner, Guid.Empty, (_, _, _) => throw new InvalidOperationException("Nothing is saved while migrating."), (_, _, _, _) => throw new InvalidOperationException("Nothing is loaded while migrating."))
            : builder.Options;
        return (DbContext)Activator.CreateInstance(context, options)!;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The module {Module} is quarantined: its migration failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string module);
}

/// <summary>Which modules must not run, and why.</summary>
internal sealed class ModuleHealth
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> quarantined = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Quarantined => quarantined;

    public void Quarantine(string module, string reason) => quarantined[module] = reason;

    public bool IsHealthy(string module) => !quarantined.ContainsKey(module);
}
