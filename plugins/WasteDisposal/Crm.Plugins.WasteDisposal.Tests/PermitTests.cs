using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Overview;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;

namespace Crm.Plugins.WasteDisposal.Tests;

/// <summary>Permits, their expiry, and what companies and the dashboard show of it. The clock stands at 2026-11-20.</summary>
public sealed class PermitTests
{
    [Fact]
    public async Task A_permit_reads_its_number_and_fills_its_expiry()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);

        var usual = await host.Save(WasteContract.Permit, ("companyId", parties.Transporter), ("number", "1300190102"), ("issuedOn", "2024-04-01"));
        var excellent = await host.Save(WasteContract.Permit, ("companyId", parties.Disposer), ("number", "056-7-0-190101"), ("issuedOn", "2024-04-01"), ("excellent", true), ("city", "横浜市"));

        var (first, second) = (await host.Record(WasteContract.Permit, usual), await host.Record(WasteContract.Permit, excellent));
        Assert.Equal(("01300190102", "0", "東京都", new DateOnly(2029, 3, 31)), (first["number"], first["kind"], first["authority"], first["expiresOn"]));
        Assert.Equal(("05670190101", "7", "横浜市", new DateOnly(2031, 3, 31)), (second["number"], second["kind"], second["authority"], second["expiresOn"]));
        Assert.Equal(["number:waste.permit-number"], await host.Refusals(WasteContract.Permit, ("companyId", parties.Disposer), ("number", "048001234")));
    }

    [Fact]
    public async Task A_company_knows_the_day_its_first_permit_expires_and_lists_go_by_it()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        var first = await parties.Permit(parties.Transporter, "01300190102", ("expiresOn", "2026-12-31"));
        await parties.Permit(parties.Transporter, "01200190102", ("expiresOn", "2028-12-31"));
        await host.DeliverEvents();
        var within60Days = new Filter.Compare(WasteContract.CompanyFields.PermitExpiry, FilterOp.Lte, new DateOnly(2027, 1, 19));
        Assert.Equal([parties.Transporter], (await host.List(CustomersContract.Company, within60Days, "name")).Rows.Select(r => r.Id));

        await host.Change(WasteContract.Permit, first, ("companyId", parties.Disposer));
        await host.DeliverEvents();

        Assert.Equal(new DateOnly(2028, 12, 31), (await host.Record(CustomersContract.Company, parties.Transporter))[WasteContract.CompanyFields.PermitExpiry]);
        Assert.Equal(new DateOnly(2026, 12, 31), (await host.Record(CustomersContract.Company, parties.Disposer))[WasteContract.CompanyFields.PermitExpiry]);
    }

    [Fact]
    public async Task A_segment_finds_the_companies_whose_permit_expires_within_so_many_days()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        await parties.Permit(parties.Transporter, "01300190102", ("expiresOn", "2026-12-31"));
        await parties.Permit(parties.Disposer, "01200190102", ("expiresOn", "2028-12-31"));
        await host.DeliverEvents();
        Task<Guid> Segment(int days) => host.Save(
            CustomersContract.Segment, ("name", $"許可の期限 {days}日"), ("customerType", CustomersContract.Company),
            ("definition", $$"""{"kind":"all","parts":[{"kind":"condition","key":"waste.permit-expiry","value":"{{days}}"}]}"""));

        Assert.Equal([parties.Transporter], (await host.Ask(new GetSegmentMembers(await Segment(60)))).Ids);
        Assert.Empty((await host.Ask(new GetSegmentMembers(await Segment(40)))).Ids);
    }

    [Fact]
    public async Task Nobody_types_the_expiry_that_is_kept()
    {
        await using var host = await CrmTestHost.Start();

        var typed = await host.Refusals(CustomersContract.Company, ("name", "株式会社青葉製作所"), (WasteContract.CompanyFields.PermitExpiry, "2030-01-01"));

        Assert.Single(typed);
    }

    [Fact]
    public async Task The_dashboard_shows_permits_and_contracts_that_end_and_manifests_that_are_late()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await Parties.Make(host);
        await parties.Permit(parties.Transporter, "01300190102", ("expiresOn", "2026-12-31"));
        await host.Save(WasteContract.Contract, parties.Contract("2026-01-10", ("endsOn", "2026-12-31"), ("title", "青葉製作所 処分委託契約")));
        await host.Save(WasteContract.Manifest, parties.Manifest("2026-05-01"));

        var home = (await host.Get("/")).Text;

        Assert.Contains("期限が近い許可証", home, StringComparison.Ordinal);
        Assert.Contains("青葉製作所 処分委託契約", home, StringComparison.Ordinal);
        Assert.Contains("期限を過ぎたマニフェスト", home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_after_a_permit_or_contract_is_told_as_its_end_comes_near()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.As("administrator");
        var parties = await Parties.Make(host);
        var permit = await hanako.Save(WasteContract.Permit, ("companyId", parties.Transporter), ("number", "01300190102"), ("issuedOn", "2022-01-01"), ("expiresOn", "2026-12-31"));
        var contract = await hanako.Save(WasteContract.Contract, parties.Contract("2026-01-10", ("endsOn", "2026-12-31")));
        await host.DeliverEvents();
        var (before, contractBefore) = ((await host.Record(WasteContract.Permit, permit)).Version, (await host.Record(WasteContract.Contract, contract)).Version);

        // On the first morning 60 days are not yet over, 90 are; then one telling at 30 days.
        foreach (var (days, told) in new[] { (1, 1), (5, 1), (6, 2), (3, 2) })
        {
            await host.AdvanceTime(TimeSpan.FromDays(days));
            Assert.Equal(before + told, (await host.Record(WasteContract.Permit, permit)).Version);
            Assert.Equal(contractBefore + told, (await host.Record(WasteContract.Contract, contract)).Version);
        }

        var bell = (await hanako.Get("/notices")).Text;
        Assert.Contains("担当の許可証 1 件", bell, StringComparison.Ordinal);
        Assert.Contains("担当の委託契約 1 件", bell, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_after_a_permit_gets_one_message_and_none_about_permits_of_long_ago()
    {
        await using var host = await CrmTestHost.Start();
        var hanako = await host.As("administrator");
        var parties = await Parties.Make(host);
        await hanako.Save(WasteContract.Permit, ("companyId", parties.Transporter), ("number", "01300190102"), ("issuedOn", "2022-01-01"), ("expiresOn", "2026-12-31"));
        await hanako.Save(WasteContract.Permit, ("companyId", parties.Transporter), ("number", "01200190102"), ("issuedOn", "2007-01-01"), ("expiresOn", "2012-12-31"));
        await hanako.Save(WasteContract.Contract, parties.Contract("2012-01-01", ("endsOn", "2012-12-31"), ("title", "古い契約")));

        await host.AdvanceTime(TimeSpan.FromDays(2));
        await host.DeliverEvents();

        Assert.Equal(["許可 01300190102 の有効期限は 2026-12-31 です"], (await hanako.Messages()).Select(m => m.Ja));
    }

    [Fact]
    public async Task A_company_s_page_has_all_of_it_on_one_tab_and_its_timeline()
    {
        await using var host = await CrmTestHost.Start();
        var parties = await (await Parties.Make(host)).Entitled();
        await host.Save(WasteContract.Manifest, parties.Manifest("2026-11-01", ("number", "00004079692")));

        var tab = await host.Render<CompanyWasteTab>(CustomersContract.Company, parties.Generator);
        var page = (await host.Get($"/r/{CustomersContract.Company}/{parties.Generator}")).Text;

        Assert.Contains("運搬契約", tab, StringComparison.Ordinal);
        Assert.Contains("00004079692", tab, StringComparison.Ordinal);
        Assert.Contains("?tab=waste.company", page, StringComparison.Ordinal);
        Assert.DoesNotContain("rel-waste.manifest", page, StringComparison.Ordinal);
        Assert.Contains("00004079692", page, StringComparison.Ordinal);
    }
}
