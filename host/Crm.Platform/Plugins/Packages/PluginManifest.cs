using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Crm.Platform.Modules;
using Crm.Sdk;

namespace Crm.Platform.Plugins.Packages;

/// <summary>What a package says about itself in its <c>plugin.json</c>, before anything of it is loaded.</summary>
/// <param name="Id">The key of its module.</param>
/// <param name="Version">Three numbers.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Description">One sentence for whoever decides about it.</param>
/// <param name="Publisher">Who made it.</param>
/// <param name="Sdk">The versions of the SDK it works with.</param>
/// <param name="Requires">Modules and plugins it needs, with the versions it works with.</param>
/// <param name="Assembly">File in <c>bin/</c> with the module class.</param>
/// <param name="Contracts">Assemblies in <c>bin/</c> that other plugins may use; simple names.</param>
internal sealed partial record PluginManifest(
    string Id, Version Version, Label Name, Label Description, string Publisher, VersionRange Sdk, IReadOnlyDictionary<string, VersionRange> Requires, string Assembly,
    IReadOnlyList<string> Contracts)
{
    public const string File = "plugin.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads it; what is wrong is said with the member it concerns.</summary>
    public static Result<PluginManifest> Read(byte[] content)
    {
        Written? written;
        try
        {
            written = JsonSerializer.Deserialize<Written>(content, Json);
        }
        catch (JsonException wrong)
        {
            return PackageProblems.BadManifest(wrong.Path ?? "$", wrong.Message);
        }

        if (written is null) return PackageProblems.BadManifest("$", "empty");
        if (!ModuleCheck.IsKey(written.Id)) return PackageProblems.BadManifest("id", written.Id);
        if (!Version.TryParse(written.Version, out var version) || version.Build < 0) return PackageProblems.BadManifest("version", written.Version);
        if (written.Name is not { Ja.Length: > 0, En.Length: > 0 }) return PackageProblems.BadManifest("name", null);
        if (string.IsNullOrWhiteSpace(written.Publisher)) return PackageProblems.BadManifest("publisher", written.Publisher);
        if (!VersionRange.TryParse(written.Sdk, out var sdk)) return PackageProblems.BadManifest("sdk", written.Sdk);
        if (written.Assembly is null || !written.Assembly.EndsWith(".dll", StringComparison.Ordinal)) return PackageProblems.BadManifest("assembly", written.Assembly);
        var requires = new Dictionary<string, VersionRange>(StringComparer.Ordinal);
        foreach (var (key, text) in written.Requires ?? [])
        {
            if (!VersionRange.TryParse(text, out var range)) return PackageProblems.BadManifest("requires." + key, text);
            requires[key] = range;
        }

        var name = new Label(written.Name.Ja, written.Name.En);
        var description = written.Description is { Ja.Length: > 0, En.Length: > 0 } said ? new Label(said.Ja, said.En) : name;
        return new PluginManifest(written.Id!, version, name, description, written.Publisher, sdk, requires, written.Assembly, written.Contracts ?? []);
    }

    private sealed record Words(string Ja, string En);

    private sealed record Written
    {
        public string? Id { get; init; }

        public string? Version { get; init; }

        public Words? Name { get; init; }

        public Words? Description { get; init; }

        public string? Publisher { get; init; }

        public string? Sdk { get; init; }

        public Dictionary<string, string>? Requires { get; init; }

        public string? Assembly { get; init; }

        public IReadOnlyList<string>? Contracts { get; init; }
    }
}
