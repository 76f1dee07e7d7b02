using Crm.Plugins.Retail.Points;
using Crm.Plugins.Retail.Sales;
using Crm.Plugins.Retail.Visits;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail;

/// <summary>The tables of the plugin.</summary>
internal sealed class RetailDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Store> Stores => Set<Store>();

    public DbSet<Sale> Sales => Set<Sale>();

    public DbSet<PointsEntry> PointsEntries => Set<PointsEntry>();

    public DbSet<Visit> Visits => Set<Visit>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, StoreFields.Type).ComplexProperty(s => s.Address);
        Add(model, SaleFields.Type);
        Add(model, PointsFields.Type);
        Add(model, VisitFields.Type);
    }
}
