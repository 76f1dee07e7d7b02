using Crm.Platform.Identity.Roles;
using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Plugins;

/// <summary>A plugin from its package to its end, on a host that runs all the while.</summary>
public sealed class PluginLifeTests
{
    [Theory, EveryDatabase]
    public async Task Installed_and_switched_on_it_works_at_the_next_request_and_for_nobody_else(string database)
    {
        await using var host = await Start(database);
        var other = await host.NewTenant("beta");

        await Install(host, NotesPlugin.Package());
        Assert.True((await host.Send(new ListRecords("notes.note"))).Failed);

        await SwitchOn(host);
        var note = await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "返却は金曜" }));
        Assert.Equal("返却は金曜", (await host.Ask(new GetRecord("notes.note", note.Id)))["text"]);
        var book = await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "坊っちゃん", ["notes.shelf"] = "A-1" }));
        var listed = await host.Ask(new ListRecords(LibraryModule.Book) { Filter = Filter.Eq("notes.shelf", "A-1") });
        Assert.Equal(book.Id, Assert.Single(listed.Rows).Id);

        Assert.Equal("unknown-record-type", (await host.Send(new ListRecords("notes.note"), other)).Problems[0].Code);
        Assert.DoesNotContain((await host.Ask(new GetRecordTypes(), other)).SelectMany(t => t.Fields), f => f.Key == "notes.shelf");
    }

    [Theory, EveryDatabase]
    public async Task An_upgrade_migrates_once_and_keeps_the_data(string database)
    {
        await using var host = await Start(database);
        await Install(host, NotesPlugin.Package());
        await SwitchOn(host);
        var note = await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "返却は金曜" }));

        await Install(host, NotesPlugin.Package("1.1.0", "v2", withColour: true));
        await host.Ask(new SaveRecord("notes.note", note.Id, new Dictionary<string, object?> { ["colour"] = "黄" }));

        var kept = await host.Ask(new GetRecord("notes.note", note.Id));
        Assert.Equal(("返却は金曜", "黄"), (kept["text"], kept["colour"]));
    }

    [Fact]
    public async Task Work_under_way_ends_with_the_version_it_began_with()
    {
        await using var host = await Start(Databases.Sqlite);
        await Install(host, NotesPlugin.Package());
        await SwitchOn(host);
        await using var before = await host.Scope();

        await Install(host, NotesPlugin.Package("1.1.0", "v2"));

        Assert.Equal("v1 花子 alpha", await Say(before.Services, "花子"));
        await using var after = await host.Scope();
        Assert.Equal("v2 花子 alpha", await Say(after.Services, "花子"));
    }

    [Theory, EveryDatabase]
    public async Task Removed_with_its_data_it_leaves_no_row_table_value_or_right_behind(string database)
    {
        await using var host = await Start(database);
        await Install(host, NotesPlugin.Package());
        await SwitchOn(host);
        await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "返却は金曜" }));
        var book = await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "坊っちゃん", ["notes.shelf"] = "notes棚" }));
        await host.Ask(new SaveRole(null, "係", "Clerk", new() { Records = new Dictionary<string, Reaches> { ["notes.note"] = Reaches.All, [LibraryModule.Book] = Reaches.All }, Hidden = [LibraryModule.Book + "/notes.shelf"] }));
        await host.DeliverEvents();
        Assert.Equal(book.Id, Assert.Single(await host.Ask(new SearchRecords("棚"))).Id);

        await using (var scope = host.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<Current>().EnterInstallation(Actor.AtTheServer);
            Assert.False((await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(new RemovePlugin("notes", Purge: true))).Failed);
        }

        var databases = host.Services.GetRequiredService<Platform.Storage.Databases>();
        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
        foreach (var (table, columns) in await Tables(connection, database))
        {
            Assert.DoesNotContain("notes", table, StringComparison.Ordinal);
            // That fields of others' records changed stays told in the audit, and in the queue until its events' time is up; by key, without a value in the latter.
            foreach (var column in columns.Where(c => (table, c) is not (("platform_audit", "changes") or ("platform_outbox", "payload"))))
            {
                await using var command = connection.CreateCommand();
                command.CommandText = $"SELECT COUNT(*) FROM {databases.Dialect.Quote(table)} WHERE CAST({databases.Dialect.Quote(column)} AS TEXT) LIKE '%notes%'";
                Assert.True(Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture) == 0, $"{table}.{column}");
            }
        }

        Assert.Empty(await host.Ask(new SearchRecords("棚")));
        Assert.Equal(book.Id, Assert.Single(await host.Ask(new SearchRecords("坊っちゃん"))).Id);
        Assert.Equal("坊っちゃん", (await host.Ask(new GetRecord(LibraryModule.Book, book.Id)))["title"]);
    }

    [Theory, EveryDatabase]
    public async Task Histories_call_its_fields_by_their_names_when_it_is_switched_off_or_gone(string database)
    {
        await using var host = await Start(database);
        await Install(host, RefusedPluginTests.Package("1.0.0", RefusedPluginTests.Without(
            NotesPlugin.Source(), "s.Text(\"notes.shelf\", \"棚\", \"Shelf\").Indexed().Searchable()", "s.Choice(\"notes.shelf\", \"棚\", \"Shelf\", [Choice.Of(\"top\", \"上段\", \"Top row\")])")));
        await SwitchOn(host);
        var book = await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "坊っちゃん" }));
        await host.Ask(new SaveRecord(LibraryModule.Book, book.Id, new Dictionary<string, object?> { ["notes.shelf"] = "top" }));
        async Task<FieldChange> Changed() => (await host.Ask(new GetHistory(LibraryModule.Book, book.Id))).SelectMany(e => e.Changes).Single(c => c.Field == "notes.shelf");
        Assert.Equal(("棚", "top"), ((await Changed()).Label.Ja, (await Changed()).After));

        await host.Services.GetRequiredService<Tenants>().Switch(host.Tenant.Id, "notes", on: false, CancellationToken.None);
        Assert.Equal(("棚", "Top row"), ((await Changed()).Label.Ja, (await Changed()).After));

        // A version without the field, then none at all, on another node too.
        await Install(host, RefusedPluginTests.Package("1.1.0", RefusedPluginTests.Without(NotesPlugin.Source(), "\"notes.shelf\"", "\"notes.place\"")));
        Assert.Equal(("棚", "Top row"), ((await Changed()).Label.Ja, (await Changed()).After));
        Assert.False((await host.Services.GetRequiredService<PluginStore>().Remove("notes", CancellationToken.None)).Failed);
        Assert.Equal(("棚", "Top row"), ((await Changed()).Label.Ja, (await Changed()).After));
        var audited = (await host.Ask(new Platform.Audit.ListAudit())).Entries.SelectMany(e => e.Changes).Single(c => c.Field == "notes.shelf");
        Assert.Equal(("Shelf", "Top row"), (audited.Label.En, audited.After));

        await host.Services.GetRequiredService<PluginStore>().Forget("notes", CancellationToken.None);
        await using var restarted = host.Node(Settings);
        var names = await restarted.GetRequiredService<FormerFields>().Now(CancellationToken.None);
        Assert.Equal("今はない項目（notes.shelf）", names.Told((await host.Ask(new GetRecord(LibraryModule.Book, book.Id))).Type, "notes.shelf", null, "top").Label.Ja);
    }

    [Fact]
    public async Task Another_node_follows()
    {
        await using var host = await Start(Databases.Sqlite);
        await using var second = host.Node(Settings);
        await Install(host, NotesPlugin.Package());
        await second.GetRequiredService<PluginStore>().Follow(CancellationToken.None);
        Assert.Equal(new Version(1, 0, 0), second.GetRequiredService<PluginHost>().Find("notes")?.Version);

        await Install(host, NotesPlugin.Package("1.1.0", "v2"));
        await second.GetRequiredService<PluginStore>().Follow(CancellationToken.None);
        Assert.Equal(new Version(1, 1, 0), second.GetRequiredService<PluginHost>().Find("notes")?.Version);

        Assert.False((await host.Services.GetRequiredService<PluginStore>().Remove("notes", CancellationToken.None)).Failed);
        await second.GetRequiredService<PluginStore>().Follow(CancellationToken.None);
        Assert.Null(second.GetRequiredService<PluginHost>().Find("notes"));
    }

    [Fact]
    public async Task One_that_needs_another_runs_on_every_node_whatever_order_they_are_looked_at_in()
    {
        await using var host = await Start(Databases.Sqlite);
        await using var second = host.Node(Settings);
        var store = second.GetRequiredService<PluginStore>();
        var (pie, apple) = (Plain("apple-pie", "zapple"), Plain("zapple"));
        Assert.True((await host.Services.GetRequiredService<PluginStore>().Install(pie, "テスト", CancellationToken.None)).Failed);
        await Install(host, apple);
        await Install(host, pie);

        await store.Follow(CancellationToken.None);

        Assert.Equal(["applepie", "zapple"], second.GetRequiredService<PluginHost>().Running.Select(p => p.Id));
        Assert.Empty(store.NotRunning);
        Assert.Equal("required-by", (await store.Remove("zapple", CancellationToken.None)).Problems[0].Code);

        // A new version of what is needed takes those that need it along, once each.
        await Install(host, Plain("zapple", version: "1.1.0"));
        await store.Follow(CancellationToken.None);
        Assert.Equal(new Version(1, 1, 0), second.GetRequiredService<PluginHost>().Find("zapple")!.Version);
        Assert.Equal(2, second.GetRequiredService<PluginHost>().Running.Count);
    }

    /// <summary>A plugin that does nothing, and may need another.</summary>
    private static byte[] Plain(string name, string? needs = null, string version = "1.0.0")
    {
        var id = name.Replace("-", "", StringComparison.Ordinal);
        var source = $$"""
            public sealed class M : CrmModule
            {
                public override string Key => "{{id}}";
                public override Label Name => ("{{name}}", "{{name}}");
                public override void Configure(ModuleBuilder module) { {{(needs is null ? "" : $"module.Requires(\"{needs}\");")}} }
            }
            """;
        return PluginMaker.Pack(id, version, PluginMaker.Compile("Plugin", source), m =>
        {
            if (needs is not null) m["requires"] = new Dictionary<string, string> { [needs] = "[1.0.0, 2.0.0)" };
        });
    }

    private static async Task<List<(string Table, List<string> Columns)>> Tables(System.Data.Common.DbConnection connection, string database)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = database == Databases.Sqlite
            ? "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE '%fts%' AND t.name NOT LIKE 'sqlite_%' AND upper(c.type) NOT LIKE '%BLOB%'"
            : "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type <> 'bytea'";
        var rows = new List<(string Table, string Column)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add((reader.GetString(0), reader.GetString(1)));
        return [.. rows.GroupBy(r => r.Table).Select(g => (g.Key, g.Select(r => r.Column).ToList()))];
    }

    internal static void Settings(IServiceCollection services) => services.Configure<PluginOptions>(o => (o.AllowUnsigned, o.Grace) = (true, TimeSpan.Zero));

    internal static Task<TestHost> Start(string database) => TestHost.StartWith(database, Settings);

    internal static async Task<LoadedPlugin> Install(TestHost host, byte[] package)
    {
        var installed = await host.Services.GetRequiredService<PluginStore>().Install(package, "テスト", CancellationToken.None);
        Assert.True(!installed.Failed, string.Join("\n", installed.Problems.Select(p => p.Message.En)));
        return installed.Value;
    }

    internal static Task SwitchOn(TestHost host, string plugin = "notes", TenantInfo? tenant = null) =>
        host.Services.GetRequiredService<Tenants>().Switch((tenant ?? host.Tenant).Id, plugin, on: true, CancellationToken.None);

    /// <summary>Sends the plugin's command by its name, as the API does.</summary>
    internal static async Task<string> Say(IServiceProvider scope, string to)
    {
        var command = scope.GetRequiredService<Current>().Catalog.Set.Command("notes.say")!;
        var answer = (Result<string>)(await command.Send(scope.GetRequiredService<MediatR.IMediator>(), Activator.CreateInstance(command.Type, to)!, CancellationToken.None))!;
        return answer.Value;
    }
}
