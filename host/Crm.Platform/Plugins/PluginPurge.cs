using System.Data.Common;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Plugins;

/// <summary>Removes all that a plugin kept: its tables, its fields on the records of others with their indexes, what the platform noted about it, its settings and files.</summary>
internal sealed class PluginPurge(Databases databases, ControlDbs control, Tenants tenants, ModuleList modules, WorkScopes scopes)
{
    /// <summary>Where the platform keeps things by key of a record type, event, job or subscriber.</summary>
    internal static readonly (string Table, string Column)[] Noted =
    [
        ("platform_audit", "record_type"), ("platform_access_log", "record_type"), ("platform_change_set", "record_type"), ("platform_field", "record_type"),
        ("platform_view", "record_type"),
        ("platform_import", "record_type"), ("platform_import_mapping", "record_type"), ("platform_label", "key"),
        ("platform_job_run", "job_key"), ("platform_delivery", "subscriber"), ("platform_subscriber", "subscriber"), ("platform_outbox", "name"),
    ];

    /// <summary>Purges a plugin that no node runs any more, in every database.</summary>
    public async Task Everywhere(ModuleDescription module, CancellationToken cancellation)
    {
        var all = await tenants.All(cancellation);
        foreach (var database in all.Select(databases.Of).Append(databases.Installation).Distinct(StringComparer.Ordinal))
        {
            await using var connection = databases.Dialect.Connect(database);
            await connection.OpenAsync(cancellation);
            await databases.Dialect.PrepareMigration(connection, cancellation);
            foreach (var tenant in all.Where(t => databases.Of(t) == database))
            {
                var extended = await OfTenant(connection, module, tenant, cancellation);
                await SearchText(module, tenant, extended, cancellation);
            }

            await Tables(connection, module, cancellation);
        }

        await using var db = await control.Open();
        await db.TenantModules.Where(m => m.Module == module.Key).ExecuteDeleteAsync(cancellation);
        await Roles(db, module.Key, cancellation);
    }

    /// <returns>By table, the records of others that had values of the plugin.</returns>
    private async Task<Dictionary<string, List<Guid>>> OfTenant(DbConnection connection, ModuleDescription module, TenantInfo tenant, CancellationToken cancellation)
    {
        await using var writing = await databases.Dialect.BeginWrite(connection, cancellation);
        var (sql, own) = (new Sql(databases.Dialect, connection, writing.Transaction), module.Key + ".%");
        foreach (var file in await Files(connection, writing.Transaction, module, tenant, cancellation))
        {
            await sql.Execute($"DELETE FROM platform_file_chunk WHERE tenant_id = {tenant.Id} AND file_id = {file}", cancellation);
            await sql.Execute($"DELETE FROM platform_file WHERE tenant_id = {tenant.Id} AND id = {file}", cancellation);
        }

        var extended = new Dictionary<string, List<Guid>>();
        foreach (var table in Extended(module))
        {
            extended[table] = await sql.Rows(
                $"SELECT id FROM {Sql.Raw(table)} WHERE tenant_id = {tenant.Id} AND {Sql.Raw(databases.Dialect.ExtHas(module.Key))}", r => r.Id(0), cancellation);
            await sql.Execute(
                $"UPDATE {Sql.Raw(table)} SET ext = {Sql.Raw(databases.Dialect.ExtWithout(module.Key))} WHERE tenant_id = {tenant.Id} AND {Sql.Raw(databases.Dialect.ExtHas(module.Key))}", cancellation);
        }

        await ForgetInSearch(connection, writing.Transaction, module, tenant, cancellation);
        foreach (var (table, column) in Noted)
        {
            await sql.Execute($"DELETE FROM {Sql.Raw(table)} WHERE tenant_id = {tenant.Id} AND {Sql.Raw(databases.Dialect.Quote(column))} LIKE {own}", cancellation);
        }

        // Names of its fields on the records of others.
        await sql.Execute($"DELETE FROM platform_label WHERE tenant_id = {tenant.Id} AND {Sql.Raw(databases.Dialect.Quote("key"))} LIKE {"%/" + own}", cancellation);
        await writing.Transaction.CommitAsync(cancellation);
        return extended;
    }

    /// <summary>Records of others are no longer found by what the plugin's fields said.</summary>
    private async Task SearchText(ModuleDescription module, TenantInfo tenant, Dictionary<string, List<Guid>> extended, CancellationToken cancellation)
    {
        var types = module.Extensions.Where(e => e.Fields.Any(f => f.Searchable)).Select(e => e.RecordType).ToHashSet(StringComparer.Ordinal);
        if (types.Count == 0) return;
        await using var scope = await scopes.Open(tenant, Actor.System(ChangeSource.Job), cancellation);
        foreach (var type in scope.Get<Current>().Catalog.RecordTypes.Where(t => types.Contains(t.Key)))
        {
            await scope.Get<SearchAnew>().Of(type, extended[type.Table], cancellation);
        }
    }

    private async Task ForgetInSearch(DbConnection connection, DbTransaction transaction, ModuleDescription module, TenantInfo tenant, CancellationToken cancellation)
    {
        var records = await new Sql(databases.Dialect, connection, transaction).Rows(
            $"SELECT record_id FROM platform_search WHERE tenant_id = {tenant.Id} AND record_type LIKE {module.Key + ".%"}", r => r.Id(0), cancellation);
        foreach (var some in records.Chunk(500)) await databases.Dialect.RemoveSearch(connection, transaction, tenant, some, cancellation);
    }

    /// <summary>Files that fields of the plugin point to.</summary>
    private async Task<List<Guid>> Files(DbConnection connection, DbTransaction transaction, ModuleDescription module, TenantInfo tenant, CancellationToken cancellation)
    {
        var dialect = databases.Dialect;
        var fields = module.RecordTypes.SelectMany(t => t.Fields.Select(f => (Table: (string?)t.Table, Field: f)))
            .Concat(module.Extensions.SelectMany(e => e.Fields.Select(f => (Table: TableOf(e.RecordType), Field: f))))
            .Where(f => f.Field.Kind == FieldKind.File && f.Table is not null);
        var files = new List<Guid>();
        foreach (var (table, field) in fields)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            var expression = dialect.Expression(field, table!);
            command.CommandText = $"SELECT {expression} FROM {table} WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(tenant.Id))} AND {expression} IS NOT NULL";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                if ((field.InExt ? dialect.ReadExt(reader, 0, field) : dialect.Read(reader, 0, typeof(Guid))) is Guid id) files.Add(id);
            }
        }

        return files;
    }

    private async Task Tables(DbConnection connection, ModuleDescription module, CancellationToken cancellation)
    {
        if (module.Database is null) return;
        List<string> tables;
        await using (var model = Migrator.Context(databases.Dialect, connection, module.Database, module.Key))
        {
            tables = [.. model.Model.GetEntityTypes().Select(e => e.GetTableName()).OfType<string>().Distinct(), TableOwner.History(module.Key)];
        }

        foreach (var table in tables)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = databases.Dialect.DropTable(table);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task Roles(ControlDb db, string module, CancellationToken cancellation)
    {
        bool Own(string key) => key.StartsWith(module + ".", StringComparison.Ordinal);
        bool OwnField(string key) => Own(key) || Own(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        foreach (var role in await db.Roles.Where(r => r.Rights != "").ToListAsync(cancellation))
        {
            var rights = RoleRights.Parse(role.Rights);
            role.Rights = (rights with
            {
                Records = rights.Records.Where(r => !Own(r.Key)).ToDictionary(),
                Permissions = [.. rights.Permissions.Where(p => !Own(p))],
                Hidden = [.. rights.Hidden.Where(h => !OwnField(h))],
                Locked = [.. rights.Locked.Where(l => !OwnField(l))],
            }).ToJson();
        }

        await db.SaveChangesAsync(cancellation);
    }

    private IEnumerable<string> Extended(ModuleDescription module) => module.Extensions.Select(e => TableOf(e.RecordType)).OfType<string>().Distinct();

    private string? TableOf(string recordType) => modules.All.SelectMany(m => m.RecordTypes).FirstOrDefault(t => t.Key == recordType)?.Table;
}
