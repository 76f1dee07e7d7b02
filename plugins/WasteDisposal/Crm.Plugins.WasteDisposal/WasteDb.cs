using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Manifests;
using Crm.Plugins.WasteDisposal.Permits;
using Crm.Plugins.WasteDisposal.Reports;
using Crm.Plugins.WasteDisposal.Sites;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal;

/// <summary>The tables of the plugin.</summary>
internal sealed class WasteDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Site> Sites => Set<Site>();

    public DbSet<Permit> Permits => Set<Permit>();

    public DbSet<Contract> Contracts => Set<Contract>();

    public DbSet<Manifest> Manifests => Set<Manifest>();

    public DbSet<Report> Reports => Set<Report>();

    public DbSet<WatchTally> WatchTallies => Set<WatchTally>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, SiteFields.Type).ComplexProperty(s => s.Address);
        Add(model, PermitFields.Type);
        Add(model, ContractFields.Type);
        Add(model, ManifestFields.Type);
        Add(model, ReportFields.Type);
        model.Entity<WatchTally>().ToTable("waste_watch_tally").HasKey(t => new { t.TenantId, t.OwnerId });
    }
}
