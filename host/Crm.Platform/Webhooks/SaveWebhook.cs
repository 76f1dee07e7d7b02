using Crm.Platform.Audit;
using Crm.Platform.Encryption;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Webhooks;

/// <summary>Adds a webhook, or changes one. A new one answers with its secret, which cannot be read again.</summary>
/// <param name="Id">The webhook; null for a new one.</param>
/// <param name="Url">Where it is called.</param>
/// <param name="Events">Names of the events it is to hear of; at least one.</param>
/// <param name="Active">Whether it is called. One that is resumed gets what it missed since it failed.</param>
[Command("admin.webhooks.save")]
[Requires(PlatformPermissions.Settings)]
internal sealed record SaveWebhook(Guid? Id, string Url, IReadOnlyList<string> Events, bool Active = true) : IRequest<Result<SavedWebhook>>;

/// <summary>A webhook that was saved.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Secret">Of a new one, what its signatures are made with: <c>whsec_</c> and 32 bytes in Base64; otherwise null.</param>
internal sealed record SavedWebhook(Guid Id, string? Secret);

internal sealed class SaveWebhookHandler(Session session, Current current, TenantKeys keys, WebhookSender sender, SettingsJournal journal, IOptions<WebhookOptions> options, TimeProvider clock)
    : IRequestHandler<SaveWebhook, Result<SavedWebhook>>
{
    private const int Most = 50;

    public async Task<Result<SavedWebhook>> Handle(SaveWebhook save, CancellationToken cancellationToken)
    {
        if (AnAddressIsOutside.Refuses(save.Url, options.Value) is { } problem) return problem;
        var events = save.Events.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (events.Count == 0) return Problems.Invalid("no-events", "events", ("イベントを1つ以上選択してください。", "Choose one event or more."));
        if (events.Except(ListWebhooksHandler.Known(current), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            return Problems.Invalid("no-such-event", "events", ($"「{unknown}」というイベントはありません。", $"There is no event {unknown}."));
        }

        var ring = await keys.Of(current.Tenant, cancellationToken);
        var tenant = current.Tenant.Id;
        return await session.Write(
            async sql =>
            {
                var before = save.Id is { } known
                    ? await sql.First($"SELECT url, events, active FROM platform_webhook WHERE tenant_id = {tenant} AND id = {known}", r => new Stored(r.Text(0), r.Text(1), r.Flag(2)), cancellationToken)
                    : null;
                if (save.Id is not null && before is null) return Result<SavedWebhook>.Fail([DeleteWebhookHandler.Gone]);
                var (id, secret, listed) = (save.Id ?? Ids.New(), before is null ? WebhookSignature.NewSecret() : null, string.Join('\n', events));
                if (secret is null)
                {
                    await sql.Execute($"UPDATE platform_webhook SET url = {save.Url}, events = {listed}, active = {save.Active} WHERE tenant_id = {tenant} AND id = {id}", cancellationToken);
                    if (save.Active && !before!.Active) await Resume(sql, tenant, id, cancellationToken);
                }
                else if (await sql.First($"SELECT COUNT(*) FROM platform_webhook WHERE tenant_id = {tenant}", r => r.Long(0), cancellationToken) >= Most)
                {
                    return Problems.Invalid("too-many", "url", ($"Webhookは{Most}件までです。", $"There can be {Most} webhooks."));
                }
                else
                {
                    await sql.Execute(
                        $"""
                        INSERT INTO platform_webhook (tenant_id, id, url, events, secret, active, created_by, created_at)
                        VALUES ({tenant}, {id}, {save.Url}, {listed}, {ring.Seal(secret, WebhookSignature.About(id))}, {save.Active}, {current.Actor.Id}, {clock.GetUtcNow()})
                        """,
                        cancellationToken);
                }

                await journal.Note(
                    AuditedSettings.Webhook, before is null ? RecordActions.Created : RecordActions.Updated,
                    [("url", before?.Url, save.Url), ("events", before?.Events, listed), ("active", before is null ? null : Text(before.Active), Text(save.Active))], cancellationToken);
                return new SavedWebhook(id, secret);
            },
            cancellationToken);
    }

    /// <summary>What was given up is tried again, from the first attempt.</summary>
    private async Task Resume(Sql sql, Guid tenant, Guid id, CancellationToken cancellation)
    {
        await sql.Execute(
            $"""
            UPDATE platform_webhook_call SET state = {CallState.Pending}, attempts = 0, due_at = {clock.GetUtcNow()}, lease = NULL, leased_until = NULL
            WHERE tenant_id = {tenant} AND webhook_id = {id} AND state <> {CallState.Done}
            """,
            cancellation);
        session.AfterCommit(() => sender.Wake(tenant));
    }

    private static string Text(bool active) => active ? "true" : "false";

    private sealed record Stored(string Url, string Events, bool Active);
}

/// <summary>A webhook leads out of the installation: https, no user name in it, and not to a machine of the network within.</summary>
internal static class AnAddressIsOutside
{
    public static Problem? Refuses(string url, WebhookOptions options)
    {
        if (url.Length > 1000 || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0
            || !(uri.Scheme == Uri.UriSchemeHttps || (options.AllowInside && uri.Scheme == Uri.UriSchemeHttp)))
        {
            return Problems.Invalid("not-an-address", "url", ("https:// で始まるURLを入力してください。", "Enter an address that begins with https://."));
        }

        // Names are looked up when they are called: what they lead to may change.
        return !options.AllowInside && System.Net.IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && WebhookPost.IsInside(address)
            ? Problems.Invalid("address-inside", "url", ("社内ネットワークのアドレスは呼び出せません。", "Addresses of the internal network cannot be called."))
            : null;
    }
}
