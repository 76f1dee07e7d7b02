using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Forecasts;
using Crm.Deals.Goals;
using Crm.Deals.Reports;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>What moves, wins, loses and reopens a deal, and what does not.</summary>
public sealed class DealStepTests
{
    [Theory, EveryDatabase]
    public async Task A_tenant_begins_with_a_pipeline_reasons_of_losing_and_an_issuer(string database)
    {
        await using var crm = await DealsHost.Start(database);

        var stages = await crm.List(DealsContract.Stage, null, "name", "probability", "position");
        Assert.Equal(["アプローチ", "ヒアリング", "提案", "見積", "クロージング"], stages.Read().OrderBy(s => s.Number("position")).Select(s => s.Text("name")));
        Assert.Single((await crm.List(DealsContract.Pipeline)).Rows);
        Assert.Equal(8, (await crm.List(DealsContract.LossReason)).Rows.Count);
        Assert.Equal(crm.Tenant.Name, Assert.Single((await crm.List(DealsContract.Issuer, null, "name")).Read()).Text("name"));
    }

    [Theory, EveryDatabase]
    public async Task A_pipeline_that_was_thrown_away_stays_away(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Ask(new DeleteRecords(DealsContract.Pipeline, [.. (await crm.List(DealsContract.Pipeline)).Rows.Select(r => r.Id)]));

        await using var node = crm.Node(_ => { });
        crm.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty((await crm.List(DealsContract.Pipeline)).Rows);
    }

    [Theory, EveryDatabase]
    public async Task A_moved_deal_stands_in_its_new_stage_since_today_and_the_step_is_noted(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("安全靴の一括更新");

        await crm.Do(new MoveDeal(deal, await crm.Stage("proposal"), 1));

        var now = await crm.Get(DealsContract.Deal, deal);
        Assert.Equal(await crm.Stage("proposal"), now["stageId"]);
        Assert.Equal(DealsHost.Today, now["stageSince"]);
        Assert.Equal(2, now.Version);
        var change = Assert.Single(await crm.Changes(deal));
        Assert.Equal((await crm.Stage("approach"), await crm.Stage("proposal"), DealsHost.Today, 1_200_000m), (change.FromStage!.Value, change.ToStage!.Value, change.OnDay, change.Value!.Value));
    }

    [Theory, EveryDatabase]
    public async Task Two_who_move_the_same_deal_do_not_both_win(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("出荷資材の年間契約");

        await crm.Do(new MoveDeal(deal, await crm.Stage("hearing"), 1));

        Assert.Equal("conflict", await crm.Refused(new MoveDeal(deal, await crm.Stage("quote"), 1)));
        Assert.Equal(await crm.Stage("hearing"), (await crm.Get(DealsContract.Deal, deal))["stageId"]);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_that_lacks_what_a_stage_needs_stays_where_it_is_and_hears_what_is_missing(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("倉庫照明のLED化", "approach", ("amount", null), ("expectedClose", null));

        var refused = await crm.Send(new MoveDeal(deal, await crm.Stage("proposal")));

        Assert.Equal(["amount", "expectedClose"], refused.Problems.Select(p => p.Field).Order());
        Assert.All(refused.Problems, p => Assert.Equal("deals.stage-needs", p.Code));
        Assert.Equal(await crm.Stage("approach"), (await crm.Get(DealsContract.Deal, deal))["stageId"]);
        Assert.Empty(await crm.Changes(deal));
    }

    [Theory, EveryDatabase]
    public async Task What_a_stage_needs_is_not_taken_from_a_deal_that_is_in_it(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("計測器の更新", "proposal");

        var emptied = await crm.Send(new SaveRecord(DealsContract.Deal, deal, new Dictionary<string, object?> { ["expectedClose"] = null }));
        var renamed = await crm.Send(new SaveRecord(DealsContract.Deal, deal, new Dictionary<string, object?> { ["name"] = "検査室の計測器更新" }));

        Assert.Equal("deals.stage-needs", Assert.Single(emptied.Problems).Code);
        Assert.False(renamed.Failed);
    }

    [Theory, EveryDatabase]
    public async Task A_stage_that_needs_product_lines_takes_no_deal_without(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Ask(new SaveRecord(DealsContract.Stage, await crm.Stage("quote"), new Dictionary<string, object?> { ["needs"] = new[] { "lines" } }));
        var deal = await crm.Deal("清掃用品の定期納入");

        Assert.Equal("deals.stage-needs", await crm.Refused(new MoveDeal(deal, await crm.Stage("quote"))));
        await crm.Line(deal, "業務用洗剤 18L", 10, 4_980);
        await crm.Do(new MoveDeal(deal, await crm.Stage("quote")));
    }

    [Theory, EveryDatabase]
    public async Task Stage_and_status_are_not_changed_by_editing(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("フルハーネス入替え");

        var stage = await crm.Send(new SaveRecord(DealsContract.Deal, deal, new Dictionary<string, object?> { ["stageId"] = await crm.Stage("closing") }));
        var status = await crm.Send(new SaveRecord(DealsContract.Deal, deal, new Dictionary<string, object?> { ["status"] = "won", ["closedOn"] = "2026-11-20" }));

        Assert.Equal("deals.stage-by-steps", Assert.Single(stage.Problems).Code);
        Assert.Equal("deals.status-by-steps", Assert.Single(status.Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_does_not_go_to_a_stage_of_another_pipeline(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var other = await crm.Save(DealsContract.Pipeline, ("name", "入札"));
        var stage = await crm.Save(DealsContract.Stage, ("name", "公告"), ("pipelineId", other), ("probability", 10m));

        Assert.Equal("deals.other-pipeline", await crm.Refused(new MoveDeal(await crm.Deal("庁舎の備品"), stage)));
    }

    [Theory, EveryDatabase]
    public async Task A_lost_deal_says_why_and_can_go_on_after_all(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("分電盤の更新", "quote");

        Assert.Equal("deals.reason-needed", await crm.Refused(new LoseDeal(deal, null)));
        await crm.Do(new LoseDeal(deal, await crm.LossReason("price"), new DateOnly(2026, 11, 18)) { Note = "他社が2割安い" });
        var lost = await crm.Get(DealsContract.Deal, deal);
        Assert.Equal(("lost", new DateOnly(2026, 11, 18), "他社が2割安い"), (lost["status"], lost["closedOn"], lost["lossNote"]));
        Assert.Equal("deals.closed", await crm.Refused(new MoveDeal(deal, await crm.Stage("closing"))));

        await crm.Do(new ReopenDeal(deal));
        var open = await crm.Get(DealsContract.Deal, deal);
        Assert.Equal(("open", null, null), (open["status"], open["closedOn"], open["lossReasonId"]));
        Assert.Equal("deals.not-closed", await crm.Refused(new ReopenDeal(deal)));
    }

    [Theory, EveryDatabase]
    public async Task A_deal_may_begin_without_a_customer_but_is_won_by_one(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var tender = await crm.Save(DealsContract.Deal, ("name", "市庁舎の公告入札"), ("stageId", await crm.Stage("approach")));

        Assert.Equal("deals.without-customer", await crm.Refused(new WinDeal(tender, DealsHost.Today)));
        await crm.Ask(new SaveRecord(DealsContract.Deal, tender, new Dictionary<string, object?> { ["companyId"] = await crm.Company("横浜市") }));
        await crm.Done(new WinDeal(tender, DealsHost.Today));

        var emptied = await crm.Send(new SaveRecord(DealsContract.Deal, tender, new Dictionary<string, object?> { ["companyId"] = null }));
        Assert.Equal("companyId", Assert.Single(emptied.Problems).Field);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_is_not_won_in_the_future_nor_before_it_began(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("誘導灯の入替え");

        Assert.Equal("deals.closed-in-future", await crm.Refused(new WinDeal(deal, new DateOnly(2026, 11, 21))));
        Assert.Equal("deals.closed-before-opened", await crm.Refused(new WinDeal(deal, new DateOnly(2026, 9, 30))));
    }

    [Theory, EveryDatabase]
    public async Task A_win_counts_everywhere_for_the_day_it_was_closed_on_even_when_it_moved_later(string database)
    {
        await using var crm = await DealsHost.Start(database);

        // Moved to closing on the 20th of November, and won that day with the 30th of October, of the month before, as its day.
        var deal = await crm.Deal("年度末の受注", "quote");
        await crm.Do(new MoveDeal(deal, await crm.Stage("closing")));
        await crm.Do(new WinDeal(deal, new DateOnly(2026, 10, 30)));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-10-15"), ("measure", "won-deals"), ("target", 1m));
        await crm.Save(DealsContract.Goal, ("startsOn", "2026-11-15"), ("measure", "won-deals"), ("target", 1m));

        var (october, november) = (await crm.Ask(new GetReport(new(2026, 10, 1), new(2026, 10, 31), null)), await crm.Ask(new GetReport(new(2026, 11, 1), new(2026, 11, 30), null)));

        Assert.Equal((1, 0), (october.All.Won.Count, november.All.Won.Count));
        Assert.Equal((0, 0), (october.Movement.Closing.Count, november.Movement.Opening.Count));
        Assert.Equal((1m, 0m), (Assert.Single(await crm.Ask(new GetGoals(new(2026, 10, 30)))).Reached, Assert.Single(await crm.Ask(new GetGoals(DealsHost.Today))).Reached));
        Assert.Equal(0, (await crm.Ask(new GetForecast(null))).Months[0].Won);

        // The day is corrected by reopening and winning again.
        await crm.Do(new ReopenDeal(deal));
        await crm.Do(new WinDeal(deal, new DateOnly(2026, 11, 2)));
        Assert.Equal(1, (await crm.Ask(new GetReport(new(2026, 11, 1), new(2026, 11, 30), null))).All.Won.Count);
        Assert.Equal(0, (await crm.Ask(new GetReport(new(2026, 10, 1), new(2026, 10, 31), null))).All.Won.Count);
    }

    [Theory, EveryDatabase]
    public async Task Only_who_may_edit_a_deal_moves_it(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("騒音計の追加");
        var reader = TestHost.UserWith((DealsContract.Deal, RecordAction.Read, Reach.All));
        var stranger = TestHost.UserWith((DealsContract.Activity, RecordAction.Read, Reach.All));
        var move = new MoveDeal(deal, await crm.Stage("hearing"));

        Assert.Equal("forbidden", (await crm.Send(move, actor: reader)).Problems[0].Code);
        Assert.Equal("not-found", (await crm.Send(move, actor: stranger)).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_with_lines_is_worth_their_sum(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("保護具一式");
        await crm.Line(deal, "ニトリル手袋 100枚", 40, 1_280);
        var line = await crm.Line(deal, "フルハーネス", 3, 18_800, ("discount", 1_400m));
        await crm.DeliverEvents();
        Assert.Equal(51_200m + 55_000m, (await crm.Get(DealsContract.Deal, deal))["amount"]);

        await crm.Ask(new DeleteRecords(DealsContract.Line, [line]));
        await crm.DeliverEvents();

        Assert.Equal(51_200m, (await crm.Get(DealsContract.Deal, deal))["value"]);
    }

    [Theory, EveryDatabase]
    public async Task Money_of_others_needs_a_rate_and_is_added_up_in_ours(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var company = await crm.Company("東西物産株式会社");
        var dollars = new Dictionary<string, object?> { ["name"] = "輸出案件", ["companyId"] = company, ["stageId"] = await crm.Stage("approach"), ["amount"] = 10_000m, ["currency"] = "USD" };

        var without = await crm.Send(new SaveRecord(DealsContract.Deal, null, dollars));
        var deal = await crm.Ask(new SaveRecord(DealsContract.Deal, null, new Dictionary<string, object?>(dollars) { ["rate"] = 152.35m }));

        Assert.Equal("deals.rate-needed", Assert.Single(without.Problems).Code);
        Assert.Equal(1_523_500m, (await crm.Get(DealsContract.Deal, deal.Id))["value"]);
    }

    [Theory, EveryDatabase]
    public async Task People_of_both_sides_take_part(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("新工場の資材");
        var person = await crm.Person("渡邉", "健");

        await crm.Save(DealsContract.Participant, ("dealId", deal), ("side", "theirs"), ("personId", person), ("role", "decides"));
        var nobody = await crm.Send(new SaveRecord(DealsContract.Participant, null, new Dictionary<string, object?> { ["dealId"] = deal, ["side"] = "ours" }));

        Assert.Equal("deals.participant-without-user", Assert.Single(nobody.Problems).Code);
        Assert.Equal("渡邉 健", Assert.Single((await crm.List(DealsContract.Participant, Filter.Eq("dealId", deal), "personId")).Read()).Title("personId"));
    }
}
