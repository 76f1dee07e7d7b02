using System.Collections.Concurrent;
using System.Diagnostics;
using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Crm.Tests.Plugins;

/// <summary>People go on working while a new version of a plugin is installed over the one they use.</summary>
public sealed class UpgradeUnderLoadTests(ITestOutputHelper output)
{
    private const int CallsASecond = 20;

    [Theory, EveryDatabase]
    public async Task No_request_fails_while_a_version_replaces_another_and_new_requests_see_the_new_one(string database)
    {
        await using var host = await ApiHost.Start(database, [new LibraryModule()], ("Plugins:AllowUnsigned", "true"), ("Plugins:Grace", "00:00:01"), ("Plugins:Look", "00:00:00.5"));
        var (store, plugins) = (host.Services.GetRequiredService<PluginStore>(), host.Services.GetRequiredService<PluginHost>());
        await Install(store, NotesPlugin.Package(files: Style("v1")));
        var tenant = await host.NewTenant();
        await host.Services.GetRequiredService<Tenants>().Switch(tenant.Info.Id, NotesPlugin.Id, on: true, CancellationToken.None);
        var browser = await tenant.BrowserWith("administrator");
        var first = (await tenant.Admin.Post("records/notes.note", new { text = "最初の付箋" })).Is(201).Id;
        var style = StyleOf((await browser.Send(HttpMethod.Get, "/x/notes/board")).Text);
        Assert.Equal("v1", (await tenant.Admin.Without().Get(style)).Is(200).Text);

        using var over = new CancellationTokenSource();
        var calls = new ConcurrentBag<Call>();
        var load = Load(tenant, browser, calls, over.Token);
        await Task.Delay(1_000);
        var begun = Stopwatch.GetTimestamp();
        await Install(store, NotesPlugin.Package("1.1.0", "v2", withColour: true, Style("v2")));
        var replaced = Stopwatch.GetTimestamp();
        await Task.Delay(1_500);
        await over.CancelAsync();
        await load;

        Assert.All(calls, c => Assert.True(c.Status is 200 or 201, $"{c.What}: {c.Status} {c.Said}"));
        Assert.Contains(calls, c => c.Ended < begun && c.Said.Contains("v1", StringComparison.Ordinal));
        var after = calls.Where(c => c.Began > replaced && c.What != "save").ToList();
        Assert.NotEmpty(after);
        Assert.All(after, c => Assert.Contains("v2", c.Said, StringComparison.Ordinal));
        output.WriteLine($"{calls.Count} requests, {calls.Count(c => c.Ended > begun && c.Began < replaced)} of them during the upgrade of {Stopwatch.GetElapsedTime(begun, replaced).TotalMilliseconds:0} ms");

        // Nothing is lost, the table has its new column once, and pages of the version before still get a style.
        Assert.Equal("最初の付箋", (await tenant.Admin.Get($"records/notes.note/{first}")).Is(200)["text"].GetString());
        (await tenant.Admin.Patch($"records/notes.note/{first}", new { colour = "黄" })).Is(200);
        Assert.Equal(calls.Count(c => c is { What: "save", Status: 201 }) + 1, (await tenant.Admin.Get("records/notes.note?count=true&limit=1")).Is(200)["count"].GetInt32());
        Assert.Equal(2, await Migrations(host));
        Assert.Equal("v2", (await tenant.Admin.Without().Get(style)).Is(200).Text);
        Assert.NotEqual(style, StyleOf((await browser.Send(HttpMethod.Get, "/x/notes/board")).Text));
        Assert.Equal(new Version(1, 1, 0), plugins.Find(NotesPlugin.Id)!.Version);
    }

    /// <summary>Somebody opens the plugin's page, somebody uses its command, somebody saves its records: in turns, whether or not the ones before have their answers.</summary>
    private static async Task Load(ApiTenant tenant, BrowserClient browser, ConcurrentBag<Call> calls, CancellationToken over)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / CallsASecond));
        var underWay = new List<Task>();
        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            underWay.Add(One(n));
            try
            {
                await clock.WaitForNextTickAsync(over);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(underWay);

        async Task One(int n)
        {
            var began = Stopwatch.GetTimestamp();
            var (what, answer) = (n % 3) switch
            {
                0 => ("page", await browser.Send(HttpMethod.Get, "/x/notes/board")),
                1 => ("command", await tenant.Admin.Post("commands/notes.say", new { to = "花子" })),
                _ => ("save", await tenant.Admin.Post("records/notes.note", new { text = $"付箋 {n}" })),
            };
            calls.Add(new(what, answer.Status, answer.Text, began, Stopwatch.GetTimestamp()));
        }
    }

    private static async Task<int> Migrations(ApiHost host)
    {
        var databases = host.Services.GetRequiredService<Platform.Storage.Databases>();
        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        return (await new Sql(databases.Dialect, connection).Rows($"SELECT {Sql.Raw(databases.Dialect.Quote("MigrationId"))} FROM {Sql.Raw(TableOwner.History(NotesPlugin.Id))}", r => r.Text(0), CancellationToken.None)).Count;
    }

    private static async Task Install(PluginStore store, byte[] package)
    {
        var installed = await store.Install(package, "テスト", CancellationToken.None);
        Assert.True(!installed.Failed, string.Join("\n", installed.Problems.Select(p => p.Message.En)));
    }

    private static Action<Dictionary<string, byte[]>> Style(string says) => files => files["wwwroot/css/notes.css"] = System.Text.Encoding.UTF8.GetBytes(says);

    private static string StyleOf(string page) => System.Text.RegularExpressions.Regex.Match(page, "/assets/[0-9a-f]{12}/plugin/notes/css/notes.css", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;

    private sealed record Call(string What, int Status, string Said, long Began, long Ended);
}
