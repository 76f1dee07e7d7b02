using Crm.Platform.Catalog;
using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;

namespace Crm.Platform.Fields;

/// <summary>Drops the indexes of fields that are gone, and brings the figures about the others up to date, once a night for each database.</summary>
internal sealed class ExtIndexTidy(Tenants tenants, Catalogs catalogs, Databases databases, ExtIndexes indexes) : ITidy
{
    public async Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation)
    {
        // The job runs for every tenant; the first of a database does it for all of them.
        var sharing = (await tenants.All(cancellation)).Where(t => databases.Of(t) == databases.Of(tenant)).ToList();
        if (sharing.Count == 0 || sharing.Min(t => t.Number) != tenant.Number) return;
        var all = new List<TenantCatalog>(sharing.Count);
        foreach (var other in sharing) all.Add(await catalogs.Of(other, cancellation));
        await indexes.Drop(databases.Of(tenant), all, cancellation);
        await databases.Dialect.Upkeep(sql.Connection, thorough: true, cancellation);
    }
}
