using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Messaging;

/// <summary>Sends events on their way. Each subscriber of a tenant has a lane of its own, in which events follow one another.</summary>
internal sealed class OutboxDispatcher(
    Tenants tenants, Databases databases, FanOut fanOut, Delivery delivery, ModuleList modules, IOptions<MessagingOptions> options,
    TimeProvider clock, ILogger<OutboxDispatcher> log) : LaneQueue(tenants, databases, options.Value.Parallel, clock, log)
{
    private readonly Databases databases = databases;

    protected override TimeSpan Poll => options.Value.Poll;

    protected override TimeSpan IdlePoll => options.Value.IdlePoll;

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
            Begin(tenant, subscriber.Name, sql => DeliverSome(sql, tenant, subscriber, stopping), stopping);
        }
    }

    private async Task<bool> DeliverSome(Sql sql, TenantInfo tenant, Subscriber subscriber, CancellationToken stopping)
    {
        var due = await delivery.Due(sql, tenant, subscriber.Name, stopping);
        foreach (var waiting in due.TakeWhile(_ => !Closing)) await delivery.Deliver(sql, tenant, subscriber, waiting, stopping);
        return due.Count > 0;
    }
}
