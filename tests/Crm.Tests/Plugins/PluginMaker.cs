using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crm.Platform.Plugins.Packages;

namespace Crm.Tests.Plugins;

/// <summary>Makes plugins out of source text with the compiler of the SDK, and packages out of assemblies: good ones and bad ones.</summary>
internal static class PluginMaker
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Compiled = new(StringComparer.Ordinal);

    private const string Usings = """
        using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks;
        using Crm.Sdk; using Crm.Sdk.Jobs; using Crm.Sdk.Messaging; using Crm.Sdk.Modules; using Crm.Sdk.Records; using Crm.Sdk.Storage; using Crm.Sdk.Tenancy; using Crm.Sdk.Users; using Crm.Sdk.Mail; using Crm.Sdk.Files; using Crm.Sdk.Web;
        using MediatR; using Microsoft.AspNetCore.Components; using Microsoft.AspNetCore.Components.Rendering; using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Infrastructure; using Microsoft.EntityFrameworkCore.Migrations; using Microsoft.Extensions.DependencyInjection;

        """;

    /// <summary>A library, compiled once for the same source.</summary>
    public static byte[] Compile(string assembly, string source, params string[] references) =>
        Compiled.GetOrAdd(assembly + "\n" + source + string.Join('\n', references), _ => new Lazy<byte[]>(() => Run(assembly, Usings + source, references))).Value;

    /// <summary>A package as the SDK's build makes it.</summary>
    public static byte[] Pack(string id, string version, byte[] assembly, Action<Dictionary<string, object?>>? manifest = null, Action<Dictionary<string, byte[]>>? files = null, ECDsa? key = null, bool sums = true)
    {
        var written = new Dictionary<string, object?>
        {
            ["id"] = id, ["version"] = version, ["name"] = new { ja = id, en = id }, ["publisher"] = "テスト", ["sdk"] = "[0.1.0, 1.0.0)", ["assembly"] = "Plugin.dll",
        };
        manifest?.Invoke(written);
        var content = new Dictionary<string, byte[]>
        {
            ["plugin.json"] = JsonSerializer.SerializeToUtf8Bytes(written), ["bin/Plugin.dll"] = assembly,
        };
        files?.Invoke(content);
        if (sums) content[PluginPackage.Sums] = Encoding.UTF8.GetBytes(string.Concat(content.Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n")));
        if (key is not null) content[PluginPackage.Signature] = key.SignData(content[PluginPackage.Sums], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Zip(content);
    }

    public static byte[] Zip(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static byte[] Run(string assembly, string source, string[] references)
    {
        var folder = Directory.CreateTempSubdirectory("crm-plugin-").FullName;
        try
        {
            var (code, dll, response) = (Path.Combine(folder, "plugin.cs"), Path.Combine(folder, assembly + ".dll"), Path.Combine(folder, "csc.rsp"));
            File.WriteAllText(code, source);
            var given = references.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
            var known = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(r => !given.Contains(Path.GetFileName(r))).Concat(references);
            File.WriteAllLines(response, ["/nologo", "/target:library", "/nullable:enable", "/langversion:latest", "/deterministic", "/nowarn:CS1701,CS8618", $"/out:\"{dll}\"", .. known.Select(r => $"/reference:\"{r}\""), $"\"{code}\""]);
            using var compiler = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.Contains("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath! : "dotnet", ["exec", Compiler(), "/noconfig", "@" + response])
            {
                RedirectStandardOutput = true, UseShellExecute = false,
            })!;
            var output = compiler.StandardOutput.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? File.ReadAllBytes(dll) : throw new InvalidOperationException(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>csc of the newest SDK beside the runtime that runs the tests.</summary>
    private static string Compiler()
    {
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.GetDirectories(Path.Combine(dotnet, "sdk")).Select(d => Path.Combine(d, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Order(StringComparer.Ordinal).Last();
    }
}
