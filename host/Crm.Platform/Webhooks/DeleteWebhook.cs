using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Webhooks;

/// <summary>Takes a webhook away, with the calls it still waited for.</summary>
/// <param name="Id">The webhook.</param>
[Command("admin.webhooks.delete")]
[Requires(PlatformPermissions.Settings)]
internal sealed record DeleteWebhook(Guid Id) : IRequest<Result>;

internal sealed class DeleteWebhookHandler(Session session, Current current, SettingsJournal journal) : IRequestHandler<DeleteWebhook, Result>
{
    public static Problem Gone => new(
        "no-such-webhook", ("このWebhookはありません。", "There is no such webhook."), ("一覧を読み直してください。", "Reload the list."), Kind: ProblemKind.NotFound);

    public Task<Result> Handle(DeleteWebhook delete, CancellationToken cancellationToken) => session.Write(
        async sql =>
        {
            var tenant = current.Tenant.Id;
            var url = await sql.First($"SELECT url FROM platform_webhook WHERE tenant_id = {tenant} AND id = {delete.Id}", r => r.Text(0), cancellationToken);
            if (url is null) return Gone;
            await sql.Execute($"DELETE FROM platform_webhook_call WHERE tenant_id = {tenant} AND webhook_id = {delete.Id}", cancellationToken);
            await sql.Execute($"DELETE FROM platform_webhook WHERE tenant_id = {tenant} AND id = {delete.Id}", cancellationToken);
            await journal.Note(AuditedSettings.Webhook, RecordActions.Deleted, [("url", url, null)], cancellationToken);
            return Result.Done;
        },
        cancellationToken);
}
