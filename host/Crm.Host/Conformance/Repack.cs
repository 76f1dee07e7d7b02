using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Crm.Platform.Plugins.Packages;

namespace Crm.Host.Conformance;

/// <summary>A package once more under another version, with sums that add up and without signature.</summary>
internal static class Repack
{
    public static byte[] As(byte[] package, Version version)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        using (var zip = new ZipArchive(new MemoryStream(package), ZipArchiveMode.Read))
        {
            foreach (var entry in zip.Entries.Where(e => e.FullName is not (PluginPackage.Sums or PluginPackage.Signature)))
            {
                using var content = new MemoryStream();
                using (var packed = entry.Open()) packed.CopyTo(content);
                files[entry.FullName] = content.ToArray();
            }
        }

        var manifest = JsonNode.Parse(files[PluginManifest.File])!;
        manifest["version"] = version.ToString(3);
        files[PluginManifest.File] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        files[PluginPackage.Sums] = Encoding.UTF8.GetBytes(string.Concat(files.Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n")));
        using var made = new MemoryStream();
        using (var zip = new ZipArchive(made, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return made.ToArray();
    }
}
