using System.Security.Cryptography;
using Crm.Sdk;

namespace Crm.Platform.Plugins.Packages;

/// <summary>
/// The content of a <c>.crmplugin</c>, read whole and checked against its own sums; nothing is written to disk and nothing is run.
/// A zip of <c>plugin.json</c>, <c>bin/</c>, <c>wwwroot/</c>, <c>SHA256SUMS</c> and <c>SHA256SUMS.sig</c>.
/// </summary>
internal sealed class PluginPackage
{
    public const string Extension = ".crmplugin";
    public const string Sums = SummedZip.Sums;
    public const string Signature = SummedZip.Signature;

    private PluginPackage(PluginManifest manifest, IReadOnlyDictionary<string, byte[]> files, string digest) => (Manifest, Files, Digest) = (manifest, files, digest);

    public PluginManifest Manifest { get; }

    /// <summary>By path within the package.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>Names the package: SHA-256 of the whole, in hex.</summary>
    public string Digest { get; }

    /// <summary>A file of <c>bin/</c>; null when there is none.</summary>
    public byte[]? Bin(string name) => Files.GetValueOrDefault("bin/" + name);

    public IEnumerable<string> Assemblies => Files.Keys.Where(k => k.StartsWith("bin/", StringComparison.Ordinal) && k.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)).Select(k => k[4..]);

    /// <summary>Reads a package; refuses what is too large, leads out of its folder, or does not add up.</summary>
    public static Result<PluginPackage> Read(byte[] content, PackageLimits limits)
    {
        var files = SummedZip.Read(content, limits, Belongs);
        if (files.Failed) return Result<PluginPackage>.Fail(files.Problems);
        if (!files.Value.TryGetValue(PluginManifest.File, out var written)) return PackageProblems.Missing(PluginManifest.File);
        var manifest = PluginManifest.Read(written);
        if (manifest.Failed) return Result<PluginPackage>.Fail(manifest.Problems);
        if (!files.Value.ContainsKey("bin/" + manifest.Value.Assembly)) return PackageProblems.Missing("bin/" + manifest.Value.Assembly);
        return new PluginPackage(manifest.Value, files.Value, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>The key among those given that signed the package; null when none did or it is not signed.</summary>
    public TrustedKey? SignedBy(IEnumerable<TrustedKey> keys) => SummedZip.SignedBy(Files, keys);

    private static bool Belongs(string path) =>
        path is PluginManifest.File or Sums or Signature || path.StartsWith("bin/", StringComparison.Ordinal) || path.StartsWith("wwwroot/", StringComparison.Ordinal);
}

/// <summary>How large a package may be.</summary>
/// <param name="PackageBytes">The file.</param>
/// <param name="UnpackedBytes">All its content.</param>
/// <param name="Files">Files in it.</param>
internal sealed record PackageLimits(long PackageBytes = 50 << 20, long UnpackedBytes = 200 << 20, int Files = 1_000);

/// <summary>The public key of a publisher whose packages are let in.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Pem">ECDSA P-256, as PEM.</param>
internal sealed record TrustedKey(string Name, string Pem)
{
    /// <summary>Whether a signature (DER, as openssl makes it) over these bytes is this key's.</summary>
    public bool Verifies(byte[] signed, byte[] signature)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Pem);
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
