using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests.Inns;

/// <summary>A tenant begins with one house of its own name.</summary>
internal sealed class FirstInn(HotelDb db, ITenant tenant) : ISeedData
{
    public async Task Seed(CancellationToken cancellation)
    {
        // One that was thrown away stays away: the bin counts too. Without the filter the tenant must be named.
        if (await db.Inns.IgnoreQueryFilters().AnyAsync(i => i.TenantId == db.TenantId, cancellation)) return;
        db.Add(new Inn { Name = tenant.Name });
        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("The first house could not be made");
    }
}
