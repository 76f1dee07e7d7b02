using System.Security.Cryptography;
using System.Text;
using Crm.Platform.Plugins.Packages;
using Crm.Sdk;

namespace Crm.Platform.Editions.Packages;

/// <summary>The content of a <c>.crmedition</c>: <c>edition.json</c>, a logo, packages of plugins, sums and signature. No code is in it but that of the plugins.</summary>
internal sealed class EditionPackage
{
    public const string Extension = ".crmedition";
    private const int LargestLogo = 64 << 10;

    private EditionPackage(EditionManifest manifest, IReadOnlyDictionary<string, byte[]> files, string digest) => (Manifest, Files, Digest) = (manifest, files, digest);

    public EditionManifest Manifest { get; }

    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>SHA-256 of the whole, in hex.</summary>
    public string Digest { get; }

    /// <summary>The picture shown in the shell; null for none.</summary>
    public Logo? Logo => Manifest.Branding?.Logo is { } path ? Editions.Logo.Read(Files[path]) : null;

    public TrustedKey? SignedBy(IEnumerable<TrustedKey> keys) => SummedZip.SignedBy(Files, keys);

    /// <summary>Reads a package and checks it against itself.</summary>
    public static Result<EditionPackage> Read(byte[] content)
    {
        var files = SummedZip.Read(content, new PackageLimits(PackageBytes: 200 << 20, UnpackedBytes: 400 << 20), Belongs);
        return files.Failed ? Result<EditionPackage>.Fail(files.Problems) : Of(files.Value, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Packs a folder: its <c>edition.json</c>, its logo, and the packages of its plugins as far as they are found.</summary>
    /// <param name="read">The content of a file within the folder; null when there is none.</param>
    /// <param name="plugin">The package of a plugin; null when the edition goes without.</param>
    /// <param name="unsigned">Whether plugins may go without a signature; an installation that is not for development refuses them.</param>
    public static Result<byte[]> Pack(Func<string, byte[]?> read, Func<EditionPlugin, byte[]?> plugin, bool unsigned = false)
    {
        if (read(EditionManifest.File) is not { } written) return PackageProblems.Missing(EditionManifest.File);
        var manifest = EditionManifest.Read(written);
        if (manifest.Failed) return Result<byte[]>.Fail(manifest.Problems);

        // Line ends differ between machines; what is packed must not.
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [EditionManifest.File] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(written).TrimStart('\uFEFF').ReplaceLineEndings("\n")) };
        if (manifest.Value.Branding?.Logo is { } logo)
        {
            if (read(logo) is not { } picture) return PackageProblems.Missing(logo);
            files[logo] = picture;
        }

        foreach (var wanted in manifest.Value.Plugins)
        {
            if (plugin(wanted) is { } package) files[wanted.Path] = package;
        }

        var sound = Of(files, "");
        if (!sound.Failed && !unsigned && Unsigned(sound.Value) is { Count: > 0 } without) return Result<byte[]>.Fail(without);
        return sound.Failed ? Result<byte[]>.Fail(sound.Problems) : SummedZip.Write(files);
    }

    /// <summary>The plugins in it that no installation would let in: the vendor hears of it, not the customer.</summary>
    private static List<Problem> Unsigned(EditionPackage edition) =>
    [
        .. from plugin in edition.Manifest.Plugins
           where edition.Files.ContainsKey(plugin.Path)
           let package = PluginPackage.Read(edition.Files[plugin.Path], new PackageLimits()).Value
           where !package.Files.ContainsKey(SummedZip.Signature)
           select PackageProblems.NotSigned(plugin.Path, package.Manifest.Publisher),
    ];

    private static Result<EditionPackage> Of(Dictionary<string, byte[]> files, string digest)
    {
        if (!files.TryGetValue(EditionManifest.File, out var written)) return PackageProblems.Missing(EditionManifest.File);
        var manifest = EditionManifest.Read(written);
        if (manifest.Failed) return Result<EditionPackage>.Fail(manifest.Problems);
        if (manifest.Value.Branding?.Logo is { } logo)
        {
            if (!files.TryGetValue(logo, out var picture)) return PackageProblems.Missing(logo);
            if (picture.Length > LargestLogo || Editions.Logo.Read(picture) is null) return EditionProblems.BadLogo(logo, LargestLogo);
        }

        var problems = new List<Problem>();
        foreach (var plugin in manifest.Value.Plugins)
        {
            if (!files.TryGetValue(plugin.Path, out var package)) continue;
            if (plugin.Sha256 is { } sum && !sum.Equals(Convert.ToHexString(SHA256.HashData(package)), StringComparison.OrdinalIgnoreCase)) problems.Add(PackageProblems.BadSum(plugin.Path));
            var sound = PluginPackage.Read(package, new PackageLimits());
            if (sound.Failed) problems.AddRange(sound.Problems);
            else if (sound.Value.Manifest.Id != plugin.Id || sound.Value.Manifest.Version.ToString() != plugin.Version) problems.Add(EditionProblems.BadManifest("plugins", plugin.Path));
        }

        var named = manifest.Value.Plugins.Select(p => p.Path).Append(EditionManifest.File).Append(manifest.Value.Branding?.Logo).Append(SummedZip.Sums).Append(SummedZip.Signature).ToHashSet();
        problems.AddRange(files.Keys.Where(f => !named.Contains(f)).Select(PackageProblems.BadPath));
        return problems.Count > 0 ? Result<EditionPackage>.Fail(problems) : new EditionPackage(manifest.Value, files, digest);
    }

    private static bool Belongs(string path) =>
        !path.Contains('/', StringComparison.Ordinal) || (path.StartsWith("plugins/", StringComparison.Ordinal) && path.EndsWith(PluginPackage.Extension, StringComparison.Ordinal));
}
