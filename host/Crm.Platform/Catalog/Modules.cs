using System.Collections.Concurrent;
using System.Reflection;
using Crm.Sdk.Modules;

namespace Crm.Platform.Catalog;

/// <summary>The modules and plugins of this process.</summary>
internal sealed class Modules
{
    private readonly ConcurrentDictionary<Assembly, bool> shared = new();
    private IReadOnlyList<ModuleDescription> all;

    public Modules(IEnumerable<CrmModule> modules) => all = [.. modules.OrderBy(m => m.Order).Select(ModuleDescription.Of)];

    /// <summary>All of them, in the order of the menu.</summary>
    public IReadOnlyList<ModuleDescription> All => all;

    /// <summary>Raised whenever one comes or goes.</summary>
    public int Version { get; private set; } = 1;

    public ModuleDescription? Find(string key) => all.FirstOrDefault(m => m.Key == key);

    /// <summary>
    /// The module a type of a module's assembly or of its contracts belongs to; null for the platform's own. Where an assembly holds
    /// several modules, a type belongs to the one whose namespace it stands in.
    /// </summary>
    public ModuleDescription? Of(Type type)
    {
        var name = type.Assembly.GetName().Name;
        var module = all.FirstOrDefault(m => m.Assembly == type.Assembly || name == m.Assembly.GetName().Name + ".Contracts");
        if (module is null || module.Assembly != type.Assembly || !shared.GetOrAdd(type.Assembly, Shared)) return module;
        return all.Where(m => m.Assembly == type.Assembly && (type.Namespace + ".").StartsWith(m.Module.GetType().Namespace + ".", StringComparison.Ordinal))
            .MaxBy(m => m.Module.GetType().Namespace!.Length);
    }

    private static bool Shared(Assembly assembly) => assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(CrmModule)) && !t.IsAbstract) > 1;
}
