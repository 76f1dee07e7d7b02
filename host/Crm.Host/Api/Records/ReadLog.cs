// Notes who takes personal data out through lists of the API. Summed up for some seconds and written together,
// so that a page of a list stays one query; a node that dies in between loses at most that much of the log.
using System.Collections.Concurrent;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Records;

internal sealed partial class ReadLog(WorkScopes scopes, TimeProvider clock, ILogger<ReadLog> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(Guid Tenant, Guid User, string Type), Reading> readings = new();

    /// <summary>Somebody was given a page.</summary>
    public void Listed(Current current, RecordPage page)
    {
        if (current.Actor.Id is not { } user || page.Rows.Count == 0 || !page.Fields.Any(f => f.Personal != PersonalData.None)) return;
        var count = page.Rows.Count;
        readings.AddOrUpdate(
            (current.Tenant.Id, user, page.Type.Key),
            static (_, first) => new(first.Tenant, first.Actor, first.Type, first.count),
            static (_, known, more) => known with { Records = known.Records + more.count },
            (current.Tenant, current.Actor, page.Type, count));
    }

    /// <summary>Writes what has been summed up.</summary>
    public async Task Write(CancellationToken cancellation)
    {
        foreach (var key in readings.Keys)
        {
            if (!readings.TryRemove(key, out var reading)) continue;
            try
            {
                await using var scope = await scopes.Open(reading.Tenant, reading.Actor, cancellation);
                scope.Get<AccessLog>().Exported(reading.Type, reading.Records, "GET /api/v1/records");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogLost(log, e, reading.Records, reading.Type.Key);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Write(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await Write(CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The access log lost {Records} readings of {RecordType}")]
    private static partial void LogLost(ILogger logger, Exception exception, long records, string recordType);

    private sealed record Reading(TenantInfo Tenant, Actor Actor, RecordType Type, long Records);
}
