using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
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

/// <summary>Makes the indexes of extension fields in the background; the field can be used meanwhile.</summary>
internal sealed partial class ExtIndexes(Databases databases, ILogger<ExtIndexes> log) : BackgroundService
{
    private readonly Channel<(string Database, RecordType Type, Field Field)> wanted = Channel.CreateUnbounded<(string, RecordType, Field)>();
    private readonly ConcurrentDictionary<(string Database, string Index), IndexState> states = new();

    /// <summary>Asks for the index of a field; nothing to do when it needs none or has one.</summary>
    public void Want(TenantInfo tenant, RecordType type, Field field)
    {
        if (!field.Indexed || !field.InExt) return;
        var database = databases.Of(tenant);
        if (states.TryAdd((database, NameOf(type, field)), IndexState.Building)) wanted.Writer.TryWrite((database, type, field));
    }

    /// <summary>Null when the field needs no index of this kind.</summary>
    public IndexState? StateOf(RecordType type, Field field) =>
        field is { Indexed: true, InExt: true } && states.Where(s => s.Key.Index == NameOf(type, field)).Select(s => (IndexState?)s.Value).FirstOrDefault() is { } state ? state : null;

    /// <summary>Makes the index now.</summary>
    public async Task Build(string database, RecordType type, Field field, CancellationToken cancellation)
    {
        await using var connection = databases.Dialect.Connect(database);
        await connection.OpenAsync(cancellation);
        await databases.Dialect.PrepareMigration(connection, cancellation);
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = databases.Dialect.CreateExtIndex(NameOf(type, field), type.Table, field);
        await command.ExecuteNonQueryAsync(cancellation);
        states[(database, NameOf(type, field))] = IndexState.Ready;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (database, type, field) in wanted.Reader.ReadAllAsync(stoppingToken))
        {
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

    /// <summary>Short enough for every database, and the same for the same field whoever asks.</summary>
    internal static string NameOf(RecordType type, Field field)
    {
        var name = $"ix_ext_{type.Table}_{string.Join('_', field.Path)}_{field.Kind}".ToLowerInvariant();
        return name.Length <= 60 ? name : name[..47] + "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The index of {RecordType}/{Field} could not be made; the field works, but slowly on many records")]
    private static partial void LogFailed(ILogger logger, Exception exception, string recordType, string field);
}
