using Crm.Plugins.HotelGuests.Inns;
using Crm.Plugins.HotelGuests.Registers;
using Crm.Plugins.HotelGuests.Stays;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.HotelGuests;

/// <summary>The tables of the plugin.</summary>
internal sealed class HotelDb(ModuleDbOptions options) : ModuleDb(options)
{
    public DbSet<Inn> Inns => Set<Inn>();

    public DbSet<Stay> Stays => Set<Stay>();

    public DbSet<RegisterEntry> Register => Set<RegisterEntry>();

    public DbSet<Removal> Removals => Set<Removal>();

    protected override void Describe(ModelBuilder model)
    {
        Add(model, InnFields.Type).ComplexProperty(i => i.Address);
        Add(model, StayFields.Type);
        Add(model, RegisterFields.Type).ComplexProperty(r => r.Address);
        Add(model, RemovalFields.Type);
    }
}
