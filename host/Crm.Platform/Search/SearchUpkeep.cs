using System.Collections.Concurrent;
using System.Threading.Channels;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Search;

/// <summary>
/// Puts what was just written in its place in the search index, for databases that keep it aside at first: saving is quick because it is put
/// off, searching is quick because it is not put off for long. Nothing is lost without it; entries kept aside are found too, but more slowly.
/// </summary>
internal sealed partial class SearchUpkeep(Databases databases, TimeProvider clock, ILogger<SearchUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan PutOff = TimeSpan.FromSeconds(1);

    private readonly Channel<string> written = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, bool> waiting = new(StringComparer.Ordinal);

    /// <summary>Says that search entries of a tenant were written and committed.</summary>
    public void Written(TenantInfo tenant) => Want(databases.Of(tenant));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (databases.Dialect.SettleSearch is not { } settle) return;
        Want(databases.Installation);
        await foreach (var database in written.Reader.ReadAllAsync(stoppingToken))
        {
            await Task.Delay(PutOff, clock, stoppingToken);
            waiting.TryRemove(database, out _);
            try
            {
                await using var connection = databases.Dialect.Connect(database);
                await connection.OpenAsync(stoppingToken);
                await databases.Dialect.PrepareMigration(connection, stoppingToken);
                await using var command = connection.CreateCommand();
                command.CommandText = settle;
                command.CommandTimeout = 0;
                await command.ExecuteNonQueryAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e);
            }
        }
    }

    private void Want(string database)
    {
        if (databases.Dialect.SettleSearch is not null && waiting.TryAdd(database, true)) written.Writer.TryWrite(database);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search index could not be settled; searching gets slower until it is")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
