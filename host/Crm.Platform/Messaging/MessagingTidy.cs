using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Messaging;

/// <summary>Lets go of events that are older than the retention and settled for every subscriber, and of notifications nobody needs.</summary>
internal sealed class MessagingTidy(IOptions<MessagingOptions> options, TimeProvider clock) : ITidy
{
    private const int PerStep = 500;
    private static readonly TimeSpan NotificationsKept = TimeSpan.FromDays(180);

    public async Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - options.Value.Retention;
        int removed;
        do
        {
            removed = await sql.InTransaction(s => Events(s, tenant, before, cancellation), cancellation);
        }
        while (removed == PerStep);
        var old = clock.GetUtcNow() - NotificationsKept;
        await sql.InTransaction(
            s => s.Execute($"DELETE FROM platform_notification WHERE tenant_id = {tenant.Id} AND at < {old}", cancellation), cancellation);
    }

    private static async Task<int> Events(Sql sql, TenantInfo tenant, DateTimeOffset before, CancellationToken cancellation)
    {
        var settled = await sql.Rows(
            $"""
            SELECT o.id FROM platform_outbox o WHERE o.tenant_id = {tenant.Id} AND o.at < {before} AND o.fanned_out = {true} AND NOT EXISTS (
                SELECT 1 FROM platform_delivery d WHERE d.tenant_id = {tenant.Id} AND d.event_id = o.id AND d.state IN ({DeliveryState.Pending}, {DeliveryState.Dead}))
            ORDER BY o.at{sql.Limit(PerStep)}
            """,
            r => r.Id(0), cancellation);
        if (settled.Count == 0) return 0;
        await sql.Execute($"DELETE FROM platform_delivery WHERE tenant_id = {tenant.Id} AND event_id IN ({Sql.List(settled)})", cancellation);
        await sql.Execute($"DELETE FROM platform_outbox WHERE tenant_id = {tenant.Id} AND id IN ({Sql.List(settled)})", cancellation);
        return settled.Count;
    }
}
