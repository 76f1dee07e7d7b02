// The real host with all modules and a plugin, and a company with a past: what the costs of pages are counted on.
using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Platform.Plugins;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Support;
using Crm.Support.Contracts;
using Crm.Tests.Api;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Performance;

/// <summary>Tests that count share one host.</summary>
[CollectionDefinition(Name)]
public sealed class CostCollection : ICollectionFixture<CostHost>
{
    public const string Name = "Cost";
}

/// <summary>One host on PostgreSQL for all tests that count; nothing is started where there is none.</summary>
public sealed class CostHost : IAsyncLifetime
{
    private const string Waste = "waste";
    private const int Companies = 120;
    private const int Deals = 90;

    private ApiHost? host;

    internal RequestCosts Costs { get; } = new();

    internal ApiTenant Tenant { get; private set; } = null!;

    internal BrowserClient Browser { get; private set; } = null!;

    /// <summary>What stands in braces in the addresses of tests: a company with a past, one of its people, a deal, a manifest.</summary>
    internal Dictionary<string, Guid> Known { get; } = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        if (!Databases.HasPostgreSql) return;

        // A session that is looked up once more in the middle would be counted with whatever page it met.
        host = await ApiHost.Start(Databases.PostgreSql, [new CustomersModule(), new DealsModule(), new SupportModule()], ("Plugins:AllowUnsigned", "true"), ("Identity:Recheck", "1.00:00:00"));
        var installed = await host.Services.GetRequiredService<PluginStore>().Install(await File.ReadAllBytesAsync(Package()), "テスト", CancellationToken.None);
        Assert.True(!installed.Failed, string.Join("\n", installed.Problems.Select(p => p.Message.En)));
        Tenant = await host.NewTenant();
        await host.Services.GetRequiredService<Tenants>().Switch(Tenant.Info.Id, Waste, on: true, CancellationToken.None);
        Browser = await Tenant.BrowserWith("administrator");
        await Fill();
    }

    public async Task DisposeAsync()
    {
        Costs.Dispose();
        if (host is not null) await host.DisposeAsync();
    }

    /// <summary>An address with the ids of known records in the place of their names.</summary>
    internal string Address(string path) => Known.Aggregate(path, (address, known) => address.Replace("{" + known.Key + "}", known.Value.ToString(), StringComparison.Ordinal));

    private async Task Fill()
    {
        var companies = await Save(CustomersContract.Company, Companies, i => new() { ["name"] = $"第{i:000}工業株式会社", ["phone"] = $"03-1234-{i:0000}" });
        var company = Known["company"] = companies[0];
        await Save(CustomersContract.Company, 3, i => new() { ["name"] = $"第000工業株式会社 第{i}工場", ["parentId"] = company });
        var people = await Save(CustomersContract.Person, 40, i => new() { ["lastName"] = "佐藤", ["firstName"] = $"花子{i}", ["companyId"] = company });
        Known["person"] = people[0];
        await Save(CustomersContract.Purchase, 60, i => new() { ["companyId"] = company, ["personId"] = people[i % 3], ["productName"] = "切削油", ["boughtOn"] = $"2026-0{(i % 9) + 1}-10", ["amount"] = 12_000 });
        await Save(CustomersContract.Note, 60, i => new() { ["companyId"] = company, ["personId"] = people[0], ["title"] = $"訪問 {i}", ["writtenAt"] = $"2026-10-{(i % 28) + 1:00}T10:00:00+09:00" });
        var stages = (await Tenant.Ask(new ListRecords(DealsContract.Stage) { Fields = ["position"], Limit = 500 })).Rows;
        var deals = await Save(DealsContract.Deal, Deals, i => new()
        {
            ["name"] = $"案件 {i:000}", ["companyId"] = companies[i % 30], ["personId"] = people[i % 40], ["stageId"] = stages[i % stages.Count].Id, ["amount"] = 300_000, ["expectedClose"] = "2027-02-20", ["openedOn"] = "2026-10-01", ["content"] = "年間契約",
        });
        Known["deal"] = deals[0];
        await Save(DealsContract.Activity, 60, i => new() { ["subject"] = $"打ち合わせ {i}", ["startsAt"] = $"2026-11-{(i % 28) + 1:00}T10:00:00+09:00", ["dealId"] = deals[i % 20], ["companyId"] = company });
        for (var i = 0; i < 6; i++)
        {
            Known["inquiry"] = await Tenant.Ask(new OpenInquiry($"請求書について {i}") { CompanyId = company, PersonId = people[0], Complaint = i == 0, Content = "先月の請求書を再発行してください。" });
        }

        var sites = await Save("waste.site", 2, i => new() { ["name"] = $"第{i}事業場", ["kind"] = i == 0 ? "origin" : "treatment", ["companyId"] = companies[i], ["prefecture"] = "東京都", ["city"] = "大田区", ["street"] = "本羽田2-12-1" });
        var manifests = await Save("waste.manifest", 70, i => new()
        {
            ["number"] = $"{70_000_000_000 + i}", ["medium"] = "paper", ["issuedOn"] = "2026-06-10", ["generatorId"] = company, ["siteId"] = sites[0], ["transporterId"] = companies[1], ["disposerId"] = companies[2], ["destinationId"] = sites[1],
            ["wasteKind"] = "plastics", ["quantity"] = 2.5m, ["unit"] = "t",
        });
        Known["manifest"] = manifests[0];
    }

    private async Task<List<Guid>> Save(string type, int count, Func<int, Dictionary<string, object?>> row)
    {
        var saved = await Tenant.Ask(new SaveRecords(type, [.. Enumerable.Range(0, count).Select(row)]));
        Assert.All(saved.Rows, r => Assert.True(r.Id is not null, string.Join("; ", r.Problems.Select(p => $"{type} {p.Field}: {p.Message.En}"))));
        return [.. saved.Rows.Select(r => r.Id!.Value)];
    }

    /// <summary>The plugin as its build packed it.</summary>
    private static string Package()
    {
        var built = Tree.PathOf("plugins", "WasteDisposal", "Crm.Plugins.WasteDisposal", "bin", new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name, "net10.0");
        return Directory.GetFiles(built, "waste-*.crmplugin").MaxBy(File.GetLastWriteTimeUtc) ?? throw new InvalidOperationException($"There is no package in {built}.");
    }
}
