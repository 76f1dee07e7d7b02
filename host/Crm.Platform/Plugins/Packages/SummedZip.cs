using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Crm.Sdk;

namespace Crm.Platform.Plugins.Packages;

/// <summary>
/// A zip that carries the sums of its files and a signature over them: what plugins and editions are shipped as. Read whole and checked;
/// nothing is written to disk.
/// </summary>
internal static class SummedZip
{
    public const string Sums = "SHA256SUMS";
    public const string Signature = "SHA256SUMS.sig";

    /// <summary>The files by path; refused is what is too large, leads out of its folder, does not belong, or does not add up.</summary>
    public static Result<Dictionary<string, byte[]>> Read(byte[] content, PackageLimits limits, Predicate<string> belongs)
    {
        if (content.Length > limits.PackageBytes) return PackageProblems.TooLarge(limits.PackageBytes);
        try
        {
            var files = Unpack(content, limits, belongs);
            return !files.Failed && SumsFault(files.Value) is { } fault ? fault : files;
        }
        catch (InvalidDataException)
        {
            return PackageProblems.NotAPackage();
        }
    }

    /// <summary>The same files make the same bytes, whenever and wherever: in order, without times.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, byte[]> files)
    {
        var listed = files.Where(f => f.Key is not (Sums or Signature)).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        var sums = Encoding.UTF8.GetBytes(string.Concat(listed.Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n")));
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, bytes) in listed.Append(new(Sums, sums)))
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var to = entry.Open();
                to.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The zip with a signature by a private key (ECDSA P-256, PEM) in place of the one it had.</summary>
    public static byte[] Signed(byte[] content, byte[] sums, string pem)
    {
        using var signer = ECDsa.Create();
        signer.ImportFromPem(pem);
        var signature = signer.SignData(sums, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        using var stream = new MemoryStream();
        stream.Write(content);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(Signature)?.Delete();
            using var entry = zip.CreateEntry(Signature).Open();
            entry.Write(signature);
        }

        return stream.ToArray();
    }

    /// <summary>The key among those given that signed the sums; null when none did or there is no signature.</summary>
    public static TrustedKey? SignedBy(IReadOnlyDictionary<string, byte[]> files, IEnumerable<TrustedKey> keys) =>
        files.TryGetValue(Signature, out var signature) ? keys.FirstOrDefault(k => k.Verifies(files[Sums], signature)) : null;

    private static Result<Dictionary<string, byte[]>> Unpack(byte[] content, PackageLimits limits, Predicate<string> belongs)
    {
        using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
        if (zip.Entries.Count > limits.Files) return PackageProblems.TooMany(limits.Files);
        var files = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        long left = limits.UnpackedBytes;
        foreach (var entry in zip.Entries)
        {
            if (entry.FullName.EndsWith('/')) continue;
            if (!IsPlain(entry.FullName) || !belongs(entry.FullName)) return PackageProblems.BadPath(entry.FullName);

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
        && path.Split('/') is { Length: > 0 } steps && steps.All(s => s.Length > 0 && s is not ("." or ".."));

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
