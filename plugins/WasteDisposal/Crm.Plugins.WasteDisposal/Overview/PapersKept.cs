using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Overview;

/// <summary>No retention rule takes contracts and manifests before the five years of the law are over (廃棄物処理法施行令6条の2, 法12条の3).</summary>
internal sealed class PapersKept(WasteDb db) : INotificationHandler<CollectRetentionHolds>
{
    private static readonly Label ByLaw = ("法令により保存: 契約書・マニフェスト（廃棄物処理法）", "Kept by law: contracts and manifests (Waste Disposal Act)");

    public async Task Handle(CollectRetentionHolds notification, CancellationToken cancellationToken)
    {
        var (ids, today) = (notification.Ids, notification.Today);

        // In the bin too: the filter that hides it also hides other tenants, so the tenant is named. Without a day a contract still runs.
        var kept = notification.RecordType switch
        {
            WasteContract.Contract => db.Contracts.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId && ids.Contains(c.Id) && (c.KeepUntil == null || c.KeepUntil >= today)).Select(c => c.Id),
            WasteContract.Manifest => db.Manifests.IgnoreQueryFilters().Where(m => m.TenantId == db.TenantId && ids.Contains(m.Id) && (m.KeepUntil == null || m.KeepUntil >= today)).Select(m => m.Id),
            _ => null,
        };
        if (kept is null) return;
        foreach (var id in await kept.ToListAsync(cancellationToken)) notification.Add(new RetentionHold(id, ByLaw));
    }
}
