using Crm.Plugins.WasteDisposal.Agreements;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>Contracts and permits that were renewed or are over. The clock stands at 2026-11-20.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task A_contract_that_renewed_by_itself_is_judged_by_the_law_of_that_day()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: true);
        var contract = parties.Contract("2024-04-01", ("endsOn", "2025-03-31"), ("renewsByItself", true), ("prtrContent", true));

        Assert.Equal(["prtrSubstances:waste.contract-lacks-prtr"], await host.Refusals(WasteContract.Contract, contract));

        var kept = await host.Save(WasteContract.Contract, [.. contract.Where(v => v.Field != "status"), ("status", "incomplete")]);
        await host.DeliverEvents();
        var list = await host.Ask(new GetChecklist(kept));
        Assert.Equal((new DateOnly(2026, 4, 1), ClauseState.Missing), (list.JudgedBy, list.Lines.Single(l => l.Key == "prtr").State));
        Assert.Equal(["prtr"], (string[])(await host.Record(WasteContract.Contract, kept))["missingItems"]!);
    }

    [Fact]
    public async Task The_morning_after_its_end_a_renewal_is_written_down_and_what_the_new_law_wants_is_missing()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host, prtr: true);
        var contract = await host.Save(WasteContract.Contract, parties.Contract("2025-11-22", ("endsOn", "2026-11-21"), ("renewsByItself", true), ("prtrContent", true)));
        await host.DeliverEvents();
        Assert.Null((await host.Record(WasteContract.Contract, contract))["missingItems"]);

        await host.AdvanceTime(TimeSpan.FromDays(2));
        await host.DeliverEvents();

        var renewed = await host.Record(WasteContract.Contract, contract);
        Assert.Equal((new DateOnly(2026, 11, 22), new DateOnly(2027, 11, 21), "incomplete"), (renewed["renewedOn"], renewed["endsOn"], renewed["status"]));
        Assert.Equal(["prtr"], (string[])renewed["missingItems"]!);
        var route = await host.Ask(new CheckRoute(parties.Generator, "plastics", new(2026, 11, 22)) { DisposerId = parties.Disposer, DestinationId = parties.Plant });
        Assert.Contains("contract-to-be-mended", route.Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task Each_end_of_a_contract_that_renews_by_itself_is_reminded_of_once()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.As("administrator");
        var parties = await Parties.Make(host);
        await hanako.Save(WasteContract.Contract, parties.Contract("2026-10-22", ("title", "毎月更新の契約"), ("endsOn", "2026-11-21"), ("renewsByItself", true)));

        await host.AdvanceTime(TimeSpan.FromDays(4));
        await host.DeliverEvents();
        await host.AdvanceTime(TimeSpan.FromDays(1));
        await host.DeliverEvents();

        // The first end on its last day, the next one with 29 days left.
        Assert.Equal(["2026-12-21", "2026-11-21"], (await hanako.Messages()).Select(m => m.Ja.Split("「毎月更新の契約」は ")[1][..10]));
    }

    [Theory]
    [InlineData("2024-04-01", "2025-03-31", "2026-11-20", "2026-04-01", "2027-03-31")] // a year
    [InlineData("2024-04-01", "2024-09-30", "2026-11-20", "2026-10-01", "2027-03-31")] // half a year
    [InlineData("2024-06-15", "2025-03-31", "2026-11-20", "2026-04-01", "2027-03-31")] // the rest of a fiscal year, then years
    [InlineData("2024-04-01", "2025-03-31", "2025-04-01", "2025-04-01", "2026-03-31")] // the first day of the second term
    [InlineData("2024-04-01", "2025-03-31", "2025-03-31", null, null)] // the last day of the first
    [InlineData("2024-04-01", "9999-12-31", "2026-11-20", null, null)]
    public void A_term_is_followed_by_terms_as_long(string begins, string ends, string today, string? renewed, string? until)
    {
        var last = Renewals.Last([DateOnly.Parse(begins)], DateOnly.Parse(ends), DateOnly.Parse(today));

        Assert.Equal((renewed, until), (last?.On.ToString("yyyy-MM-dd"), last?.Ends.ToString("yyyy-MM-dd")));
    }

    [Fact]
    public void A_contract_that_is_over_was_in_force_until_its_end()
    {
        var contract = new Contract { Status = "ended", ConcludedOn = new(2024, 4, 1), StartsOn = new(2024, 4, 1), EndsOn = new(2025, 3, 31), RenewsByItself = true, EndedOn = new(2026, 10, 31) };

        Assert.True(contract.InForce(new(2026, 5, 1)));
        Assert.True(contract.InForce(new(2026, 10, 31)));
        Assert.False(contract.InForce(new(2026, 11, 1)));
        Assert.False(contract.InForce(new(2024, 3, 31)));
    }

    [Fact]
    public async Task An_ended_contract_leaves_older_manifests_as_they_were_and_must_say_when_it_ended()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var contract = (await host.List(WasteContract.Contract, Sdk.Records.Filter.Eq("form", "disposal"), "form")).Rows[0].Id;
        await host.Change(WasteContract.Contract, contract, ("status", "ended"), ("endedOn", "2026-10-31"));

        Assert.Empty((await host.Ask(Check(parties, new(2026, 10, 30)))).Findings);
        Assert.Equal(["contract-not-in-force"], (await host.Ask(Check(parties, new(2026, 11, 1)))).Findings.Select(f => f.Code));
        Assert.Equal(["endedOn:waste.contract-end-undated"], await host.Refusals(WasteContract.Contract, parties.Contract("2026-04-01", ("status", "ended"), ("renewsByItself", true))));
    }

    [Fact]
    public async Task A_renewed_permit_still_covers_what_was_carried_before_the_renewal()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("renewalAppliedOn", "2029-01-10"));

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("issuedOn", "2029-04-01"), ("expiresOn", "2034-03-31"));

        Assert.Empty((await host.Ask(Check(parties, new(2026, 11, 1)))).Findings);
        var permit = await host.Record(WasteContract.Permit, parties.DisposalPermit);
        Assert.Equal(new DateOnly(2024, 4, 1), permit["firstIssuedOn"]);
    }

    [Fact]
    public async Task A_new_permit_after_a_gap_is_no_renewal()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var changes = new Dictionary<string, object?> { ["issuedOn"] = "2029-06-01", ["expiresOn"] = "2034-05-31" };

        var refused = await host.Send(new Sdk.Records.SaveRecord(WasteContract.Permit, parties.DisposalPermit, changes));
        Assert.Equal("waste.permit-gap", Assert.Single(refused.Problems).Code);

        await host.Ask(new Sdk.Records.SaveRecord(WasteContract.Permit, parties.DisposalPermit, new Dictionary<string, object?>(changes) { ["firstIssuedOn"] = "2029-06-01" }));
        Assert.Equal("permit-not-yet", Assert.Single((await host.Ask(Check(parties, new(2026, 11, 1)))).Findings).Code);
    }

    [Fact]
    public void An_application_that_led_to_the_permit_is_pending_no_more()
    {
        var permit = new Permits.Permit { IssuedOn = new(2026, 4, 1), ExpiresOn = new(2031, 3, 31), RenewalAppliedOn = new(2026, 2, 10) };

        Assert.False(permit.RenewalPending);
        Assert.False(permit.InForce(new(2031, 4, 1)));
    }

    private static CheckRoute Check(Parties parties, DateOnly on) => new(parties.Generator, "plastics", on)
    {
        SiteId = parties.Origin, TransporterId = parties.Transporter, DisposerId = parties.Disposer, DestinationId = parties.Plant,
    };
}
