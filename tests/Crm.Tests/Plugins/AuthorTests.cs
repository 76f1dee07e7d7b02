using System.Diagnostics;
using Crm.Customers;
using Crm.Host.CommandLine;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Tenancy;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Plugins;

/// <summary>A plugin by somebody who has nothing but the command line: made, built, tested, looked into.</summary>
public sealed class AuthorTests(StrangersPlugin stranger) : IClassFixture<StrangersPlugin>
{
    [Fact]
    public void What_the_template_makes_builds_and_passes_its_own_tests() => Assert.Contains("Passed!", stranger.Tested, StringComparison.Ordinal);

    [Fact]
    public void The_package_holds_the_plugin_and_what_it_alone_uses()
    {
        var files = PluginPackage.Read(File.ReadAllBytes(stranger.Package), new PackageLimits()).Value.Files.Keys;

        Assert.Equal(["SHA256SUMS", "bin/Acme.Parking.dll", "bin/Acme.Parking.pdb", "bin/Markdig.dll", "plugin.json", "wwwroot/img/park.svg"], files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_manifest_says_what_the_project_says()
    {
        var manifest = PluginPackage.Read(File.ReadAllBytes(stranger.Package), new PackageLimits()).Value.Manifest;

        Assert.Equal(("parking", new Version(1, 0, 0), new Sdk.Label("駐車場", "Parking"), "青葉; 商店"), (manifest.Id, manifest.Version, manifest.Name, manifest.Publisher));
        Assert.Equal("[0.1.0, 1.0.0)", manifest.Sdk.ToString());
        Assert.Equal("customers", Assert.Single(manifest.Requires).Key);
    }

    [Fact]
    public async Task Its_field_and_its_screen_are_seen_in_a_browser()
    {
        await using var host = await ApiHost.Start(Infrastructure.Databases.Sqlite, [new CustomersModule()], ("Plugins:AllowUnsigned", "true"));
        var tenant = await host.NewTenant();
        var installed = await host.Services.GetRequiredService<PluginStore>().Install(await File.ReadAllBytesAsync(stranger.Package), "テスト", CancellationToken.None);
        Assert.True(!installed.Failed, string.Join("\n", installed.Problems.Select(p => p.Message.En)));
        await host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, "parking", on: true, CancellationToken.None);
        var browser = await tenant.BrowserWith("administrator");

        var form = (await browser.Send(HttpMethod.Get, Sdk.Web.Routes.New("customers.company"))).Is(200).Text;
        var screen = (await browser.Send(HttpMethod.Get, "/x/parking/board")).Is(200).Text;

        Assert.Contains("訪問間隔（日）", form, StringComparison.Ordinal);
        Assert.Contains("これからの訪問", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_stands_where_an_id_stands_and_in_no_sentence()
    {
        // What dotnet new puts in the place of the template's own id, wherever it finds it.
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Path.GetDirectoryName(stranger.Project))!, "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var text = await File.ReadAllTextAsync(file);
            Assert.DoesNotMatch(@"(?<!\w)parking [a-z]|[a-z] parking(?![\w.])|_parking_", text);
        }
    }

    [Fact]
    public async Task Nothing_changed_means_the_same_package()
    {
        var before = File.GetLastWriteTimeUtc(stranger.Package);

        await stranger.Dotnet("build", stranger.Project, "--no-restore");

        Assert.Equal(before, File.GetLastWriteTimeUtc(stranger.Package));
    }

    [Fact]
    public async Task What_the_project_does_not_say_is_asked_for_in_both_languages()
    {
        var output = await stranger.Dotnet("build", stranger.Project, "--no-restore", "-p:PluginNameJa=", "-p:BaseOutputPath=bin2/");

        Assert.Contains("error CRM0003", output, StringComparison.Ordinal);
        Assert.Contains("PluginNameJa", output, StringComparison.Ordinal);
        Assert.Contains("日本語と英語の名称が必要です", output, StringComparison.Ordinal);
        Assert.Contains("error CRM0008", await stranger.Dotnet("build", stranger.Project, "--no-restore", "-p:PluginNameEn=Say \\"), StringComparison.Ordinal);
    }
}

/// <summary>A plugin made from the template in a folder of its own, with a library and a picture added, built and tested once.</summary>
public sealed class StrangersPlugin : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("crm-author-").FullName;

    public string Project => Path.Combine(folder, "Acme.Parking", "Acme.Parking.csproj");

    public string Package => Path.Combine(folder, "Acme.Parking", "bin", "Debug", "net10.0", "parking-1.0.0.crmplugin");

    /// <summary>What <c>dotnet test</c> said.</summary>
    public string Tested { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var (said, complained) = (new StringWriter(), new StringWriter());
        var code = await CrmCommandLine.Run(
            ["plugin", "new", folder, "--id", "parking", "--name", "Acme.Parking", "--ja", "駐車場", "--en", "Parking"], new Surroundings(said, complained, CancellationToken.None));
        Assert.True(code == ExitCode.Ok, complained.ToString());

        var project = await File.ReadAllTextAsync(Project);
        await File.WriteAllTextAsync(Project, project
            .Replace("<Publisher>Acme.Parking<", "<Publisher>青葉%3B 商店<", StringComparison.Ordinal)
            .Replace("<PluginRequires", """<PackageReference Include="Markdig" Version="1.4.1" /><PluginRequires""", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(folder, "Acme.Parking", "wwwroot", "img"));
        await File.WriteAllTextAsync(Path.Combine(folder, "Acme.Parking", "wwwroot", "img", "park.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Tested = await Dotnet("test", folder);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    internal async Task<string> Dotnet(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [.. words, "-nologo"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(inherited);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await errors;
    }
}
