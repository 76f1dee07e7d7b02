using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;

namespace Crm.Platform.Modules;

/// <summary>The modules and plugins of this process; the set changes as a whole when one comes or goes.</summary>
internal sealed class ModuleList(ModuleSet first)
{
    private volatile ModuleSet now = first;

    public ModuleList(IEnumerable<CrmModule> modules, HostServices host, ModuleTypes platform, ModuleHealth health)
        : this(new ModuleSet(1, modules.Select(m => ModuleRuntime.Of(m, host)), platform))
    {
        foreach (var unfit in now.Runtimes.Where(m => m.Faults.Count > 0))
        {
            health.Close(unfit.Key, (string.Join(" ", unfit.Faults.Select(f => f.Ja)), string.Join(" ", unfit.Faults.Select(f => f.En))));
        }
    }

    /// <summary>Those that are here now; work that takes longer than a line keeps the set it began with.</summary>
    public ModuleSet Now => now;

    /// <summary>Told after each change, to let go of what was worked out from the set before.</summary>
    public event Action? Changed;

    /// <summary>All of them, in the order of the menu.</summary>
    public IReadOnlyList<ModuleDescription> All => now.All;

    /// <summary>Raised whenever one comes or goes.</summary>
    public int Version => now.Version;

    public ModuleDescription? Find(string key) => now.Find(key);

    /// <summary>Those that the work of a scope goes on with: those it began with, or outside any tenant those that are here now.</summary>
    public ModuleSet Of(Current current) => current.HasTenant ? current.Catalog.Set : now;

    /// <summary>From here on new work uses another set; answers with the one before, which work under way still uses. Callers take turns.</summary>
    public ModuleSet Replace(Func<ModuleSet, ModuleSet> change)
    {
        var before = now;
        now = change(before);
        Changed?.Invoke();
        return before;
    }
}
