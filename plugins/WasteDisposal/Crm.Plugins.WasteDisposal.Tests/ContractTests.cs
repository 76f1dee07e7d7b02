using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>The items of the law in contracts, by the law of their day.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task A_contract_of_2025_and_one_of_2026_are_judged_by_different_law()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: true);

        var before = await host.Refusals(WasteContract.Contract, parties.Contract("2025-12-31", ("prtrContent", true)));
        var after = await host.Refusals(WasteContract.Contract, parties.Contract("2026-01-01", ("prtrContent", true)));
        var stated = await host.Refusals(WasteContract.Contract, parties.Contract("2026-01-01", ("prtrContent", true), ("prtrSubstances", "トルエン"), ("prtrAmounts", "約 3 %")));

        Assert.Empty(before);
        Assert.Equal(["prtrSubstances:waste.contract-lacks-prtr"], after);
        Assert.Empty(stated);
    }

    [Fact]
    public async Task The_substances_are_asked_of_generators_under_the_PRTR_act_only()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);

        Assert.Empty(await host.Refusals(WasteContract.Contract, parties.Contract("2026-04-01", ("prtrContent", true))));
    }

    [Fact]
    public async Task An_older_contract_meets_the_new_item_when_it_is_renewed()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: true);
        var contract = await host.Save(WasteContract.Contract, parties.Contract("2025-04-01", ("prtrContent", true)));

        var renewed = await host.Send(new Sdk.Records.SaveRecord(WasteContract.Contract, contract, new Dictionary<string, object?> { ["renewedOn"] = "2026-04-01" }));

        Assert.Equal("waste.contract-lacks-prtr", Assert.Single(renewed.Problems).Code);
    }

    [Fact]
    public async Task A_concluded_contract_without_an_item_is_refused_by_its_name()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);

        foreach (var (field, item) in new[]
        {
            ("fee", "fee"), ("wasteKinds", "kind"), ("quantity", "quantity"), ("nature", "nature"), ("packaging", "nature"), ("mixing", "mixing"), ("decay", "decay"), ("cautions", "cautions"),
            ("changeNotice", "change-notice"), ("completionReport", "completion"), ("untreatedWaste", "untreated"), ("permitCopyAttached", "permit-copy"), ("scopeText", "scope"), ("endsOn", "term"),
            ("disposalPlaceId", "disposal-place"), ("disposalMethod", "disposal-method"), ("disposalCapacity", "disposal-capacity"),
            ("finalPlaceText", "final-place"), ("finalMethod", "final-method"), ("finalCapacity", "final-capacity"),
        })
        {
            Assert.EndsWith(":waste.contract-lacks-" + item, Assert.Single(await host.Refusals(WasteContract.Contract, parties.Contract("2026-04-01", (field, null)))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_draft_and_a_contract_to_be_mended_are_kept_with_what_they_lack()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);
        var contract = await host.Save(WasteContract.Contract, parties.Contract("2024-04-01", ("status", "incomplete"), ("fee", null), ("containsListed", null)));

        await host.DeliverEvents();

        Assert.Equal(["fee", "asbestos-mercury"], (string[])(await host.Record(WasteContract.Contract, contract))["missingItems"]!);
        var list = await host.Ask(new GetChecklist(contract));
        Assert.Equal((ClauseState.Missing, "廃棄物処理法施行規則第8条の4の2第2号"), list.Lines.Where(l => l.Key == "fee").Select(l => (l.State, l.Source)).Single());
        Assert.Equal(ClauseState.NotYetLaw, list.Lines.Single(l => l.Key == "prtr").State);
        Assert.Contains("料金", await host.Render<ChecklistCard>(WasteContract.Contract, contract), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_becomes_known_of_the_generator_is_noted_with_its_contracts()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);
        var contract = await host.Save(WasteContract.Contract, parties.Contract("2026-04-01"));
        await host.DeliverEvents();
        Assert.Null((await host.Record(WasteContract.Contract, contract))["missingItems"]);

        await host.Change(CustomersContract.Company, parties.Generator, (WasteContract.CompanyFields.Prtr, true));
        await host.DeliverEvents();

        Assert.Equal(["prtr"], (string[])(await host.Record(WasteContract.Contract, contract))["missingItems"]!);
    }

    [Fact]
    public async Task The_form_says_what_is_still_wanted_by_the_law_of_its_day()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: true);
        var form = $"/r/waste.contract/new?form=disposal&generatorId={parties.Generator}";

        var before = (await host.Get(form + "&concludedOn=2025-12-31")).Text;
        var after = (await host.Get(form + "&concludedOn=2026-01-01")).Text;

        Assert.Contains("2025/12/31 の法令で点検", before, StringComparison.Ordinal);
        Assert.DoesNotContain("第一種指定化学物質の名称と量又は割合", before, StringComparison.Ordinal);
        Assert.Contains("第一種指定化学物質の名称と量又は割合", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Transshipment_has_items_of_its_own()
    {
        var values = new Dictionary<string, object?> { ["form"] = "transport", ["transships"] = true, ["wasteKinds"] = new[] { "plastics" }, ["transshipPlace"] = "千葉市美浜区新港" };
        var judged = ContractClauses.Judge(new(key => values.GetValueOrDefault(key), false), new(2026, 4, 1)).ToDictionary(j => j.Clause.Key, j => j.State);

        Assert.Equal(ClauseState.Stated, judged["transship-place"]);
        Assert.Equal(ClauseState.Missing, judged["transship-limit"]);
        Assert.Equal(ClauseState.Missing, judged["transship-mixing"]);
        Assert.Equal(ClauseState.NotNeeded, judged["disposal-place"]);
    }

    [Fact]
    public async Task A_contract_is_kept_five_years_from_its_end()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);

        var contract = await host.Save(WasteContract.Contract, parties.Contract("2025-04-01", ("endsOn", "2026-03-31")));

        Assert.Equal(new DateOnly(2031, 3, 31), (await host.Record(WasteContract.Contract, contract))["keepUntil"]);
    }

    [Fact]
    public async Task Its_items_are_printed_on_one_page()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: false);
        var contract = await host.Save(WasteContract.Contract, parties.Contract("2026-04-01"));

        var page = await host.Get($"/r/waste.contract/{contract}/print/waste.contract-items");

        Assert.Equal(200, page.Status);
        Assert.Contains("18,000 円/t", page.Text, StringComparison.Ordinal);
        Assert.Contains("施行規則第8条の4の2第7号", page.Text, StringComparison.Ordinal);
    }
}
