using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Crm.Sdk.Modules;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Documentation;

/// <summary>
/// The module that docs/adding-a-module.md shows, taken out of the page and built as a reader would build it, with the analyzers of the house.
/// What is built already is not built again: the tree's projects are referenced as the assemblies beside these tests.
/// </summary>
public sealed partial class SampleModule : IAsyncLifetime
{
    public const string HostProject = "host/Crm.Host/Crm.Host.csproj";

    private const string TestProject = "Crm.Tests.Sample";

    private static readonly Dictionary<string, string> Shown = Block().Matches(File.ReadAllText(Tree.PathOf("docs", "adding-a-module.md")))
        .ToDictionary(block => block.Groups["path"].Value, block => block.Groups["text"].Value, StringComparer.Ordinal);

    private readonly string folder = Directory.CreateTempSubdirectory("crm-sample-").FullName;
    private readonly AssemblyLoadContext loaded = new("the sample of the page");
    private Assembly? module;

    /// <summary>The line the page adds to the host's project file.</summary>
    public static string HostLine => Shown[HostProject];

    /// <summary>The files of the page by path.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = Shown.Where(f => f.Key != HostProject).ToDictionary();

    /// <summary>The page's own tests.</summary>
    public static KeyValuePair<string, string> TestFile => Files.Single(f => f.Key.EndsWith("Tests.cs", StringComparison.Ordinal));

    /// <summary>The same, built.</summary>
    internal Assembly TestAssembly { get; private set; } = null!;

    /// <summary>A new one each time, as each host makes its own.</summary>
    internal CrmModule New() => (CrmModule)Activator.CreateInstance(module!.GetExportedTypes().Single(t => t.IsSubclassOf(typeof(CrmModule))))!;

    public async Task InitializeAsync()
    {
        foreach (var shared in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", "global.json", "eng/BannedSymbols.txt"])
        {
            Write(shared, await File.ReadAllTextAsync(Tree.PathOf(shared)));
        }

        var projects = Files.Keys.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).ToList();
        foreach (var (path, text) in Files) Write(path, projects.Contains(path) ? Standalone(path) : text);
        var tests = Path.GetDirectoryName(TestFile.Key)!;
        Write($"{tests}/{TestProject}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <Using Include="Xunit" />
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{AppContext.BaseDirectory}*.dll" Exclude="{string.Join(';', projects.Select(AssemblyOf))}" Private="false" />
                {string.Concat(projects.Select(p => $"""<ProjectReference Include="{Path.GetRelativePath(tests, p)}" />"""))}
              </ItemGroup>
            </Project>
            """);
        var built = await Build($"{tests}/{TestProject}.csproj");

        foreach (var name in projects.Select(Path.GetFileNameWithoutExtension).Append(TestProject))
        {
            // From memory, so that the folder can go while the assembly stays.
            using var bytes = new MemoryStream(await File.ReadAllBytesAsync(Path.Combine(built, name + ".dll")));
            var assembly = loaded.LoadFromStream(bytes);
            if (name == TestProject) TestAssembly = assembly;
            else if (!name!.EndsWith(".Contracts", StringComparison.Ordinal)) module = assembly;
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A project file of the page with the tree's projects replaced by what they were built to, and by the packages they pass on.</summary>
    private static string Standalone(string path)
    {
        var project = XDocument.Parse(Files[path]);
        var built = new Dictionary<string, XDocument>(StringComparer.Ordinal);
        Follow(path, project, built);
        project.Descendants("ProjectReference").Where(r => built.ContainsKey(Target(path, r))).Remove();
        project.Root!.Add(new XElement(
            "ItemGroup",
            built.Keys.Select(b => new XElement("Reference", new XAttribute("Include", AssemblyOf(b)), new XAttribute("Private", "false"))),
            built.Values.SelectMany(b => b.Descendants("PackageReference")).Select(r => new XElement(r))));
        return project.ToString();
    }

    /// <summary>Finds the tree's projects that a project references, directly or through others.</summary>
    private static void Follow(string path, XDocument project, Dictionary<string, XDocument> built)
    {
        foreach (var target in project.Descendants("ProjectReference").Select(r => Target(path, r)))
        {
            if (Files.TryGetValue(target, out var shown))
            {
                Follow(target, XDocument.Parse(shown), built);
                continue;
            }

            Assert.True(File.Exists(Tree.PathOf(target)), $"{path} references {target}, which is not there.");
            if (built.TryAdd(target, XDocument.Load(Tree.PathOf(target)))) Follow(target, built[target], built);
        }
    }

    private static string AssemblyOf(string project) => Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(project) + ".dll");

    private static string Target(string path, XElement reference) =>
        Path.GetRelativePath(Tree.Root, Path.GetFullPath(Tree.PathOf(Path.GetDirectoryName(path)!, reference.Attribute("Include")!.Value))).Replace('\\', '/');

    /// <summary>Builds from what is on this machine, and answers with the folder of the result.</summary>
    private async Task<string> Build(string project)
    {
        var nowhere = Directory.CreateDirectory(Path.Combine(folder, "no-feed")).FullName;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "build", project, "-nologo", "-v", "q", "-clp:ErrorsOnly", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:RestoreSources={nowhere}" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // What the build that runs these tests said to itself is not for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var build = Process.Start(start)!;
        var (output, errors) = (build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, $"docs/adding-a-module.md does not build:\n{await output}{await errors}");
        return Path.Combine(folder, Path.GetDirectoryName(project)!, "bin", "Debug", "net10.0");
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>A path alone on its line, and the block below it.</summary>
    [GeneratedRegex(@"^`(?<path>[\w./-]+/[\w.-]+)`\n```\w+\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Block();
}
