using Crm.Sdk.Modules;

namespace Crm.Platform.Plugins.Loading;

/// <summary>
/// The assemblies a plugin takes from the host and never brings: the framework, the SDK with what its public members are made of, and
/// the contracts of the modules in the box. The host's copy wins, by simple name. Everything else a plugin brings itself, in the
/// version it likes (docs/plugins/reference.md lists them).
/// </summary>
internal sealed class SharedAssemblies
{
    /// <summary>Besides the framework and the contracts; the same file tells the build of a plugin what to leave out.</summary>
    public static readonly IReadOnlyList<string> Published = Read();

    private readonly HashSet<string> names;

    public SharedAssemblies(IEnumerable<CrmModule> boxed)
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var framework = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Where(p => !string.Equals(Path.GetDirectoryName(p), own, StringComparison.Ordinal)).Select(p => Path.GetFileNameWithoutExtension(p)!);
        var contracts = boxed.Select(m => m.GetType().Assembly.GetName().Name + ".Contracts");
        names = new(framework.Concat(Published).Concat(contracts), StringComparer.OrdinalIgnoreCase);
    }

    public bool Has(string? name) => name is not null && names.Contains(name);

    private static IReadOnlyList<string> Read()
    {
        using var reader = new StreamReader(typeof(SharedAssemblies).Assembly.GetManifestResourceStream("shared-assemblies.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith('#'))];
    }
}
