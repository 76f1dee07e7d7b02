using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>What happens to customers happens to their permits, contracts and manifests too.</summary>
public sealed class CustomerTests
{
    [Fact]
    public async Task A_merge_of_companies_moves_their_papers_and_its_undo_moves_them_back()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var manifest = await host.Save(WasteContract.Manifest, parties.Manifest("2026-05-01"));
        var survivor = await host.Save(CustomersContract.Company, ("name", "湾岸運輸㈱"));
        await host.DeliverEvents();

        var merge = await host.Ask(new MergeCustomers(CustomersContract.Company, survivor, parties.Transporter));
        await host.DeliverEvents();

        Assert.Equal(survivor, (await host.Record(WasteContract.Manifest, manifest))["transporterId"]);
        Assert.All((await host.List(WasteContract.Permit, Filter.Eq("kind", "0"), "companyId")).Read(), p => Assert.Equal(survivor, p.Reference("companyId")));

        await host.Change(WasteContract.Manifest, manifest, ("quantity", 3m));

        // The route of the changed manifest is checked anew first: an undo that meets a save under way is refused as a whole.
        await host.DeliverEvents();
        Assert.Empty((await host.Send(new UndoMerge(merge))).Problems.Select(p => p.Message.En));
        await host.DeliverEvents();

        var back = await host.Record(WasteContract.Manifest, manifest);
        Assert.Equal((parties.Transporter, 3m), (back["transporterId"], back["quantity"]));
    }

    [Fact]
    public async Task A_sole_proprietor_is_told_of_their_manifests_and_an_erasure_keeps_them_for_five_years()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(CustomersContract.Company, parties.Transporter, ("kind", CustomersContract.SoleProprietor), ("representative", "早乙女 千鶴"));
        var manifest = await host.Save(WasteContract.Manifest, parties.Manifest("2026-05-01"));
        var owner = await host.Save(CustomersContract.Person, ("lastName", "早乙女"), ("firstName", "千鶴"), ("companyId", parties.Transporter));
        var clerk = await host.Save(CustomersContract.Person, ("lastName", "大谷"), ("firstName", "五郎"), ("companyId", parties.Transporter));

        Assert.Contains("青葉製作所 羽田工場", (await host.Get($"/x/customers/download/disclosure?personId={owner}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("青葉製作所 羽田工場", (await host.Get($"/x/customers/download/disclosure?personId={clerk}")).Text, StringComparison.Ordinal);

        var request = await host.Save(CustomersContract.PersonRequest, ("personId", owner), ("kind", "erasure"), ("receivedOn", "2026-11-20"), ("identityCheck", "document"));
        var erased = await host.Post("/api/v1/commands/customers.erase-person", new { requestId = request });

        Assert.True(erased.Status is 200 or 204, erased.Text);
        Assert.Equal("t", (await host.Record(WasteContract.Manifest, manifest))["unit"]);
        var answer = await host.Record(CustomersContract.PersonRequest, request);
        Assert.Equal("partly", answer["state"]);
        Assert.Matches("12条の3|Waste Disposal Act", (string)answer["result"]!);
        Assert.True((DateOnly)answer["keptUntil"]! >= new DateOnly(2031, 5, 1));
    }
}
