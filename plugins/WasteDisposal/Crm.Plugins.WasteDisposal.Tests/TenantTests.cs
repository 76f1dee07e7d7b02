using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>On for one tenant, off for another, off and on again.</summary>
public sealed class TenantTests
{
    [Fact]
    public async Task Another_tenant_sees_nothing_of_it()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Save(WasteContract.Manifest, parties.Manifest("2026-05-01"));
        var with = await host.NewTenant("beta");
        var without = await host.NewTenant("gamma", withPlugins: false);

        Assert.Empty((await with.List(WasteContract.Manifest)).Rows);
        Assert.Empty((await with.List(WasteContract.Permit)).Rows);
        Assert.Equal(404, (await without.Get("/x/waste/chase")).Status);
        Assert.Equal(404, (await without.Get($"/r/{WasteContract.Manifest}")).Status);
        Assert.DoesNotContain("廃棄物処理", (await without.Get($"/r/{CustomersContract.Company}/new")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_hides_and_on_again_shows_what_was_there()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var manifest = await host.Save(WasteContract.Manifest, parties.Manifest("2026-05-01"));

        await host.Switch(WasteContract.Plugin, on: false);
        Assert.Equal(404, (await host.Get("/x/waste/chase")).Status);

        await host.Switch(WasteContract.Plugin, on: true);
        await host.DeliverEvents();
        Assert.Equal("b2", (await ManifestTests.Waits(host, manifest)).Step);
    }

    [Fact]
    public async Task Every_page_is_there()
    {
        await using var host = await CrmTestHost.Start();

        foreach (var page in new[]
        {
            "/x/waste/chase", "/x/waste/chase?show=all", "/x/waste/route", "/x/waste/report", "/x/waste/law", "/r/waste.manifest/print/waste.manifest-list", "/api/v1/settings/waste", "/r/waste.manifest", "/r/waste.manifest/new", "/r/waste.contract/new",
            "/r/waste.permit/new", "/r/waste.site", "/r/waste.report",
        })
        {
            Assert.Equal((page, 200), (page, (await host.Get(page)).Status));
        }
    }
}
