using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>Lets go of calls that are over. Those given up stay as long as their event, to be made when the webhook is resumed.</summary>
internal sealed class WebhookTidy(IOptions<WebhookOptions> options, TimeProvider clock) : ITidy
{
    public Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - options.Value.Retention;
        return sql.InTransaction(
            s => s.Execute(
                $"""
                DELETE FROM platform_webhook_call WHERE tenant_id = {tenant.Id} AND ((state = {CallState.Done} AND ended_at < {before})
                  OR NOT EXISTS (SELECT 1 FROM platform_outbox o WHERE o.tenant_id = {tenant.Id} AND o.id = platform_webhook_call.event_id))
                """,
                cancellation),
            cancellation);
    }
}
