using Crm.Customers.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Testing;
using Crm.Sdk.Users;

namespace Acme.Visits.Tests;

/// <summary>The plugin as an installation runs it: every test has a host, a database and a clock of its own.</summary>
public sealed class VisitTests
{
    [Fact]
    public async Task A_company_says_how_often_it_wants_to_be_visited()
    {
        await using var host = await CrmTestHost.Start();

        var company = await host.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"), ("visits.everyDays", "３０"));

        Assert.Equal(30m, (await host.Record(CustomersContract.Company, company))["visits.everyDays"]);
        Assert.Contains("訪問間隔", (await host.Get($"/r/customers.company/{company}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visit_to_come_stands_on_the_board_until_it_is_made()
    {
        await using var host = await CrmTestHost.Start();
        var company = await host.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"));
        var visit = await host.Save(Keys.Visit, ("companyId", company), ("purpose", "新製品の紹介"), ("plannedOn", "2026-11-25"));
        Assert.Contains("新製品の紹介", (await host.Get("/x/visits/board")).Text, StringComparison.Ordinal);

        await host.AdvanceTime(TimeSpan.FromDays(6));
        await host.Change(Keys.Visit, visit, ("madeOn", "2026-11-26"));

        Assert.DoesNotContain("新製品の紹介", await host.Render<BoardScreen>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_visit_is_planned_as_often_as_the_company_wants()
    {
        await using var host = await CrmTestHost.Start();
        var company = await host.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"), ("visits.everyDays", 10));

        var planned = await host.Ask(new PlanNextVisit(company));

        Assert.Equal(new DateOnly(2026, 11, 30), planned.On);
        Assert.Equal(planned.On, (await host.Record(Keys.Visit, planned.VisitId))["plannedOn"]);
        Assert.Equal("not-found", (await host.Send(new PlanNextVisit(Guid.NewGuid()))).Problems[0].Code);
    }

    [Fact]
    public async Task A_visit_that_was_made_is_not_in_the_future()
    {
        await using var host = await CrmTestHost.Start();
        var company = await host.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"));

        var refused = await host.Refusals(Keys.Visit, ("companyId", company), ("purpose", "挨拶"), ("madeOn", "2026-12-24"));

        Assert.Equal(["madeOn:visits.made-in-the-future"], refused);
    }

    [Fact]
    public async Task Whoever_calls_on_a_renamed_company_knows_its_old_name()
    {
        await using var host = await CrmTestHost.Start();
        var company = await host.Save(CustomersContract.Company, ("name", "東西物産株式会社"));
        var visit = await host.Save(Keys.Visit, ("companyId", company), ("purpose", "挨拶"));

        await host.Send(new RenameCompany(company, "未来フーズ株式会社"));
        await host.DeliverEvents();

        Assert.Equal("旧社名: 東西物産株式会社", (await host.Record(Keys.Visit, visit))["notes"]);
    }

    [Fact]
    public async Task Everybody_sees_what_their_rights_reach_and_another_tenant_nothing()
    {
        await using var host = await CrmTestHost.Start();
        var company = await host.Save(CustomersContract.Company, ("name", "株式会社青葉製作所"));
        var reader = await host.As(new TestRights().On(CustomersContract.Company, RecordAction.Read).On(Keys.Visit, RecordAction.Read, Reach.Own).On(Keys.Visit, RecordAction.Create, Reach.Own));
        await reader.Save(Keys.Visit, ("companyId", company), ("purpose", "担当者の訪問"));
        await host.Save(Keys.Visit, ("companyId", company), ("purpose", "ほかの人の訪問"));
        var other = await host.NewTenant("beta");

        Assert.Equal(["担当者の訪問"], (await reader.List(Keys.Visit, null, "purpose")).Rows.Select(r => r.Values[0]));
        Assert.Empty((await other.List(Keys.Visit)).Rows);
    }
}
