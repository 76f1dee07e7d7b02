using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Webhooks;

/// <summary>An address outside that hears of events.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Url">Where it is called; https, or http where the installation allows it.</param>
/// <param name="Events">Names of the events it hears of.</param>
/// <param name="Active">Whether it is called; one that failed for days is not, until somebody resumes it.</param>
/// <param name="Waiting">Calls to be made, first tries and repeated ones.</param>
/// <param name="Failed">Calls given up.</param>
/// <param name="LastAnswer">What the address said last, or why it could not be asked.</param>
/// <param name="LastAt">When that was.</param>
internal sealed record Webhook(Guid Id, string Url, IReadOnlyList<string> Events, bool Active, long Waiting, long Failed, string? LastAnswer, DateTimeOffset? LastAt);

/// <summary>The webhooks of the tenant, oldest first, and the events they can hear of.</summary>
[Command("admin.webhooks.list")]
[Requires(PlatformPermissions.Settings)]
internal sealed record ListWebhooks : IRequest<Result<WebhookList>>;

/// <summary>The webhooks of the tenant.</summary>
/// <param name="Webhooks">Oldest first.</param>
/// <param name="Events">Names of the events of all modules that are on.</param>
internal sealed record WebhookList(IReadOnlyList<Webhook> Webhooks, IReadOnlyList<string> Events);

internal sealed class ListWebhooksHandler(Session session, Current current) : IRequestHandler<ListWebhooks, Result<WebhookList>>
{
    public async Task<Result<WebhookList>> Handle(ListWebhooks request, CancellationToken cancellationToken)
    {
        var (sql, tenant) = (await session.Sql(cancellationToken), current.Tenant.Id);
        var calls = (await sql.Rows(
            $"""
            SELECT webhook_id, SUM(CASE WHEN state = {CallState.Pending} THEN 1 ELSE 0 END), SUM(CASE WHEN state = {CallState.Dead} THEN 1 ELSE 0 END), MAX(ended_at)
            FROM platform_webhook_call WHERE tenant_id = {tenant} GROUP BY webhook_id
            """,
            r => (Webhook: r.Id(0), Waiting: r.Long(1), Failed: r.Long(2), LastAt: r.MaybeMoment(3)), cancellationToken)).ToDictionary(c => c.Webhook);
        var hooks = new List<Webhook>();
        foreach (var (id, url, events, active) in await sql.Rows(
            $"SELECT id, url, events, active FROM platform_webhook WHERE tenant_id = {tenant} ORDER BY id", r => (r.Id(0), r.Text(1), r.Text(2), r.Flag(3)), cancellationToken))
        {
            var of = calls.GetValueOrDefault(id);
            var last = of.LastAt is null ? null : await sql.First(
                $"SELECT answer FROM platform_webhook_call WHERE tenant_id = {tenant} AND webhook_id = {id} AND ended_at = {of.LastAt}", r => r.MaybeText(0), cancellationToken);
            hooks.Add(new(id, url, events.Split('\n'), active, of.Waiting, of.Failed, last, of.LastAt));
        }

        return new WebhookList(hooks, Known(current));
    }

    /// <summary>Events of the platform and of the modules that are on.</summary>
    public static IReadOnlyList<string> Known(Current current) =>
        [.. current.Catalog.Set.EventNames.Where(e => e.StartsWith("platform.", StringComparison.Ordinal) || current.Catalog.IsOn(e[..e.IndexOf('.', StringComparison.Ordinal)])).Order(StringComparer.Ordinal)];
}

/// <summary>Where a call stands; stored.</summary>
internal static class CallState
{
    public const string Pending = "pending";
    public const string Done = "done";
    public const string Dead = "dead";
}
