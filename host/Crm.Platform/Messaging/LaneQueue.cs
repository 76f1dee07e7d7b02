using System.Collections.Concurrent;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Messaging;

/// <summary>
/// A queue whose work runs in lanes: in one lane things follow one another; a lane that fails keeps no other waiting. So many lanes move at the
/// same time, each on a connection of its own, and after each piece of work a lane stands at the end of the line again: many tenants with much
/// to do share what connections there are.
/// </summary>
internal abstract partial class LaneQueue(Tenants tenants, Databases databases, int atOnce, TimeProvider clock, ILogger log) : TenantQueue(tenants, databases, clock, log)
{
    private readonly SemaphoreSlim moving = new(atOnce, atOnce);
    private readonly ConcurrentDictionary<(Guid Tenant, string Lane), byte> lanes = new();
    private readonly Databases databases = databases;
    private volatile bool closing;

    /// <summary>Whether this node stops: what is under way ends, nothing begins.</summary>
    protected bool Closing => closing;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        closing = true;
        await Drain(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Begins the work of a lane unless the lane is busy. Called for lanes only that have something to do, for afterwards the tenant is looked at again.</summary>
    /// <param name="tenant">Whose lane.</param>
    /// <param name="lane">Its name.</param>
    /// <param name="work">Does a piece of it; whether there may be more.</param>
    /// <param name="stopping">The node stops.</param>
    protected void Begin(TenantInfo tenant, string lane, Func<Sql, Task<bool>> work, CancellationToken stopping)
    {
        if (!closing && lanes.TryAdd((tenant.Id, lane), 0)) Track(Run(tenant, lane, work, stopping));
    }

    private async Task Run(TenantInfo tenant, string lane, Func<Sql, Task<bool>> work, CancellationToken stopping)
    {
        await Task.Yield();
        var failed = false;
        try
        {
            while (!closing && await Move(tenant, work, stopping))
            {
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Not called again at once: the next poll comes soon enough for a database that is down.
            failed = true;
            LogLane(Log, e, lane, tenant.Id);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            lanes.TryRemove((tenant.Id, lane), out _);
        }

        // Something may have come while the lane was closing.
        if (!failed && !closing) Wake(tenant.Id);
    }

    private async Task<bool> Move(TenantInfo tenant, Func<Sql, Task<bool>> work, CancellationToken stopping)
    {
        await moving.WaitAsync(stopping);
        try
        {
            if (closing) return false;
            await using var connection = await databases.Open(tenant, stopping);
            return await work(new Sql(databases.Dialect, connection));
        }
        finally
        {
            moving.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane of {Lane} stopped for tenant {Tenant}; it will be taken up again")]
    private static partial void LogLane(ILogger logger, Exception exception, string lane, Guid tenant);
}
