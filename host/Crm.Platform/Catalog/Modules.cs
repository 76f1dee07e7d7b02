using Crm.Sdk.Modules;

namespace Crm.Platform.Catalog;

/// <summary>The modules and plugins of this process.</summary>
internal sealed class Modules
{
    private IReadOnlyList<ModuleDescription> all;

    public Modules(IEnumerable<CrmModule> modules) => all = [.. modules.OrderBy(m => m.Order).Select(ModuleDescription.Of)];

    /// <summary>All of them, in the order of the menu.</summary>
    public IReadOnlyList<ModuleDescription> All => all;

    /// <summary>Raised whenever one comes or goes.</summary>
    public int Version { get; private set; } = 1;

    public ModuleDescription? Find(string key) => all.FirstOrDefault(m => m.Key == key);

    /// <summary>The module a type of a module's assembly or of its contracts belongs to; null for the platform's own.</summary>
    public ModuleDescription? Of(Type type)
    {
        var name = type.Assembly.GetName().Name;
        return all.FirstOrDefault(m => m.Assembly == type.Assembly || name == m.Assembly.GetName().Name + ".Contracts");
    }
}
