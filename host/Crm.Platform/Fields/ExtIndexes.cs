using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Fields;

/// <summary>How far the index of an extension field is.</summary>
internal enum IndexState
{
    Building,
    Ready,
    Failed,
}

/// <summary>
/// Makes the indexes of extension fields in the background, of plugins' fields and tenants' own alike; a field can be used meanwhile.
/// Tenants of one database share the index of a field they all have.
/// </summary>
internal sealed partial class ExtIndexes(Databases databases, ILogger<ExtIndexes> log) : BackgroundService
{
    private readonly Channel<(string Database, RecordType Type, Field Field)> wanted = Channel.CreateUnbounded<(string, RecordType, Field)>();
    private readonly ConcurrentDictionary<(string Database, string Index), bool> waiting = new();
    private readonly ConcurrentDictionary<(string Database, string Index), IndexState> states = new();

    /// <summary>Asks for the indexes of all fields of a tenant.</summary>
    public void Want(TenantInfo tenant, TenantCatalog catalog)
    {
        foreach (var type in catalog.RecordTypes)
        {
            foreach (var field in type.Fields) Want(tenant, type, field);
        }
    }

    /// <summary>Asks for the index of a field, if it needs one that is not known to be there.</summary>
    public void Want(TenantInfo tenant, RecordType type, Field field)
    {
        if (!NeedsIndex(field)) return;
        var database = databases.Of(tenant);
        var key = (database, NameOf(type, field));
        if (states.GetValueOrDefault(key) == IndexState.Ready || !waiting.TryAdd(key, true)) return;
        states[key] = IndexState.Building;
        wanted.Writer.TryWrite((database, type, field));
    }

    /// <summary>Null when the field needs no index of this kind.</summary>
    public IndexState? StateOf(TenantInfo tenant, RecordType type, Field field) =>
        NeedsIndex(field) && states.TryGetValue((databases.Of(tenant), NameOf(type, field)), out var state) ? state : null;

    /// <summary>Whether the table of a field has its index already, or fewer than so many.</summary>
    public async Task<bool> HasRoom(TenantInfo tenant, RecordType type, Field field, int most, CancellationToken cancellation)
    {
        var (database, name) = (databases.Of(tenant), NameOf(type, field));
        await using var connection = await Open(database, cancellation);
        var there = (await databases.Dialect.ExtIndexes(connection, cancellation)).Where(i => i.Table == type.Table).Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        return there.Contains(name) || there.Count < most;
    }

    /// <summary>Makes the index now.</summary>
    public async Task Build(string database, RecordType type, Field field, CancellationToken cancellation)
    {
        var name = NameOf(type, field);
        await using var connection = await Open(database, cancellation);
        await databases.Dialect.EnsureExtIndex(connection, name, type.Table, field, cancellation);
        states[(database, name)] = IndexState.Ready;
    }

    /// <summary>Drops the indexes of a database that no field of its tenants needs any more: each costs time on every save.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> Drop(string database, IEnumerable<TenantCatalog> tenants, CancellationToken cancellation)
    {
        var needed = tenants.SelectMany(t => t.RecordTypes).SelectMany(t => t.Fields.Where(NeedsIndex).Select(f => NameOf(t, f))).ToHashSet(StringComparer.Ordinal);
        await using var connection = await Open(database, cancellation);
        var dropped = new List<string>();
        foreach (var (name, table) in await databases.Dialect.ExtIndexes(connection, cancellation))
        {
            if (needed.Contains(name)) continue;
            await databases.Dialect.DropExtIndex(connection, name, table, cancellation);
            states.TryRemove((database, name), out _);
            dropped.Add(name);
        }

        return dropped;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (database, type, field) in wanted.Reader.ReadAllAsync(stoppingToken))
        {
            waiting.TryRemove((database, NameOf(type, field)), out _);
            try
            {
                await Build(database, type, field, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                states[(database, NameOf(type, field))] = IndexState.Failed;
                LogFailed(log, e, type.Key, field.Key);
            }
        }
    }

    /// <summary>Short enough for every database, and the same for the same field whoever asks; keys that differ in capitals alone differ in the hash.</summary>
    internal static string NameOf(RecordType type, Field field)
    {
        var path = string.Join('_', field.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{type.Table}/{path}/{field.Kind}")))[..8];
        var name = $"{Dialect.ExtIndexPrefix}{type.Table}_{path}".ToLowerInvariant();
        return (name.Length <= 51 ? name : name[..51]) + "_" + hash;
    }

    private static bool NeedsIndex(Field field) => field is { Indexed: true, InExt: true };

    private async Task<System.Data.Common.DbConnection> Open(string database, CancellationToken cancellation)
    {
        var connection = databases.Dialect.Connect(database);
        try
        {
            await connection.OpenAsync(cancellation);
            await databases.Dialect.PrepareMigration(connection, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The index of {RecordType}/{Field} could not be made; the field works, but slowly on many records")]
    private static partial void LogFailed(ILogger logger, Exception exception, string recordType, string field);
}
