using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Registers;

/// <summary>No retention rule takes entries of the register before the years of the law are over (旅館業法施行規則 4条の2).</summary>
internal sealed class RegisterKept(HotelDb db, ISettings settings) : INotificationHandler<CollectRetentionHolds>
{
    private static readonly Label ByLaw = ("法令により保存: 宿泊者名簿（旅館業法）", "Kept by law: guest register (Inns and Hotels Act)");

    public async Task Handle(CollectRetentionHolds notification, CancellationToken cancellationToken)
    {
        if (notification.RecordType != HotelContract.Register) return;
        var ids = notification.Ids;
        var from = notification.Today.AddYears(-settings.Of<HotelSettings>().YearsKept);

        // In the bin too: the filter that hides it also hides other tenants, so the tenant is named.
        var kept = await db.Register.IgnoreQueryFilters().Where(r => r.TenantId == db.TenantId && ids.Contains(r.Id) && r.MadeOn >= from).Select(r => r.Id).ToListAsync(cancellationToken);
        foreach (var id in kept) notification.Add(new RetentionHold(id, ByLaw));
    }
}
