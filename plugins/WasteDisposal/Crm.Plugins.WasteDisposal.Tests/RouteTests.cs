using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.RouteChecks;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>Waste kind × contract × permit × place.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task A_route_within_contracts_and_permits_is_clear_and_names_them()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();

        var answer = await host.Ask(Check(parties));

        Assert.Empty(answer.Findings);
        Assert.Equal(["運搬契約", "01300190102", "01200190102", "処分契約", "05520190101"], answer.Grounds.Select(g => g.Title));
    }

    [Fact]
    public async Task Without_contracts_and_permits_each_missing_thing_is_named()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);

        var answer = await host.Ask(Check(parties));

        Assert.Equal(["no-disposal-contract", "no-permit", "no-permit", "no-transport-contract"], answer.Findings.Select(f => f.Code).Order());
        Assert.All(answer.Findings, f => Assert.NotEmpty(f.Source));
        Assert.Contains("湾岸運輸株式会社 との収集運搬の委託契約", answer.Findings.Single(f => f.Code == "no-transport-contract").Reason.Ja, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sludge", new string[0], new[] { "contract-lacks-kind", "permit-lacks-kind" })]
    [InlineData("plastics", new[] { "special" }, new[] { "contract-lacks-kind", "permit-lacks-kind" })]
    [InlineData("plastics", new[] { "asbestos" }, new[] { "contract-lacks-kind", "permit-lacks-kind" })]
    public async Task Waste_out_of_scope_is_named(string kind, string[] flags, string[] codes)
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();

        var answer = await host.Ask(Check(parties) with { WasteKind = kind, Flags = flags });

        Assert.Equal(codes, answer.Findings.Select(f => f.Code).Distinct().Order());
    }

    [Fact]
    public async Task A_permit_is_needed_where_it_is_loaded_and_where_it_is_unloaded()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var saitama = await host.Save(WasteContract.Site, ("name", "川口の現場"), ("kind", "origin"), ("companyId", parties.Generator), ("prefecture", "埼玉県"), ("city", "川口市"));

        var answer = await host.Ask(Check(parties) with { SiteId = saitama });

        var finding = Assert.Single(answer.Findings);
        Assert.Equal("permit-elsewhere", finding.Code);
        Assert.Contains("埼玉県", finding.Reason.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permit_of_a_city_holds_in_the_city()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        await parties.Permit(parties.Disposer, "05520190101", ("city", "千葉市"));

        var answer = await host.Ask(Check(parties) with { TransporterId = null });

        Assert.Equal(["no-disposal-contract"], answer.Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task In_a_designated_city_the_mayor_permits_treatment_and_the_governor_transport()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("number", "01220190101"), ("city", null));

        var finding = Assert.Single((await host.Ask(Check(parties))).Findings);
        Assert.Equal("permit-elsewhere", finding.Code);
        Assert.Contains("千葉市 の許可がありません", finding.Reason.Ja, StringComparison.Ordinal);

        var ichihara = await host.Save(WasteContract.Site, ("name", "市原工場"), ("kind", "treatment"), ("companyId", parties.Disposer), ("prefecture", "千葉県"), ("city", "市原市"));
        Assert.DoesNotContain("permit-elsewhere", (await host.Ask(Check(parties) with { DestinationId = ichihara })).Findings.Select(f => f.Code));

        var transship = await host.Save(WasteContract.Site, ("name", "積替え場"), ("kind", "transshipment"), ("companyId", parties.Transporter), ("prefecture", "千葉県"), ("city", "船橋市"));
        Assert.Contains(
            (await host.Ask(Check(parties) with { DisposerId = null, DestinationId = transship })).Findings,
            f => f.Code == "permit-elsewhere" && f.Reason.Ja.Contains("船橋市", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_permit_of_a_city_nobody_named_is_only_a_hint()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("city", null));
        var unnamed = await host.Ask(Check(parties));
        Assert.Equal(("permit-city-unknown", true), (Assert.Single(unnamed.Findings).Code, unnamed.Clear));

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("city", "船橋市"));
        Assert.Equal("permit-elsewhere", Assert.Single((await host.Ask(Check(parties))).Findings).Code);
    }

    [Theory]
    [InlineData("2020-10-01", true)] // before Matsumoto had a say
    [InlineData("2022-10-01", false)]
    public void A_prefecture_s_permit_from_before_the_city_was_designated_holds_until_it_expires(string issued, bool holds)
    {
        var permit = new Permits.Permit { Number = "02020190101", IssuedOn = DateOnly.Parse(issued) };
        var place = new Sites.Site { Kind = "treatment", Address = new() { Prefecture = "長野県", City = "松本市" } };

        Assert.Equal(holds, Permits.PermitReach.Of(permit, place, transport: false) == Permits.PermitFit.Here);
    }

    [Fact]
    public void There_are_82_cities_whose_mayors_give_permits() => Assert.Equal(82, Law.DesignatedCities.All.Distinct().Count());

    [Fact]
    public async Task What_was_found_is_taken_back_when_its_cause_is_mended()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("wasteKinds", "metal"));
        var contract = (await host.List(WasteContract.Contract, Sdk.Records.Filter.Eq("form", "disposal"), "form")).Rows[0].Id;
        await host.Change(WasteContract.Contract, contract, ("endsOn", "2026-10-31"));
        await host.Change(WasteContract.Site, parties.Origin, ("prefecture", "埼玉県"), ("city", "川口市"), ("street", null));
        IReadOnlyDictionary<string, object?>[] rows = [.. Enumerable.Range(0, 450).Select(i => parties.Manifest("2026-11-01", ("number", $"{i:00000000000}")).ToDictionary(v => v.Field, v => v.Value))];
        await host.Ask(new Sdk.Records.SaveRecords(WasteContract.Manifest, rows));
        await host.DeliverEvents();
        Assert.Equal(450, await With("permit-lacks-kind"));
        Assert.Equal(450, await With("contract-not-in-force"));
        Assert.Equal(450, await With("permit-elsewhere"));

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("wasteKinds", "plastics"));
        await host.DeliverEvents();
        Assert.Equal(0, await With("permit-lacks-kind"));

        await host.Change(WasteContract.Contract, contract, ("endsOn", "2027-03-31"));
        await host.DeliverEvents();
        Assert.Equal(0, await With("contract-not-in-force"));

        await host.Change(WasteContract.Site, parties.Origin, ("prefecture", "東京都"), ("city", "大田区"));
        await host.DeliverEvents();
        Assert.Equal(0, await With("permit-elsewhere"));

        async Task<long> With(string code) =>
            (await host.Ask(new Sdk.Records.ListRecords(WasteContract.Manifest) { Filter = new Sdk.Records.Filter.Compare("routeFindings", Sdk.Records.FilterOp.Contains, code), Fields = ["number"], Limit = 1, Count = true })).Count!.Value;
    }

    [Fact]
    public async Task A_company_that_becomes_a_large_generator_is_noted_with_its_open_manifests()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        var id = await host.Save(WasteContract.Manifest, parties.Manifest("2026-11-01", ("flags", "special")));
        await host.DeliverEvents();
        Assert.DoesNotContain("electronic-required", (string[])(await host.Record(WasteContract.Manifest, id))["routeFindings"]!);

        await host.Change(CustomersContract.Company, parties.Generator, (WasteContract.CompanyFields.LargeGenerator, "special"));
        await host.DeliverEvents();

        Assert.Contains("electronic-required", (string[])(await host.Record(WasteContract.Manifest, id))["routeFindings"]!);
    }

    [Fact]
    public async Task An_expired_permit_warns_and_one_under_renewal_hints()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("expiresOn", "2026-10-31"));
        var expired = await host.Ask(Check(parties));
        Assert.Equal(("permit-expired", RouteWeight.Warning, false), (Assert.Single(expired.Findings).Code, expired.Findings[0].Weight, expired.Clear));

        await host.Change(WasteContract.Permit, parties.DisposalPermit, ("renewalAppliedOn", "2026-08-01"));

        var pending = await host.Ask(Check(parties));
        Assert.Equal(("renewal-pending", RouteWeight.Hint, true), (Assert.Single(pending.Findings).Code, pending.Findings[0].Weight, pending.Clear));
    }

    [Fact]
    public async Task A_destination_that_is_not_the_contracted_one_is_named()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var other = await host.Save(WasteContract.Site, ("name", "第二工場"), ("kind", "treatment"), ("companyId", parties.Disposer), ("prefecture", "千葉県"), ("city", "千葉市中央区"));

        var answer = await host.Ask(Check(parties) with { DestinationId = other });

        Assert.Equal(["destination-differs", "destination-differs"], answer.Findings.Select(f => f.Code));
        Assert.Contains("新港リサイクルセンター", answer.Findings[0].Reason.Ja, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_generator_of_special_waste_is_reminded_of_the_electronic_manifest()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        await host.Change(CustomersContract.Company, parties.Generator, (WasteContract.CompanyFields.LargeGenerator, "special"));
        var check = Check(parties) with { Flags = ["special"], Electronic = false };

        Assert.Contains("electronic-required", (await host.Ask(check)).Findings.Select(f => f.Code));
        Assert.DoesNotContain("electronic-required", (await host.Ask(check with { On = new(2020, 3, 31) })).Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task A_manifest_is_saved_with_the_warning_and_its_reason()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();

        var id = await host.Save(WasteContract.Manifest, parties.Manifest("2026-11-01", ("wasteKind", "sludge")));
        await host.DeliverEvents();

        Assert.Equal(["contract-lacks-kind", "permit-lacks-kind"], ((string[])(await host.Record(WasteContract.Manifest, id))["routeFindings"]!).Order());
        Assert.Contains("「汚泥」がありません", await host.Render<RouteCard>(WasteContract.Manifest, id), StringComparison.Ordinal);

        await host.Change(WasteContract.Manifest, id, ("wasteKind", "plastics"));
        await host.DeliverEvents();
        Assert.Null((await host.Record(WasteContract.Manifest, id))["routeFindings"]);
    }

    [Fact]
    public async Task The_form_warns_while_a_manifest_is_typed()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        var form = $"/r/waste.manifest/new?generatorId={parties.Generator}&siteId={parties.Origin}&disposerId={parties.Disposer}&destinationId={parties.Plant}&issuedOn=2026-11-01";

        Assert.Contains("の事業の範囲に「汚泥」がありません", (await host.Get(form + "&wasteKind=sludge")).Text, StringComparison.Ordinal);
        Assert.Contains("登録されている契約と許可の範囲内です", (await host.Get(form + "&wasteKind=plastics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_screen_asks_and_answers_and_so_does_the_API()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();

        var screen = await host.Get($"/x/waste/route?generatorId={parties.Generator}&siteId={parties.Origin}&transporterId={parties.Transporter}&disposerId={parties.Disposer}&destinationId={parties.Plant}&wasteKind=sludge&issuedOn=2026-11-01");
        var api = await host.Post("/api/v1/commands/waste.check-route", new { generatorId = parties.Generator, wasteKind = "plastics", disposerId = parties.Disposer, destinationId = parties.Plant, on = "2026-11-01", flags = Array.Empty<string>() });

        Assert.Contains("の事業の範囲に「汚泥」がありません", screen.Text, StringComparison.Ordinal);
        Assert.Equal(200, api.Status);
        Assert.Contains("05520190101", api.Text, StringComparison.Ordinal);
        Assert.Equal("waste.unknown-kind", (await host.Send(new CheckRoute(parties.Generator, "gold"))).Problems[0].Code);
    }

    private static CheckRoute Check(Parties parties) => new(parties.Generator, "plastics", new(2026, 11, 1))
    {
        SiteId = parties.Origin, TransporterId = parties.Transporter, DisposerId = parties.Disposer, DestinationId = parties.Plant,
    };
}
