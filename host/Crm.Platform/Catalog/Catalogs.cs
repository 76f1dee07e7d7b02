using System.Collections.Concurrent;
using System.Text.Json;
using Crm.Platform.Encryption;
using Crm.Platform.Fields;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Catalog;

/// <summary>Keeps one catalog per tenant until something in it changes.</summary>
internal sealed class Catalogs
{
    private readonly ConcurrentDictionary<Guid, TenantCatalog> cached = new();
    private readonly ModuleList modules;
    private readonly ModuleHealth health;
    private readonly Databases databases;
    private readonly ExtIndexes indexes;
    private readonly ModuleSeeds seeds;
    private readonly TenantKeys keys;

    public Catalogs(ModuleList modules, ModuleHealth health, Databases databases, ExtIndexes indexes, ModuleSeeds seeds, TenantKeys keys)
    {
        (this.modules, this.health, this.databases, this.indexes, this.seeds, this.keys) = (modules, health, databases, indexes, seeds, keys);
        modules.Changed += cached.Clear;
    }

    public async ValueTask<TenantCatalog> Of(TenantInfo tenant, CancellationToken cancellation)
    {
        var set = modules.Now;
        var version = new CatalogVersion(tenant.Version, set.Version, health.Version);
        if (cached.TryGetValue(tenant.Id, out var catalog) && catalog.Version == version) return catalog;
        var ring = set.All.Any(m => m.Encrypts) ? await keys.Of(tenant, cancellation) : null;
        catalog = new TenantCatalog(tenant, set, health, await Additions(tenant, cancellation), ring) { Version = version };
        if (ModuleSeeds.Lack(tenant, catalog)) await seeds.Fill(tenant, catalog, cancellation);
        indexes.Want(tenant, catalog);
        cached[tenant.Id] = catalog;

        // One that was worked out while the modules changed must not keep those of before.
        if (modules.Now != set) cached.TryRemove(KeyValuePair.Create(tenant.Id, catalog));
        return catalog;
    }

    /// <summary>The catalog as it would be: with other modules on, and with more that the tenant itself adds.</summary>
    public async Task<TenantCatalog> Imagine(TenantInfo tenant, Func<TenantAdditions, TenantAdditions> change, CancellationToken cancellation)
    {
        var set = modules.Now;
        var ring = set.All.Any(m => m.Encrypts) ? await keys.Of(tenant, cancellation) : null;
        return new(tenant, set, health, change(await Additions(tenant, cancellation)), ring) { Version = new(tenant.Version, set.Version, health.Version) };
    }

    private async Task<TenantAdditions> Additions(TenantInfo tenant, CancellationToken cancellation)
    {
        var dialect = databases.Dialect;
        await using var connection = await databases.Open(tenant, cancellation);

        async Task<List<T>> Read<T>(string sql, Func<System.Data.Common.DbDataReader, T> row)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql.Replace("@tenant", dialect.Bind(command, dialect.ToColumn(tenant.Id)), StringComparison.Ordinal);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellation)) rows.Add(row(reader));
            return rows;
        }

        var fields = await Read(
            $"SELECT record_type, {dialect.Quote("key")}, definition FROM platform_field WHERE tenant_id = @tenant AND removed_at IS NULL ORDER BY record_type, position",
            r => (Type: r.GetString(0), Field: Parse<FieldDefinition>(r.GetString(2)).ToField(r.GetString(1))));
        var types = await Read(
            $"SELECT {dialect.Quote("key")}, definition FROM platform_record_type WHERE tenant_id = @tenant AND removed_at IS NULL",
            r => TypeOf(r.GetString(0), Parse<RecordTypeDefinition>(r.GetString(1))));
        var labels = await Read(
            $"SELECT {dialect.Quote("key")}, ja, en FROM platform_label WHERE tenant_id = @tenant",
            r => (Key: r.GetString(0), Label: new Label(r.GetString(1), r.GetString(2))));
        return new(fields.ToLookup(f => f.Type, f => f.Field), types, labels.ToDictionary(l => l.Key, l => l.Label));
    }

    internal static RecordType TypeOf(string key, RecordTypeDefinition definition)
    {
        var type = RecordType.Custom(key);
        type.Label = new(definition.Ja, definition.En);
        type.Plural = new(definition.Ja, definition.EnPlural ?? definition.En);
        type.Icon = definition.Icon;
        type.TitleFields = definition.TitleFields;
        return type;
    }

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Json.Compact)
        ?? throw new InvalidOperationException($"A stored {typeof(T).Name} is empty.");
}
