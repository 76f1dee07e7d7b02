using System.Collections.Concurrent;
using System.Threading.Channels;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Storage;

/// <summary>
/// Does in the background what a database wants done after writes: saving is quick because it is put off, reading is quick because it is not
/// put off for long. Nothing is lost without it; reading gets slower.
/// </summary>
internal sealed partial class Upkeep(Databases databases, TimeProvider clock, ILogger<Upkeep> log) : BackgroundService
{
    private readonly Channel<string> written = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, bool> waiting = new(StringComparer.Ordinal);

    /// <summary>Says that records of a tenant were written and committed.</summary>
    public void Written(TenantInfo tenant) => Want(databases.Of(tenant));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (databases.Dialect.UpkeepAfter is not { } putOff) return;
        Want(databases.Installation);
        await foreach (var database in written.Reader.ReadAllAsync(stoppingToken))
        {
            await Task.Delay(putOff, clock, stoppingToken);
            waiting.TryRemove(database, out _);
            try
            {
                await using var connection = databases.Dialect.Connect(database);
                await connection.OpenAsync(stoppingToken);
                await databases.Dialect.PrepareMigration(connection, stoppingToken);
                await databases.Dialect.Upkeep(connection, thorough: false, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e);
            }
        }
    }

    private void Want(string database)
    {
        if (databases.Dialect.UpkeepAfter is not null && waiting.TryAdd(database, true)) written.Writer.TryWrite(database);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A database could not be kept in order; searching and listing get slower until it is")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
