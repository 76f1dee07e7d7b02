using System.Reflection;
using System.Runtime.Loader;
using Crm.Platform.Plugins.Packages;

namespace Crm.Platform.Plugins.Loading;

/// <summary>
/// The load context of one version of a plugin. Shared assemblies come from the host, contracts of plugins it requires from theirs, the
/// rest from its own package. Read from memory, so that a file can be replaced while an older version runs.
/// </summary>
internal sealed class PluginContext : AssemblyLoadContext
{
    private readonly PluginPackage package;
    private readonly SharedAssemblies shared;
    private readonly IReadOnlyList<PluginContext> required;

    public PluginContext(PluginPackage package, SharedAssemblies shared, IReadOnlyList<PluginContext> required)
        : base($"{package.Manifest.Id} {package.Manifest.Version}", isCollectible: true)
    {
        this.package = package;
        this.shared = shared;
        this.required = required;
    }

    public PluginManifest Manifest => package.Manifest;

    /// <summary>The assembly with the module class.</summary>
    public Assembly Main() => Own(Path.GetFileNameWithoutExtension(package.Manifest.Assembly)) ?? throw new FileNotFoundException(package.Manifest.Assembly);

    /// <summary>An assembly of the package; null when it is not there.</summary>
    public Assembly? Own(string name)
    {
        if (Assemblies.FirstOrDefault(a => string.Equals(a.GetName().Name, name, StringComparison.OrdinalIgnoreCase)) is { } loaded) return loaded;
        if (package.Bin(name + ".dll") is not { } image) return null;
        using var assembly = new MemoryStream(image, writable: false);
        using var symbols = package.Bin(name + ".pdb") is { } pdb ? new MemoryStream(pdb, writable: false) : null;
        return LoadFromStream(assembly, symbols);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (shared.Has(name)) return null;
        var contract = required.FirstOrDefault(r => r.Manifest.Contracts.Contains(name, StringComparer.OrdinalIgnoreCase));
        return contract is not null ? contract.Own(name) : Own(name);
    }
}
