// Which tables there are and what their columns hold, read from the migrations that made them: the one description that is the same on
// every database, and that covers modules, plugins and the platform alike.
using System.Data.Common;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Crm.Platform.Backup;

/// <summary>A table as its migrations left it; its owner is a module, by key, or one of <see cref="TableOwner"/>.</summary>
internal sealed record KnownTable(string Name, string Owner, IReadOnlyList<KnownColumn> Columns, IReadOnlyList<string> Key)
{
    public bool OfTenants => Columns.Any(c => c.Name == "tenant_id");

    public int At(string column) => Columns.ToList().FindIndex(c => c.Name == column);
}

internal sealed record KnownColumn(string Name, Type Type);

/// <summary>The migrations of one owner that have run, and the steps of those that only this version of the product has.</summary>
internal sealed record KnownSchema(string Owner, IReadOnlyList<string> Migrations, IReadOnlyList<KnownTable> Tables, IReadOnlyDictionary<string, bool> OnlyAdds);

internal sealed class KnownTables(Databases databases, ModuleList modules)
{
    /// <summary>The search index of the record types, in the form that is the same on every database; its tokens are made anew.</summary>
    public const string Search = "platform_search";

    private static readonly KnownTable SearchText = new(
        Search, TableOwner.Platform,
        [new("tenant_id", typeof(Guid)), new("record_type", typeof(string)), new("record_id", typeof(Guid)), new("title", typeof(string)), new("body", typeof(string))],
        ["tenant_id", "record_id"]);

    /// <summary>What a backup does not hold: sessions end, and an installation's backups are its own.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "control_session", "control_backup", "control_backup_plan", "platform_search_token",
    };

    /// <summary>Whether a module or plugin is here, with tables of its own or without.</summary>
    public bool Knows(string module) => modules.Find(module) is not null;

    /// <summary>All tables of a database that is open, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<KnownSchema>> In(DbConnection connection, DbTransaction? transaction, CancellationToken cancellation)
    {
        var known = new List<KnownSchema>
        {
            await Of(connection, transaction, typeof(ControlDb), TableOwner.Control, cancellation),
            await Of(connection, transaction, typeof(PlatformDb), TableOwner.Platform, cancellation),
        };
        foreach (var module in modules.Now.Runtimes.Select(r => r.Description))
        {
            if (module.Database is not null) known.Add(await Of(connection, transaction, module.Database, module.Key, cancellation));
        }

        return known;
    }

    private async Task<KnownSchema> Of(DbConnection connection, DbTransaction? transaction, Type context, string owner, CancellationToken cancellation)
    {
        await using var db = Migrator.Context(databases.Dialect, connection, context, owner);
        await db.Database.UseTransactionAsync(transaction, cancellation);
        var assembly = db.GetService<IMigrationsAssembly>();
        var (tables, ran, adds) = (new List<KnownTable>(), new List<string>(), new Dictionary<string, bool>(StringComparer.Ordinal));
        foreach (var id in await db.Database.GetAppliedMigrationsAsync(cancellation))
        {
            ran.Add(id);
            if (!assembly.Migrations.TryGetValue(id, out var type)) continue;
            var steps = assembly.CreateMigration(type, db.Database.ProviderName!).UpOperations;
            adds[id] = steps.All(s => s is CreateTableOperation or AddColumnOperation or CreateIndexOperation);
            foreach (var step in steps) Take(step, owner, tables);
        }

        if (owner == TableOwner.Platform)
        {
            tables.RemoveAll(t => t.Name == Search);
            tables.Add(SearchText);
        }

        return new(owner, ran, [.. tables.Where(t => !LeftOut.Contains(t.Name))], adds);
    }

    private static void Take(MigrationOperation step, string owner, List<KnownTable> tables)
    {
        switch (step)
        {
            case CreateTableOperation create:
                tables.Add(new(create.Name, owner, [.. create.Columns.Select(Column)], [.. create.PrimaryKey!.Columns]));
                break;
            case DropTableOperation drop:
                tables.RemoveAll(t => t.Name == drop.Name);
                break;
            case RenameTableOperation rename:
                Change(rename.Name, t => t with { Name = rename.NewName ?? t.Name });
                break;
            case AddColumnOperation add:
                Change(add.Table, t => t with { Columns = [.. t.Columns, Column(add)] });
                break;
            case AlterColumnOperation alter:
                Change(alter.Table, t => t with { Columns = [.. t.Columns.Select(c => c.Name == alter.Name ? new(c.Name, alter.ClrType) : c)] });
                break;
            case DropColumnOperation drop:
                Change(drop.Table, t => t with { Columns = [.. t.Columns.Where(c => c.Name != drop.Name)] });
                break;
            case RenameColumnOperation rename:
                Change(rename.Table, t => t with
                {
                    Columns = [.. t.Columns.Select(c => c.Name == rename.Name ? c with { Name = rename.NewName } : c)],
                    Key = [.. t.Key.Select(k => k == rename.Name ? rename.NewName : k)],
                });
                break;
        }

        void Change(string name, Func<KnownTable, KnownTable> change)
        {
            var at = tables.FindIndex(t => t.Name == name);
            if (at >= 0) tables[at] = change(tables[at]);
        }
    }

    private static KnownColumn Column(AddColumnOperation column) => new(column.Name, Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType);
}
