using System.Runtime.CompilerServices;
using Crm.Platform.Plugins;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Crm.Tests.Tabular;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Plugins;

/// <summary>What replaced versions leave in memory. Runs alone: the heap is one for all tests, and a collection of everything halts them.</summary>
[Collection(nameof(MemoryTests))]
public sealed class UpgradeMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Fifty_upgrades_leave_little_behind()
    {
        await using var host = await PluginLifeTests.Start(Databases.Sqlite);
        await PluginLifeTests.Install(host, NotesPlugin.Package());
        await PluginLifeTests.SwitchOn(host);
        var plugins = host.Services.GetRequiredService<PluginHost>();
        long first = 0;
        for (var i = 1; i <= 50; i++)
        {
            await Upgrade(host, i);
            await plugins.Reclaim();
            if (i % 5 == 0) Collect();
            if (i == 5) first = GC.GetTotalMemory(forceFullCollection: true);
        }

        await plugins.Reclaim();
        for (var i = 0; i < 10 && plugins.StillInMemory.Count > 0; i++) Collect();
        var grown = (GC.GetTotalMemory(forceFullCollection: true) - first) >> 20;
        output.WriteLine($"contexts alive: {plugins.StillInMemory.Count}; heap grown by {grown} MB over 45 upgrades");
        Assert.True(plugins.StillInMemory.Count <= 5, $"{plugins.StillInMemory.Count} contexts alive: {string.Join(", ", plugins.StillInMemory.Select(p => p.Name))}");
        Assert.True(grown < 20, $"The heap grew by {grown} MB.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task Upgrade(TestHost host, int n)
    {
        await PluginLifeTests.Install(host, NotesPlugin.Package($"1.1.{n}", "v1"));
        await using var scope = await host.Scope();
        Assert.Equal("v1 次郎 alpha", await PluginLifeTests.Say(scope.Services, "次郎"));
        await host.Ask(new SaveRecord("notes.note", null, new Dictionary<string, object?> { ["text"] = "付箋 " + n }));
        await host.Ask(new SaveRecord(LibraryModule.Author, null, new Dictionary<string, object?> { ["name"] = "漱石 " + n }));
        await host.DeliverEvents();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
