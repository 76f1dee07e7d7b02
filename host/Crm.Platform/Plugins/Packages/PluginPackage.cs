using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Crm.Sdk;

namespace Crm.Platform.Plugins.Packages;

/// <summary>
/// The content of a <c>.crmplugin</c>, read whole and checked against its own sums; nothing is written to disk and nothing is run.
/// A zip of <c>plugin.json</c>, <c>bin/</c>, <c>wwwroot/</c>, <c>SHA256SUMS</c> and <c>SHA256SUMS.sig</c>.
/// </summary>
internal sealed class PluginPackage
{
    public const string Extension = ".crmplugin";
    public const string Sums = "SHA256SUMS";
    public const string Signature = "SHA256SUMS.sig";

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
        if (content.Length > limits.PackageBytes) return PackageProblems.TooLarge(limits.PackageBytes);
        Result<Dictionary<string, byte[]>> files;
        try
        {
            files = Unpack(content, limits);
        }
        catch (InvalidDataException)
        {
            return PackageProblems.NotAPackage();
        }

        if (files.Failed) return Result<PluginPackage>.Fail(files.Problems);
        if (!files.Value.TryGetValue(PluginManifest.File, out var written)) return PackageProblems.Missing(PluginManifest.File);
        if (SumsFault(files.Value) is { } fault) return fault;
        var manifest = PluginManifest.Read(written);
        if (manifest.Failed) return Result<PluginPackage>.Fail(manifest.Problems);
        if (!files.Value.ContainsKey("bin/" + manifest.Value.Assembly)) return PackageProblems.Missing("bin/" + manifest.Value.Assembly);
        return new PluginPackage(manifest.Value, files.Value, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>The key among those given that signed the package; null when none did or it is not signed.</summary>
    public TrustedKey? SignedBy(IEnumerable<TrustedKey> keys)
    {
        if (!Files.TryGetValue(Signature, out var signature)) return null;
        return keys.FirstOrDefault(k => k.Verifies(Files[Sums], signature));
    }

    private static Result<Dictionary<string, byte[]>> Unpack(byte[] content, PackageLimits limits)
    {
        using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
        if (zip.Entries.Count > limits.Files) return PackageProblems.TooMany(limits.Files);
        var files = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        long left = limits.UnpackedBytes;
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName.EndsWith('/')) continue;
            if (!IsPlain(entry.FullName)) return PackageProblems.BadPath(entry.FullName);

            // The sizes in the directory of the zip are claims; what comes out is counted.
            using var packed = entry.Open();
            using var unpacked = new MemoryStream();
            var buffer = new byte[81920];
            int read;
            while ((read = packed.Read(buffer)) > 0)
            {
                left -= read;
                if (left < 0) return PackageProblems.TooLarge(limits.UnpackedBytes);
                unpacked.Write(buffer, 0, read);
            }

            if (!files.TryAdd(entry.FullName, unpacked.ToArray())) return PackageProblems.Twice(entry.FullName);
        }

        return files;
    }

    private static bool IsPlain(string path) =>
        path.Length <= 200 && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+')
        && path.Split('/') is { Length: > 0 } steps && steps.All(s => s.Length > 0 && s is not ("." or ".."))
        && (path is PluginManifest.File or Sums or Signature || path.StartsWith("bin/", StringComparison.Ordinal) || path.StartsWith("wwwroot/", StringComparison.Ordinal));

    /// <summary>Every file has its line in SHA256SUMS, and every line its file.</summary>
    private static Problem? SumsFault(Dictionary<string, byte[]> files)
    {
        if (!files.TryGetValue(Sums, out var sums)) return PackageProblems.Missing(Sums);
        var lines = Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            // As sha256sum writes them: the sum, two spaces or a space and a star, the path.
            if (line.Length < 67 || line[64] != ' ') return PackageProblems.BadSum(line);
            var path = line[66..];
            if (!files.TryGetValue(path, out var file) || !listed.Add(path)) return PackageProblems.BadSum(path);
            if (!line[..64].Equals(Convert.ToHexString(SHA256.HashData(file)), StringComparison.OrdinalIgnoreCase)) return PackageProblems.BadSum(path);
        }

        return files.Keys.FirstOrDefault(f => f is not (Sums or Signature) && !listed.Contains(f)) is { } unlisted ? PackageProblems.BadSum(unlisted) : null;
    }
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
