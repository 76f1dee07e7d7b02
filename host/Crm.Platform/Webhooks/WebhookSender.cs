using System.Globalization;
using System.Text.Json;
using Crm.Platform.Encryption;
using Crm.Platform.Messaging;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>
/// Calls webhooks, each in a lane of its own: one that is slow or down keeps no other waiting. A call is made at least once;
/// its id stays the same, so that the receiver can tell one that came twice.
/// </summary>
internal sealed partial class WebhookSender(
    Tenants tenants, Databases databases, TenantKeys keys, WebhookPost post, WorkScopes scopes, IOptions<WebhookOptions> options, IOptions<MessagingOptions> messaging,
    TimeProvider clock, ILogger<WebhookSender> log) : LaneQueue(tenants, databases, LanesAtOnce, clock, log)
{
    private const int AtOnce = 20;
    private const int LanesAtOnce = 16;

    private readonly Databases databases = databases;

    protected override TimeSpan Poll => messaging.Value.Poll;

    protected override TimeSpan IdlePoll => messaging.Value.IdlePoll;

    /// <summary>Notes, in the transaction that hands events to their subscribers, who outside is to hear of them.</summary>
    public static async Task Note(Sql sql, TenantInfo tenant, IReadOnlyList<(Guid Id, string Name, DateTimeOffset At)> events, DateTimeOffset now, CancellationToken cancellation)
    {
        if (events.Count == 0) return;
        var hooks = await sql.Rows($"SELECT id, events FROM platform_webhook WHERE tenant_id = {tenant.Id}", r => (Id: r.Id(0), Events: r.Text(1).Split('\n')), cancellation);
        foreach (var hook in hooks)
        {
            foreach (var happened in events.Where(e => hook.Events.Contains(e.Name, StringComparer.Ordinal)))
            {
                await sql.Execute(
                    $"INSERT INTO platform_webhook_call (tenant_id, webhook_id, event_id, state, attempts, due_at) VALUES ({tenant.Id}, {hook.Id}, {happened.Id}, {CallState.Pending}, 0, {now})",
                    cancellation);
            }
        }
    }

    protected override FormattableString Waiting()
    {
        var now = Clock.GetUtcNow();
        return $"""
            EXISTS (SELECT 1 FROM platform_webhook_call c JOIN platform_webhook w ON w.tenant_id = c.tenant_id AND w.id = c.webhook_id
              WHERE c.tenant_id = t.id AND w.active = {true} AND c.state = {CallState.Pending} AND c.due_at <= {now} AND (c.leased_until IS NULL OR c.leased_until < {now}))
            """;
    }

    protected override async Task Serve(TenantInfo tenant, CancellationToken stopping)
    {
        await using var connection = await databases.Open(tenant, stopping);
        var now = Clock.GetUtcNow();
        var hooks = await new Sql(databases.Dialect, connection).Rows(
            $"""
            SELECT w.id, w.url, w.secret, w.created_by FROM platform_webhook w WHERE w.tenant_id = {tenant.Id} AND w.active = {true} AND EXISTS (
                SELECT 1 FROM platform_webhook_call c WHERE c.tenant_id = w.tenant_id AND c.webhook_id = w.id AND c.state = {CallState.Pending} AND c.due_at <= {now}
                  AND (c.leased_until IS NULL OR c.leased_until < {now}))
            """,
            r => new Hook(r.Id(0), r.Text(1), r.Text(2), r.MaybeId(3)), stopping);
        foreach (var hook in hooks) Begin(tenant, hook.Id.ToString(), sql => CallSome(sql, tenant, hook, stopping), stopping);
    }

    private async Task<bool> CallSome(Sql sql, TenantInfo tenant, Hook hook, CancellationToken stopping)
    {
        var secret = (await keys.Of(tenant, stopping)).Open(hook.Secret, WebhookSignature.About(hook.Id));
        var due = await Due(sql, tenant, hook, stopping);
        foreach (var call in due)
        {
            if (Closing || !await Make(sql, tenant, hook, secret, call, stopping)) return false;
        }

        return due.Count > 0;
    }

    private async Task<List<Call>> Due(Sql sql, TenantInfo tenant, Hook hook, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        return await sql.Rows(
            $"""
            SELECT c.event_id, c.attempts, o.name, o.payload, o.at FROM platform_webhook_call c
            JOIN platform_webhook w ON w.tenant_id = c.tenant_id AND w.id = c.webhook_id JOIN platform_outbox o ON o.tenant_id = c.tenant_id AND o.id = c.event_id
            WHERE c.tenant_id = {tenant.Id} AND c.webhook_id = {hook.Id} AND w.active = {true} AND c.state = {CallState.Pending} AND c.due_at <= {now}
              AND (c.leased_until IS NULL OR c.leased_until < {now})
            ORDER BY c.event_id{sql.Limit(AtOnce)}
            """,
            r => new Call(r.Id(0), r.Int(1), r.Text(2), r.Text(3), r.Moment(4)), cancellation);
    }

    /// <returns>Whether the lane goes on: not after a failure, lest an address that is down be asked once per waiting call.</returns>
    private async Task<bool> Make(Sql sql, TenantInfo tenant, Hook hook, string secret, Call call, CancellationToken stopping)
    {
        var lease = Ids.New();
        var leasedUntil = Clock.GetUtcNow() + options.Value.Timeout + TimeSpan.FromSeconds(30);
        if (await sql.InTransaction(
            s => s.Execute(
                $"""
                UPDATE platform_webhook_call SET lease = {lease}, leased_until = {leasedUntil}, attempts = {call.Attempts + 1}
                WHERE tenant_id = {tenant.Id} AND webhook_id = {hook.Id} AND event_id = {call.Event} AND state = {CallState.Pending} AND attempts = {call.Attempts}
                """,
                stopping),
            stopping) == 0)
        {
            return true;
        }

        var body = $$"""{"type":{{JsonSerializer.Serialize(call.Name)}},"timestamp":"{{call.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}}","data":{{call.Payload}}}""";
        var (taken, gone, answer) = await post.Send(hook.Url, secret, "msg_" + call.Event.ToString("n"), Clock.GetUtcNow(), body, stopping);
        var over = !taken && (gone || call.Attempts >= options.Value.Retries.Count);
        var now = Clock.GetUtcNow();
        await sql.InTransaction(
            async s =>
            {
                await s.Execute(
                    $"""
                    UPDATE platform_webhook_call SET lease = NULL, leased_until = NULL, ended_at = {now}, answer = {answer}, state = {(taken ? CallState.Done : over ? CallState.Dead : CallState.Pending)},
                      due_at = {(taken || over ? now : now + options.Value.Retries[call.Attempts])}
                    WHERE tenant_id = {tenant.Id} AND webhook_id = {hook.Id} AND event_id = {call.Event} AND lease = {lease}
                    """,
                    stopping);
                return over ? await s.Execute($"UPDATE platform_webhook SET active = {false} WHERE tenant_id = {tenant.Id} AND id = {hook.Id}", stopping) : 0;
            },
            stopping);
        if (over) await Tell(tenant, hook, answer, stopping);
        return taken;
    }

    /// <summary>Who set the webhook up hears that it is paused; nothing is lost meanwhile.</summary>
    private async Task Tell(TenantInfo tenant, Hook hook, string answer, CancellationToken cancellation)
    {
        LogPaused(Log, hook.Id, tenant.Id);
        if (hook.CreatedBy is not { } user) return;
        var host = new Uri(hook.Url).Host;
        await using var scope = await scopes.Open(tenant, Actor.System(ChangeSource.Job), cancellation);
        await scope.Get<IMediator>().Send(
            new NotifyUser(user, ($"{host} へのWebhookが失敗し続けたため停止しました（{answer}）", $"The webhook to {host} kept failing and is paused ({answer})")) { Link = "/settings/webhooks" }, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} of tenant {Tenant} kept failing and is paused")]
    private static partial void LogPaused(ILogger logger, Guid webhook, Guid tenant);

    private sealed record Hook(Guid Id, string Url, string Secret, Guid? CreatedBy);

    private sealed record Call(Guid Event, int Attempts, string Name, string Payload, DateTimeOffset At);
}
