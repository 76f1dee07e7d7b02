using Crm.Host;
using Crm.Host.Conformance;
using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Crm.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace Crm.Tests.Plugins;

/// <summary>
/// Every plugin of the product goes through its whole life, known by its package alone; here on the servers, on SQLite in the plugin's own
/// tests.
/// </summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    public static IEnumerable<object[]> Packages() =>
        from folder in Directory.GetDirectories(Path.Combine(Tree.Root, "plugins"))
        from project in Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories)
        where File.ReadAllText(project).Contains("<PluginId>", StringComparison.Ordinal) && !project.Contains($"{Path.DirectorySeparatorChar}template{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from database in Infrastructure.Databases.Reachable
        where database != Infrastructure.Databases.Sqlite || Infrastructure.Databases.Reachable.Count() == 1
        select new object[] { Path.GetRelativePath(Tree.Root, Path.GetDirectoryName(project)!), database };

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task A_plugin_of_the_product_conforms(string project, string database)
    {
        var package = Directory.GetFiles(Path.Combine(Tree.Root, project, "bin"), "*.crmplugin", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc);
        Assert.True(package is not null, $"{project} made no package.");

        var report = await Check(database, await File.ReadAllBytesAsync(package));

        foreach (var line in report.NotChecked) output.WriteLine("not checked: " + line.En);
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures.Select(f => f.En)));
    }

    [Fact]
    public async Task What_does_not_conform_is_told()
    {
        var source = NotesPlugin.Source().Replace("page.AddContent(2, said);", "throw new InvalidOperationException(\"boom\");", StringComparison.Ordinal);
        var broken = PluginMaker.Pack(NotesPlugin.Id, "1.0.0", PluginMaker.Compile("Plugin", source), m => m["requires"] = new Dictionary<string, string> { ["library"] = "[0.0.0, 9.0.0)" });

        var report = await Check(Infrastructure.Databases.Sqlite, broken, new Records.LibraryModule());

        Assert.Contains(report.Failures, f => f.En.Contains("/x/notes/board", StringComparison.Ordinal));
        Assert.Contains(report.NotChecked, n => n.En.Contains("sample data", StringComparison.Ordinal));
        Assert.Empty((await Check(Infrastructure.Databases.Sqlite, NotesPlugin.Package(), new Records.LibraryModule())).Failures);

        // What is refused at the door is told with its cure.
        var refused = Assert.Single((await Check(Infrastructure.Databases.Sqlite, RefusedPluginTests.Package("1.0.0", RefusedPluginTests.Forgotten()), new Records.LibraryModule())).Failures);
        Assert.StartsWith("install: The field colour (Colour) of notes.note has no column", refused.En, StringComparison.Ordinal);
        Assert.Contains("→ Add a new migration with migrationBuilder.Column<string>(\"notes_note\", \"colour\", 20);", refused.En, StringComparison.Ordinal);
    }

    private static async Task<ConformanceReport> Check(string database, byte[] package, params CrmModule[] modules)
    {
        var boxed = modules.Length > 0 ? modules : CrmApp.FindModules();
        await using var data = await TestHost.Start(database, [.. boxed]);
        var storage = data.Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        await using var app = CrmApp.Build(
            ["--urls", "http://127.0.0.1:0"],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Storage:Provider"] = database, ["Storage:ConnectionString"] = storage.ConnectionString, ["Storage:DataFolder"] = storage.DataFolder,
                    ["Identity:PasswordRounds"] = "1000", ["Plugins:AllowUnsigned"] = "true",
                });
                builder.Logging.ClearProviders();
            },
            boxed);
        await CrmApp.Migrate(app, CancellationToken.None);
        await app.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        return await new PluginConformance(app, http).Check(package);
    }
}
