// The packages that authors reference, in a folder that nuget.config names.
using System.Security.Cryptography;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Authoring;

/// <summary>An installation carries the packages in its folder <c>sdk</c>; a source tree makes them.</summary>
internal static class SdkFeed
{
    /// <summary>Puts the packages into the folder and answers with their version.</summary>
    public static async Task<Result<string>> Fill(string folder, TextWriter progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var carried = Path.Combine(AppContext.BaseDirectory, "sdk");
        if (Directory.Exists(carried))
        {
            foreach (var package in Directory.GetFiles(carried, "*.nupkg")) File.Copy(package, Path.Combine(folder, Path.GetFileName(package)), overwrite: true);
            return Path.GetFileNameWithoutExtension(Directory.GetFiles(carried, "Crm.Sdk.Testing.*.nupkg").Single())["Crm.Sdk.Testing.".Length..];
        }

        if (SourceTree() is not { } root)
        {
            return new Problem(
                "no-sdk", ("SDK のパッケージが見つかりません。", "The SDK's packages are not here."),
                ("sdk フォルダーを含む配布物か、ソースツリーの ./crm を使ってください。", "Use a distribution with the folder sdk, or ./crm of a source tree."));
        }

        await progress.WriteLineAsync(Texts.L("SDK のパッケージを作成しています…", "Making the SDK's packages…"));
        var project = Path.Combine(root, "eng", "sdk.proj");
        var built = await Dotnet.Run(["msbuild", project, "-t:Build", "-nologo", "-v:q"], root, cancellation);
        if (built.Failed) return Result<string>.Fail(built.Problems);

        // Packages are cached by version on the machine of the author: another content must have another version.
        var version = $"{typeof(Result).Assembly.GetName().Version!.ToString(3)}-src.{Digest(root)}";
        if (File.Exists(Path.Combine(folder, $"Crm.Sdk.Testing.{version}.nupkg"))) return version;
        var packed = await Dotnet.Run(["msbuild", project, "-t:Pack", $"-p:Feed={Path.GetFullPath(folder)}", $"-p:PackageVersion={version}", "-nologo", "-v:q"], root, cancellation);
        return packed.Failed ? Result<string>.Fail(packed.Problems) : version;
    }

    /// <summary>The source tree this host was built in; null for an installation.</summary>
    public static string? SourceTree()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "eng", "sdk.proj"))) return folder.FullName;
        }

        return null;
    }

    private static string Digest(string root)
    {
        var output = Path.Combine(root, "host", "Crm.Sdk.Testing", "bin", "Release", "net10.0");
        var (sdk, kit) = (Path.Combine(root, "host", "Crm.Sdk", "build"), Path.Combine(root, "host", "Crm.Sdk.Testing", "build"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(output, "Crm.*.dll").Concat(Directory.GetFiles(sdk)).Concat(Directory.GetFiles(kit)).Order(StringComparer.Ordinal)) hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..10];
    }
}
