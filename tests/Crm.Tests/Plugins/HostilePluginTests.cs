using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Crm.Platform.Modules;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging;
using Crm.Tests.Records;
using Microsoft.Extensions.DependencyInjection;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Plugins;

/// <summary>Packages that are broken, forged or mean are refused by name, and what a bad plugin does stays its own affair.</summary>
public sealed class HostilePluginTests
{
    private const string Empty = """
        public sealed class M : CrmModule
        {
            public override string Key => "mean";
            public override Label Name => ("悪意", "Mean");
            public override void Configure(ModuleBuilder module) { }
        }
        """;

    [Fact]
    public async Task A_zip_that_leads_out_of_its_folder_or_bursts_or_does_not_add_up_is_refused()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var dll = PluginMaker.Compile("Plugin", Empty);
        Assert.Equal("not-a-package", await Refused(host, Encoding.UTF8.GetBytes("PK? いいえ")));
        Assert.Equal("bad-path", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, files: f => f["bin/../../etc/cron.d/mean"] = [1])));
        Assert.Equal("bad-path", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, files: f => f["/etc/passwd"] = [1])));
        Assert.Equal("bad-path", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, files: f => f["bin\\mean.dll"] = [1])));
        Assert.Equal("package-incomplete", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, sums: false)));
        Assert.Equal("bad-sum", await Refused(host, Repack(PluginMaker.Pack("mean", "1.0.0", dll), f => f["bin/Plugin.dll"] = [.. f["bin/Plugin.dll"], 0])));
        Assert.Equal("bad-sum", await Refused(host, Repack(PluginMaker.Pack("mean", "1.0.0", dll), f => f["bin/More.dll"] = [1])));
        Assert.Equal("package-too-large", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, files: f => f["wwwroot/zeros.bin"] = new byte[210 << 20])));
        Assert.Equal("bad-path", await Refused(host, Twice(PluginMaker.Pack("mean", "1.0.0", dll))));
    }

    [Fact]
    public async Task A_manifest_that_says_something_wrong_is_refused_with_the_member()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var dll = PluginMaker.Compile("Plugin", Empty);
        Assert.Equal("other-id", await Refused(host, PluginMaker.Pack("kind", "1.0.0", dll)));
        Assert.Equal("other-sdk", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, m => m["sdk"] = "[7.0.0, 8.0.0)")));
        Assert.Equal("requires", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, m => m["requires"] = new Dictionary<string, string> { ["ghost"] = "[1.0.0, 2.0.0)" })));
        Assert.Equal("name-taken", await Refused(host, PluginMaker.Pack("library", "1.0.0", PluginMaker.Compile("Plugin", Empty.Replace("mean", "library", StringComparison.Ordinal)))));
        foreach (var (member, value) in (IEnumerable<(string, object?)>)[("version", "eins"), ("sdk", "1.0"), ("publisher", ""), ("surprise", 1), ("assembly", "Plugin.exe")])
        {
            Assert.Equal("bad-manifest", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, m => m[member] = value)));
        }
    }

    [Fact]
    public async Task Only_what_a_trusted_key_signed_is_let_in()
    {
        await using var host = await TestHost.StartWith(Databases.Sqlite, null);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var dll = PluginMaker.Compile("Plugin", Empty);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<Current>().EnterInstallation(Actor.AtTheServer);
            var mediator = scope.ServiceProvider.GetRequiredService<MediatR.IMediator>();
            Assert.Equal("bad-key", (await mediator.Send(new TrustKey("発行元", "鍵ではない"))).Problems[0].Code);
            Assert.Equal("bad-key", (await mediator.Send(new TrustKey("発行元", key.ExportPkcs8PrivateKeyPem()))).Problems[0].Code);
            Assert.False((await mediator.Send(new TrustKey("発行元", key.ExportSubjectPublicKeyInfoPem()))).Failed);
        }

        Assert.Equal("not-signed", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll)));
        Assert.Equal("key-not-trusted", await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, key: stranger)));
        Assert.Equal("bad-sum", await Refused(host, Repack(PluginMaker.Pack("mean", "1.0.0", dll, key: key), f => f["plugin.json"] = [.. f["plugin.json"], (byte)' '])));
        Assert.Null(await Refused(host, PluginMaker.Pack("mean", "1.0.0", dll, key: key)));
    }

    [Fact]
    public async Task A_plugin_made_for_another_SDK_is_refused_with_what_is_missing_and_without_running()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var folder = Directory.CreateTempSubdirectory("crm-link-");
        try
        {
            // Contracts as another version of the SDK might have them.
            var other = PluginMaker.Compile("Crm.Customers.Contracts", """
                namespace Crm.Customers { public static class Future { public static string Say(int times, string what) => what; public static int Known; } public sealed class Gone { } }
                """);
            var path = Path.Combine(folder.FullName, "Crm.Customers.Contracts.dll");
            await File.WriteAllBytesAsync(path, other);
            var dll = PluginMaker.Compile("Plugin", Empty.Replace("{ }\n}", """
                {
                    System.IO.File.WriteAllText(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "crm-mean-ran"), "ran");
                    _ = Crm.Customers.Future.Say(1, "x") + Crm.Customers.Future.Known + new Crm.Customers.Gone();
                }
                }
                """, StringComparison.Ordinal), path);
            var ran = Path.Combine(Path.GetTempPath(), "crm-mean-ran");
            File.Delete(ran);

            var refused = (await host.Services.GetRequiredService<PluginStore>().Install(PluginMaker.Pack("mean", "1.0.0", dll), "テスト", CancellationToken.None)).Problems;

            Assert.Equal("not-linked", refused[0].Code);
            Assert.Contains("Crm.Customers.Future", refused[0].Message.En, StringComparison.Ordinal);
            Assert.Contains("Crm.Customers.Gone", refused[0].Message.En, StringComparison.Ordinal);
            Assert.False(File.Exists(ran));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task One_that_brings_an_assembly_of_the_host_is_refused()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var sdk = await File.ReadAllBytesAsync(typeof(Sdk.Modules.CrmModule).Assembly.Location);
        Assert.Equal("bundles-shared", await Refused(host, PluginMaker.Pack("mean", "1.0.0", PluginMaker.Compile("Plugin", Empty), files: f => f["bin/MediatR.dll"] = sdk)));
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"不機嫌\");", "Configure")]
    [InlineData("module.Permissions.Add(\"customers.all\", \"全部\", \"All\");", "customers.all")]
    [InlineData("module.Records.Extend(\"library.book\", b => b.Section(\"mean\", \"悪\", \"Mean\", s => s.Text(\"library.title\", \"題\", \"T\")));", "library.title")]
    [InlineData("module.Records.Extend(\"library.book\", b => b.Section(\"mean\", \"悪\", \"Mean\", s => s.Text(\"mean.zone\", \"域\", \"Z\").Text(\"mean.zone.name\", \"名\", \"N\")));", "mean.zone.name")]
    [InlineData("module.Screens.Add<Nothing>(\"a\", \"あ\", \"A\"); module.Screens.Add<Nothing>(\"a\", \"あ\", \"A\"); } class Nothing : Screen {", "“a”")]
    [InlineData("} [Command(\"customers.rename-company\")] public sealed record Steal : IRequest<Result>; class X : IRequestHandler<Steal, Result> { public Task<Result> Handle(Steal s, CancellationToken t) => Task.FromResult(Result.Done);", "customers.rename-company")]
    [InlineData("} class Greedy : IRequestHandler<SaveRecord, Result<SavedRecord>> { public Task<Result<SavedRecord>> Handle(SaveRecord s, CancellationToken t) => throw new Exception();", "SaveRecord")]
    [InlineData("} [Event(\"library.lent.v1\")] public sealed record E : IEvent; class N {", "library.lent.v1")]
    [InlineData("} class Lacks(System.Net.Http.HttpClient web) : IRequestHandler<Ask, Result> { public Task<Result> Handle(Ask s, CancellationToken t) => Task.FromResult(Result.Done); } public sealed record Ask : IRequest<Result>; class N {", "HttpClient")]
    public async Task A_description_that_reaches_beyond_itself_or_does_not_hold_together_is_refused(string configure, string named)
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var source = Empty.Replace("module) { }", "module) { " + configure + " }", StringComparison.Ordinal);
        var installed = await host.Services.GetRequiredService<PluginStore>().Install(PluginMaker.Pack("mean", "1.0.0", PluginMaker.Compile("Plugin", source)), "テスト", CancellationToken.None);
        Assert.Contains(installed.Problems, p => p.Message.En.Contains(named, StringComparison.Ordinal));
        Assert.Empty(host.Services.GetRequiredService<PluginHost>().Running);
        await host.Ask(new ListRecords(LibraryModule.Book));
    }

    [Fact]
    public async Task A_migration_that_fails_refuses_the_version_and_the_one_before_goes_on()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        await PluginLifeTests.Install(host, NotesPlugin.Package());
        await PluginLifeTests.SwitchOn(host);
        var broken = NotesPlugin.Source("v2", withColour: true).Replace("migrationBuilder.Column<string>(\"notes_note\", \"colour\", 20)", "migrationBuilder.Sql(\"SELECT nonsense FROM nowhere\")", StringComparison.Ordinal);
        var package = PluginMaker.Pack("notes", "2.0.0", PluginMaker.Compile("Plugin", broken), m => m["requires"] = new Dictionary<string, string> { ["library"] = "[0.0.0, 9.0.0)" });

        Assert.Equal("migration-failed", await Refused(host, package));

        Assert.Equal(new Version(1, 0, 0), host.Services.GetRequiredService<PluginHost>().Find("notes")!.Version);
        await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "まだ動く" }));
    }

    [Fact]
    public async Task One_that_throws_in_every_hook_is_closed_for_its_tenant_alone_until_it_is_switched_on_again()
    {
        await using var host = await TestHost.StartWith(Databases.Sqlite, services =>
        {
            PluginLifeTests.Settings(services);
            services.Configure<BreakerOptions>(o => o.Faults = 5);
        });
        var faults = host.Services.GetRequiredService<ModuleFaults>();
        await faults.StartAsync(CancellationToken.None);
        var other = await host.NewTenant("beta");
        await PluginLifeTests.Install(host, PluginMaker.Pack("mean", "1.0.0", PluginMaker.Compile("Plugin", """
            public sealed class M : CrmModule
            {
                public override string Key => "mean";
                public override Label Name => ("悪意", "Mean");
                public override void Configure(ModuleBuilder module) =>
                    module.Records.Extend("library.book", b => b.Section("mean", "悪", "Mean", s => s.Text("mean.note", "注", "Note")).Rule(r => throw new InvalidOperationException("いつも")));
            }
            internal sealed class Timeline : INotificationHandler<CollectTimeline>
            {
                public Task Handle(CollectTimeline gather, CancellationToken cancellationToken) => throw new InvalidOperationException("いつも");
            }
            """)));
        await PluginLifeTests.SwitchOn(host, "mean");
        await PluginLifeTests.SwitchOn(host, "mean", other);
        for (var i = 0; i < 5; i++)
        {
            var refused = await host.Send(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "坊っちゃん" }));
            if (refused.Failed) Assert.Contains("悪意", refused.Problems[0].Message.Ja, StringComparison.Ordinal);
        }

        await ShopInstallation.Eventually(async () => (await host.Services.GetRequiredService<Tenants>().Find(host.Tenant.Id, CancellationToken.None))!.Closed.ContainsKey("mean"), "the breaker");

        await host.Ask(new SaveRecord(LibraryModule.Book, null, new Dictionary<string, object?> { ["title"] = "三四郎" }));
        Assert.Contains("5 failures", (await host.Ask(new ListModules())).Single(m => m.Key == "mean").Quarantine!.Value.En, StringComparison.Ordinal);
        Assert.Contains((await host.Ask(new GetRecordTypes(), other)).SelectMany(t => t.Fields), f => f.Key == "mean.note");
        await PluginLifeTests.SwitchOn(host, "mean");
        Assert.Contains((await host.Ask(new GetRecordTypes())).SelectMany(t => t.Fields), f => f.Key == "mean.note");
        await faults.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Two_plugins_use_two_versions_of_one_library()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        var folder = Directory.CreateTempSubdirectory("crm-libs-");
        try
        {
            foreach (var (plugin, version) in (IEnumerable<(string, string)>)[("older", "1"), ("newer", "2")])
            {
                var library = PluginMaker.Compile("Shared.Words", $"public static class Words {{ public static string Say => \"{version}\"; {(version == "2" ? "public static int Added;" : "")} }}");
                var path = Path.Combine(folder.FullName, version, "Shared.Words.dll");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, library);
                var source = $$"""
                    public sealed class M : CrmModule
                    {
                        public override string Key => "{{plugin}}";
                        public override Label Name => Label.Same(Words.Say{{(version == "2" ? " + Words.Added" : "")}});
                        public override void Configure(ModuleBuilder module) { }
                    }
                    """;
                await PluginLifeTests.Install(host, PluginMaker.Pack(plugin, "1.0.0", PluginMaker.Compile("Plugin", source, path), files: f => f["bin/Shared.Words.dll"] = library));
            }

            var names = host.Services.GetRequiredService<ModuleList>().All.ToDictionary(m => m.Key, m => m.Module.Name.En);
            Assert.Equal(("1", "20"), (names["older"], names["newer"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string?> Refused(TestHost host, byte[] package)
    {
        var installed = await host.Services.GetRequiredService<PluginStore>().Install(package, "テスト", CancellationToken.None);
        Assert.All(installed.Problems, p => Assert.False(string.IsNullOrEmpty(p.Message.Ja) || string.IsNullOrEmpty(p.Message.En)));
        return installed.Problems.Count == 0 ? null : installed.Problems[0].Code;
    }

    private static byte[] Repack(byte[] package, Action<Dictionary<string, byte[]>> change)
    {
        var files = new Dictionary<string, byte[]>();
        using (var zip = new ZipArchive(new MemoryStream(package)))
        {
            foreach (var entry in zip.Entries)
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                files[entry.FullName] = content.ToArray();
            }
        }

        change(files);
        return PluginMaker.Zip(files);
    }

    private static byte[] Twice(byte[] package)
    {
        using var stream = new MemoryStream();
        stream.Write(package);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("bin/PLUGIN.dll").Open();
            entry.Write([1]);
        }

        return stream.ToArray();
    }
}
