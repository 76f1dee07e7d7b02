using System.Runtime.Loader;

namespace Crm.Sdk.Modules;

/// <summary>
/// A module or plugin: says everything about itself in <see cref="Configure"/>. Handlers, validators and subscribers
/// of its assembly are found by themselves.
/// </summary>
public abstract class CrmModule
{
    /// <summary>Lower case, no dots: <c>deals</c>. First part of the keys of all it adds; never changes.</summary>
    public abstract string Key { get; }

    /// <summary>What it is called.</summary>
    public abstract Label Name { get; }

    /// <summary>One sentence for the admin who decides whether to switch it on.</summary>
    public virtual Label Description => Name;

    /// <summary>Name of a Tabler icon.</summary>
    public virtual string Icon => "puzzle";

    /// <summary>Where it stands in the menu; lower comes first.</summary>
    public virtual int Order => 100;

    /// <summary>Says what it adds.</summary>
    public abstract void Configure(ModuleBuilder module);

    /// <summary>The types among which its handlers, validators and subscribers are: those of its assembly and of its contracts.</summary>
    internal virtual IEnumerable<Type> Types()
    {
        var assembly = GetType().Assembly;
        var contracts = assembly.GetReferencedAssemblies().FirstOrDefault(a => a.Name == assembly.GetName().Name + ".Contracts");
        return contracts is null || AssemblyLoadContext.GetLoadContext(assembly) is not { } context
            ? assembly.GetTypes()
            : assembly.GetTypes().Concat(context.LoadFromAssemblyName(contracts).GetTypes());
    }
}
