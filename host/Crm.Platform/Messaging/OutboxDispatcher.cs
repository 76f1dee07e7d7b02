using System.Collections.Concurrent;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Messaging;

/// <summary>
/// Sends events on their way. Each subscriber of a tenant has a lane of its own, in which events follow one another;
/// a lane that is slow or fails keeps no other waiting.
/// </summary>
internal sealed partial class OutboxDispatcher(
    Tenants tenants, Databases databases, FanOut fanOut, Delivery delivery, ModuleList modules, IOptions<MessagingOptions> options,
    TimeProvider clock, ILogger<OutboxDispatcher> log) : TenantQueue(tenants, databases, clock, log)
{
    private readonly Databases databases = databases;
    private readonly SemaphoreSlim slots = new(options.Value.Parallel, options.Value.Parallel);
    private readonly ConcurrentDictionary<(Guid Tenant, string Subscriber), byte> lanes = new();
    private volatile bool closing;

    protected override TimeSpan Poll => options.Value.Poll;

    protected override TimeSpan IdlePoll => options.Value.IdlePoll;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        closing = true;
        await Drain(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override FormattableString Waiting()
    {
        var now = Clock.GetUtcNow();
        return $"""
            EXISTS (SELECT 1 FROM platform_outbox o WHERE o.tenant_id = t.id AND o.fanned_out = {false})
            OR EXISTS (SELECT 1 FROM platform_delivery d WHERE d.tenant_id = t.id AND d.state = {DeliveryState.Pending} AND d.due_at <= {now}
                AND (d.leased_until IS NULL OR d.leased_until < {now}))
            """;
    }

    protected override async Task Serve(TenantInfo tenant, CancellationToken stopping)
    {
        await fanOut.Run(tenant, stopping);
        await using var connection = await databases.Open(tenant, stopping);
        var now = Clock.GetUtcNow();
        var due = await new Sql(databases.Dialect, connection).Rows(
            $"""
            SELECT DISTINCT subscriber FROM platform_delivery
            WHERE tenant_id = {tenant.Id} AND state = {DeliveryState.Pending} AND due_at <= {now} AND (leased_until IS NULL OR leased_until < {now})
            """,
            r => r.Text(0), stopping);
        foreach (var subscriber in due.Select(modules.Now.Subscriber).OfType<Subscriber>())
        {
            if (!closing && lanes.TryAdd((tenant.Id, subscriber.Name), 0)) Track(Lane(tenant, subscriber, stopping));
        }
    }

    private async Task Lane(TenantInfo tenant, Subscriber subscriber, CancellationToken stopping)
    {
        await Task.Yield();
        var failed = false;
        try
        {
            await using var connection = await databases.Open(tenant, stopping);
            var sql = new Sql(databases.Dialect, connection);
            List<Delivery.Waiting> due;
            while (!closing && (due = await delivery.Due(sql, tenant, subscriber.Name, stopping)).Count > 0)
            {
                foreach (var waiting in due.TakeWhile(_ => !closing))
                {
                    await slots.WaitAsync(stopping);
                    try
                    {
                        await delivery.Deliver(sql, tenant, subscriber, waiting, stopping);
                    }
                    finally
                    {
                        slots.Release();
                    }
                }
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Not called again at once: the next poll comes soon enough for a database that is down.
            failed = true;
            LogLane(Log, e, subscriber.Name, tenant.Id);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            lanes.TryRemove((tenant.Id, subscriber.Name), out _);
        }

        // Something may have come while the lane was closing.
        if (!failed && !closing) Wake(tenant.Id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lane of {Subscriber} stopped for tenant {Tenant}; it will be taken up again")]
    private static partial void LogLane(ILogger logger, Exception exception, string subscriber, Guid tenant);
}
