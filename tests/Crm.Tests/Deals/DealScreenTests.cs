using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Deals.Board;
using Crm.Deals.Contracts;
using Crm.Deals.Demo;
using Crm.Deals.Forecasts;
using Crm.Deals.Goals;
using Crm.Deals.OnCustomers;
using Crm.Deals.Reports;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Deals;

/// <summary>What people meet: figures of the sample company, goals, the customer's page, dashboard and timeline.</summary>
public sealed class DealScreenTests
{
    [Fact]
    public async Task The_sample_companys_figures_equal_a_count_over_its_list_of_deals()
    {
        await using var crm = await TestHost.Start(Databases.Sqlite, new Crm.Customers.CustomersModule(), new Crm.Customers.Demo.CustomersDemo(), new Crm.Deals.DealsModule(), new DealsDemo());
        await Fill<Crm.Customers.Demo.CustomersDemo>(crm, "customers");
        await Fill<DealsDemo>(crm, "deals");
        var deals = (await crm.List(DealsContract.Deal, null, "value", "status", "closedOn", "openedOn", "stageId", "source", "lossReasonId")).Read().ToList();
        Assert.Equal(TradingScenario.Count, deals.Count);

        var (from, until) = (new DateOnly(2026, 6, 1), new DateOnly(2026, 10, 31));
        var report = await crm.Ask(new GetReport(from, until, null));
        var won = deals.Where(d => d["status"] is "won" && d.Day("closedOn") >= from && d.Day("closedOn") <= until).ToList();
        var lost = deals.Where(d => d["status"] is "lost" && d.Day("closedOn") >= from && d.Day("closedOn") <= until).ToList();
        Assert.Equal((won.Count, won.Sum(d => d.Number("value") ?? 0)), (report.All.Won.Count, report.All.Won.Value));
        Assert.Equal(lost.Count, report.All.Lost.Count);
        Assert.Equal(lost.CountBy(d => d.Reference("lossReasonId") ?? Guid.Empty).Select(g => g.Value).OrderDescending(), report.Losses.Select(l => l.Lost.Count).OrderDescending());
        Assert.Equal(won.Sum(d => d.Number("value") ?? 0), report.ByMonth.Sum(m => m.Outcome.Won.Value));
        Assert.Equal(won.Count + lost.Count, report.BySource.Sum(s => s.Outcome.Won.Count + s.Outcome.Lost.Count));
        Assert.Equal(deals.Count(d => d.Day("openedOn") < from && (d.Day("closedOn") is null || d.Day("closedOn") >= from)), report.Movement.Opening.Count);

        var board = await crm.Ask(new GetBoard(null, new BoardFilter()));
        var open = deals.Where(d => d["status"] is "open").ToList();
        Assert.Equal((open.Count, open.Sum(d => d.Number("value") ?? 0)), (board.Count, board.Value));
        foreach (var stage in board.Stages) Assert.Equal(open.Count(d => d.Reference("stageId") == stage.Stage.Id), stage.Count);

        var forecast = await crm.Ask(new GetForecast(null));
        var backtest = await crm.Ask(new Backtest());
        Assert.Equal(forecast.Past, backtest.Months);
        Assert.Equal(deals.Where(d => d["status"] is "won" && d.Day("closedOn") >= new DateOnly(2026, 11, 1)).Sum(d => d.Number("value") ?? 0), forecast.Months[0].Won);
        Assert.InRange(forecast.MeanError!.Value, 0, 2);

        var numbers = (await crm.List(DealsContract.Quote, new Filter.Compare("number", FilterOp.Empty, false), "number")).Read().Select(q => q.Text("number")!).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [Theory, EveryDatabase]
    public async Task Goals_count_what_was_won_by_the_person_and_by_the_team(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (hanako, ken) = (await Person(crm, "hanako@example.jp", "営業 花子"), await Person(crm, "ken@example.jp", "佐藤 健"));
        await crm.Ask(new Crm.Platform.Identity.Teams.SaveTeam(null, "東日本営業部", [hanako]));
        foreach (var (name, owner, amount) in new[] { ("一", hanako, 300_000m), ("二", hanako, 200_000m), ("三", ken, 1_000_000m) })
        {
            var deal = await crm.Deal($"案件{name}", "closing", ("owner", owner), ("amount", amount));
            await crm.Do(new WinDeal(deal, new DateOnly(2026, 11, 5)));
        }

        await crm.Save(DealsContract.Goal, ("startsOn", "2026-11-30"), ("userId", hanako), ("target", 1_000_000m));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-11-01"), ("team", "東日本営業部"), ("measure", "won-deals"), ("target", 2m));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-10-15"), ("period", "quarter"), ("target", 3_000_000m));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-10-15"), ("target", 1m));
        var nobody = await crm.Send(new SaveRecord(DealsContract.Goal, null, new Dictionary<string, object?> { ["startsOn"] = "2026-11-01", ["team"] = "北日本営業部", ["target"] = 1m }));

        var goals = await crm.Ask(new GetGoals(DealsHost.Today));

        Assert.Equal("deals.no-such-team", Assert.Single(nobody.Problems).Code);
        Assert.Equal(
            [("東日本営業部", 2m, 1m), ("営業 花子", 500_000m, 0.5m), (null, 1_500_000m, 0.5m)],
            goals.Select(g => (g.Whose, g.Reached, g.Share)));
        Assert.Equal(20m / 30m, goals[1].Passed);
        Assert.False(goals[1].OnTrack);
    }

    [Theory, EveryDatabase]
    public async Task A_companys_page_shows_its_open_deals_and_its_timeline_what_became_of_them(string database)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約", "proposal");
        var company = (Guid)(await crm.Get(DealsContract.Deal, deal))["companyId"]!;
        await crm.Save(DealsContract.Activity, ("kind", "visit"), ("subject", "現場確認"), ("startsAt", "2026-11-10T10:00"), ("doneAt", "2026-11-10T11:00"), ("dealId", deal), ("companyId", company));

        var card = (await crm.Render<CustomerDealsCard>(CustomersContract.Company, company)).Body!.TextContent;
        await crm.Do(new MoveDeal(deal, await crm.Stage("quote")));
        await crm.Do(new WinDeal(deal));
        var (ofCompany, ofDeal) = (await Timeline(crm, CustomersContract.Company, company), await Timeline(crm, DealsContract.Deal, deal));

        Assert.Contains("出荷資材の年間契約", card, StringComparison.Ordinal);
        Assert.Contains("¥1,200,000", card, StringComparison.Ordinal);
        Assert.Contains("受注: 出荷資材の年間契約", ofCompany);
        Assert.DoesNotContain(ofCompany, t => t.Contains("移動", StringComparison.Ordinal));
        Assert.Contains("「見積」へ移動", ofDeal);
        Assert.Contains("受注", ofDeal);
        Assert.DoesNotContain("出荷資材の年間契約", (await crm.Render<CustomerDealsCard>(CustomersContract.Company, company)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_days_steps_and_quotes_stand_on_the_timeline_in_the_order_they_were_entered(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約", "proposal");
        async Task Later(Func<Task> step)
        {
            crm.Clock.Advance(TimeSpan.FromMinutes(5));
            await step();
        }

        var (first, second) = (Guid.Empty, Guid.Empty);
        await Later(async () => first = await crm.Ask(new Crm.Deals.Contracts.BeginQuote(deal)));
        await Later(() => crm.Do(new IssueQuote(first)));
        await Later(async () => await crm.Do(new MoveDeal(deal, await crm.Stage("quote"))));
        await Later(async () => second = await crm.Ask(new ReviseQuote(first)));
        await Later(() => crm.Do(new IssueQuote(second)));
        await Later(() => crm.Do(new WinDeal(deal)));

        var entries = await Entries(crm, DealsContract.Deal, deal);

        Assert.Equal(
            [("受注", "¥1,200,000"), ("Q2026-0001 出荷資材の年間契約", "第2版・発行済み"), ("「見積」へ移動", null), ("Q2026-0001 出荷資材の年間契約", "第1版・差し替え済み")],
            entries.Where(e => e.Kind is "deal-step" or DealsContract.Quote).Select(e => (e.Title, e.Text)));
    }

    [Theory, EveryDatabase]
    public async Task A_won_deal_counts_no_more_days_and_no_stage_it_never_reached(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("新人研修用保護具一式", "proposal");
        await crm.Do(new WinDeal(deal, new DateOnly(2026, 10, 20)));

        var side = await crm.Render<DealSide>(DealsContract.Deal, deal);

        Assert.Contains("19日", side.QuerySelector(".details")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["アプローチ", "ヒアリング", "提案"], side.QuerySelectorAll(".steps-row .is-done").Select(s => s.TextContent));
    }

    [Theory, EveryDatabase]
    public async Task Weighted_means_the_same_on_the_board_and_in_the_forecast_whatever_was_won(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("今月の見込み", "proposal", ("expectedClose", "2026-11-28"));
        await crm.Deal("来月の見込み", "closing");
        await crm.Do(new WinDeal(await crm.Deal("今月の受注", "closing"), new DateOnly(2026, 11, 5)));

        var (board, forecast) = (await crm.Ask(new GetBoard(null, new BoardFilter())), await crm.Ask(new GetForecast(null)));

        Assert.Equal(540_000m + 960_000m, board.Weighted);
        Assert.Equal(board.Weighted, forecast.Months.Sum(m => m.Weighted));
        Assert.Equal((540_000m, 1_200_000m), (forecast.Months[0].Weighted, forecast.Months[0].Won));
    }

    [Theory, EveryDatabase]
    public async Task The_dashboard_counts_only_what_one_may_read(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("ほかの人の案件");
        var all = await Widgets(crm, null);
        var own = await Widgets(crm, TestHost.UserWith((DealsContract.Deal, RecordAction.Read, Reach.Own)));

        Assert.Equal("¥1,200,000", all.Single(w => w.Key == "deals.open").Value);
        Assert.Empty(own);
    }

    [Theory, EveryDatabase]
    public async Task The_dashboard_draws_what_lies_in_each_stage_and_what_was_won_by_month(string database)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("一件目");
        await crm.Deal("二件目", "proposal", ("amount", 300_000m));
        await crm.Deal("三件目", "proposal", ("amount", 200_000m));
        await crm.Do(new WinDeal(await crm.Deal("九月の受注", "approach", ("openedOn", "2026-09-01")), new DateOnly(2026, 9, 30)));
        await crm.Do(new WinDeal(await crm.Deal("今月の受注"), new DateOnly(2026, 11, 19)));

        var charts = (await Widgets(crm, null)).Where(w => w.Chart is not null).ToDictionary(w => w.Key, w => w.Chart!);

        var stages = charts["deals.stages"];
        Assert.Equal([1_200_000m, 500_000m], stages.Series[0].Values.Where(v => v > 0));
        Assert.Equal(stages.Labels.Count, stages.Series[0].Values.Count);
        Assert.Equal(
            [("2026-06", 0m), ("2026-07", 0m), ("2026-08", 0m), ("2026-09", 1_200_000m), ("2026-10", 0m), ("2026-11", 1_200_000m)],
            charts["deals.won-by-month"].Labels.Zip(charts["deals.won-by-month"].Series[0].Values, (l, v) => (l, v ?? 0)));
        Assert.DoesNotContain(await Widgets(crm, TestHost.UserWith((DealsContract.Deal, RecordAction.Read, Reach.Own))), w => w.Chart is not null);
    }

    [Theory, EveryDatabase]
    public async Task What_is_switched_off_reacts_to_nothing_and_makes_up_for_it_when_it_is_back(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var tenants = crm.Services.GetRequiredService<Crm.Platform.Tenancy.Tenants>();
        var deal = await crm.Deal("清掃用品の定期納入", "closing");
        await crm.DeliverEvents();
        await crm.Line(deal, "ゴミ袋 90L", 10, 4_980m);

        await tenants.Switch(crm.Tenant.Id, "deals", on: false, CancellationToken.None);
        await crm.DeliverEvents();
        Assert.True((await crm.Send(new ListRecords(DealsContract.Deal))).Failed);
        await tenants.Switch(crm.Tenant.Id, "deals", on: true, CancellationToken.None);
        Assert.Equal(1_200_000m, (await crm.Get(DealsContract.Deal, deal))["amount"]);
        await crm.DeliverEvents();

        Assert.Equal(49_800m, (await crm.Get(DealsContract.Deal, deal))["amount"]);
    }

    [Theory, EveryDatabase]
    public async Task A_goal_of_a_team_that_is_not_there_any_more_says_so(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var team = await crm.Ask(new Crm.Platform.Identity.Teams.SaveTeam(null, "東京営業部", [await Person(crm, "hanako@example.jp", "営業 花子")]));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-11-01"), ("team", "東京営業部"), ("target", 1m));
        Assert.False(Assert.Single(await crm.Ask(new GetGoals(DealsHost.Today))).TeamIsGone);

        await crm.Ask(new Crm.Platform.Identity.Teams.SaveTeam(team, "首都圏営業部", []));

        Assert.True(Assert.Single(await crm.Ask(new GetGoals(DealsHost.Today))).TeamIsGone);
    }

    private static async Task<Guid> Person(TestHost crm, string mail, string name) => (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser(mail, name) { Roles = ["sales"] })).Id;

    private static async Task<List<string>> Timeline(TestHost crm, string type, Guid id) => [.. (await Entries(crm, type, id)).Select(e => e.Title)];

    private static async Task<List<TimelineEntry>> Entries(TestHost crm, string type, Guid id)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("ja");
        await using var scope = await crm.Scope();
        var gather = new CollectTimeline(type, id, null, 50);
        await scope.Get<IMediator>().Publish(gather);
        Assert.Empty(gather.Missing);
        return [.. TimelineEntry.NewestFirst(gather.Parts)];
    }

    private static async Task<IReadOnlyList<Widget>> Widgets(TestHost crm, Crm.Platform.Tenancy.Actor? actor)
    {
        await using var scope = await crm.Scope(actor: actor);
        var gather = new CollectWidgets();
        await scope.Get<IMediator>().Publish(gather);
        Assert.Empty(gather.Missing);
        return gather.Parts;
    }

    private static async Task Fill<TDemo>(TestHost crm, string module) where TDemo : CrmModule, new()
    {
        await using var scope = await crm.Scope();
        var description = ModuleDescription.Of(new TDemo());
        var services = scope.Get<Crm.Platform.Modules.ModuleScopes>().Of(scope.Get<Crm.Platform.Tenancy.Current>().Catalog.Set.Runtime(module));
        foreach (var demo in description.Demos.Where(d => d.Scenario == "trading")) await ((IDemoData)ActivatorUtilities.CreateInstance(services, demo.Data)).Fill(1, CancellationToken.None);
    }
}
