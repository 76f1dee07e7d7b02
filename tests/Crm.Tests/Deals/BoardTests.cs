using Crm.Deals;
using Crm.Deals.Activities;
using Crm.Deals.Board;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>The board: totals of all deals, cards of a window, within what one may read.</summary>
public sealed class BoardTests
{
    private static readonly BoardFilter All = new();

    [Theory, EveryDatabase]
    public async Task Totals_count_every_deal_and_cards_come_by_windows(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (company, approach, proposal) = (await crm.Company("株式会社青葉製作所"), await crm.Stage("approach"), await crm.Stage("proposal"));
        await crm.Ask(new SaveRecords(DealsContract.Deal, [.. Enumerable.Range(1, 75).Select(i => new Dictionary<string, object?>
        {
            ["name"] = $"案件{i:000}", ["companyId"] = company, ["stageId"] = approach, ["amount"] = i * 1_000m, ["expectedClose"] = new DateOnly(2026, 12, 1).AddDays(i), ["probability"] = i == 1 ? 90m : null,
        })]));
        await crm.Ask(new SaveRecords(DealsContract.Deal, [new Dictionary<string, object?> { ["name"] = "提案中", ["companyId"] = company, ["stageId"] = proposal, ["amount"] = 500_000m, ["expectedClose"] = "2026-12-10" }]));

        var board = await crm.Ask(new GetBoard(null, All));
        var second = await crm.Ask(new GetBoard(null, All) { Stage = approach, Skip = 60 });

        var first = board.Stages[0];
        Assert.Equal((75, 75 * 76 / 2 * 1_000m, 30, 30), (first.Count, first.Value, first.Cards.Count, first.More));

        // 10 % of the stage, but 90 % of the one that says so itself.
        Assert.Equal(((first.Value - 1_000m) * 0.1m) + 900m, first.Weighted);
        Assert.Equal(["案件001", "案件002"], first.Cards.Take(2).Select(c => c.Name));
        Assert.Equal((500_000m, 225_000m), (board.Stages[2].Value, board.Stages[2].Weighted));
        Assert.Equal(("案件061", 15, null), (second.Stages[0].Cards[0].Name, second.Stages[0].Cards.Count, second.Stages[0].More));
        Assert.Empty(second.Stages[2].Cards);
        Assert.Equal("株式会社青葉製作所", first.Cards[0].Customer);
    }

    [Theory, EveryDatabase]
    public async Task A_board_is_filtered_by_words_by_day_and_by_person(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("倉庫照明のLED化", "approach", ("expectedClose", "2026-11-10"));
        var tozai = await crm.Company("東西物産株式会社");
        await crm.Deal("コピー用紙", "approach", ("companyId", tozai), ("personId", null), ("expectedClose", "2026-12-24"));

        Assert.Equal(["倉庫照明のLED化"], await Names(All with { Text = "照明" }));
        Assert.Equal(["コピー用紙"], await Names(All with { Text = "東西物産" }));

        // As lists find them: whatever width or kana.
        Assert.Equal(["コピー用紙"], await Names(All with { Text = "ｺﾋﾟｰ" }));
        Assert.Equal(["倉庫照明のLED化"], await Names(All with { Text = "ｌｅｄ" }));
        Assert.Equal(["倉庫照明のLED化"], await Names(All with { Close = "late" }));
        Assert.Equal(["コピー用紙"], await Names(All with { Close = "next-month" }));
        Assert.Equal(2, (await Names(All with { Close = "quarter" })).Count);
        Assert.Empty(await Names(All with { Who = $"user:{Guid.Empty}" }));

        async Task<List<string>> Names(BoardFilter filter) => [.. (await crm.Ask(new GetBoard(null, filter))).Stages.SelectMany(s => s.Cards).Select(c => c.Name)];
    }

    [Theory, EveryDatabase]
    public async Task Nobody_sees_totals_or_cards_of_deals_they_may_not_read(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("ほかの人の案件");
        var own = TestHost.UserWith(
            (DealsContract.Deal, RecordAction.Read, Reach.Own), (DealsContract.Deal, RecordAction.Create, Reach.All), (DealsContract.Stage, RecordAction.Read, Reach.All), (DealsContract.Pipeline, RecordAction.Read, Reach.All));

        var board = await crm.Ask(new GetBoard(null, All), actor: own);
        var none = await crm.Send(new GetBoard(null, All), actor: TestHost.UserWith((DealsContract.Activity, RecordAction.Read, Reach.All)));

        Assert.Equal((0, 0m), (board.Count, board.Value));
        Assert.Equal("forbidden", Assert.Single(none.Problems).Code);
    }

    [Theory, EveryDatabase]
    public async Task Hidden_probability_and_day_and_activities_out_of_reach_do_not_show_on_cards(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("見込みは秘密", "approach", ("probability", 70m));
        await crm.Save(DealsContract.Activity, ("subject", "訪問"), ("kind", "visit"), ("dealId", deal), ("startsAt", "2026-11-25T01:00:00Z"));
        var viewer = TestHost.UserWithout([$"{DealsContract.Deal}/probability", $"{DealsContract.Deal}/expectedClose"], [], (DealsContract.Deal, RecordAction.Read, Reach.All));

        var (all, less) = ((await crm.Ask(new GetBoard(null, All))).Stages[0].Cards[0], (await crm.Ask(new GetBoard(null, All), actor: viewer)).Stages[0].Cards[0]);

        Assert.Equal((70, true, true), (all.Probability, all.ExpectedClose is not null, all.NextActivity is not null));
        Assert.Equal((null, null, null), (less.Probability, less.ExpectedClose, less.NextActivity));
    }

    [Theory, EveryDatabase]
    public async Task Whoever_must_not_see_amounts_sees_none_on_the_board(string database)
    {
        await using var crm = await DealsHost.Start(database);
        await crm.Deal("金額は秘密");
        var viewer = TestHost.UserWithout([$"{DealsContract.Deal}/value", $"{DealsContract.Deal}/amount"], [DealsContract.SeeReports], (DealsContract.Deal, RecordAction.Read, Reach.All), (DealsContract.Goal, RecordAction.Read, Reach.All));

        var board = await crm.Ask(new GetBoard(null, All), actor: viewer);

        Assert.Equal((1, 0m, false), (board.Count, board.Value, board.SeesMoney));
        Assert.Null(board.Stages[0].Cards[0].Value);
        Assert.Equal("forbidden", (await crm.Send(new Crm.Deals.Forecasts.GetForecast(null), actor: viewer)).Problems[0].Code);
        Assert.Equal("forbidden", (await crm.Send(new Crm.Deals.Reports.GetReport(new(2026, 1, 1), new(2026, 12, 31), null), actor: viewer)).Problems[0].Code);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_is_stalled_when_nothing_was_done_for_longer_than_its_stage_allows(string database)
    {
        await using var crm = await DealsHost.Start(database);

        // Approach: 30 days. Both began 50 days ago; in one a call was made last week.
        var still = await crm.Deal("動きのない案件");
        var called = await crm.Deal("電話した案件");
        await crm.Save(DealsContract.Activity, ("kind", "call"), ("subject", "近況の確認"), ("startsAt", "2026-11-13T10:00"), ("doneAt", "2026-11-13T10:10"), ("dealId", called));
        var fresh = await crm.Deal("始めたばかりの案件", "approach", ("openedOn", "2026-11-01"));

        var todo = await crm.Ask(new GetTodo(null));
        var cards = (await crm.Ask(new GetBoard(null, All))).Stages[0].Cards;

        Assert.Equal((still, 50), (Assert.Single(todo.Stalled).Id, todo.Stalled[0].Days));
        Assert.Equal([(still, true), (called, false), (fresh, false)], new[] { still, called, fresh }.Select(id => (id, cards.Single(c => c.Id == id).Stalled)));
    }

    [Theory, EveryDatabase]
    public async Task Two_thousand_open_deals_in_five_stages_need_no_more_questions_than_one_in_one(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var first = await crm.Deal("最初の案件");
        var company = (await crm.Get(DealsContract.Deal, first))["companyId"];
        await crm.Ask(new GetBoard(null, All));
        var (_, few) = await EfQuestions.During(() => crm.Ask(new GetBoard(null, All)));
        var stages = (await crm.Ask(new GetBoard(null, All))).Stages;
        foreach (var some in Enumerable.Range(0, 2_000).Chunk(500))
        {
            await crm.Ask(new SaveRecords(DealsContract.Deal, [.. some.Select(i => new Dictionary<string, object?>
            {
                ["name"] = $"案件{i:0000}", ["companyId"] = company, ["personId"] = null, ["stageId"] = stages[i % 3].Stage.Id, ["amount"] = 1_000m, ["content"] = "x", ["expectedClose"] = new DateOnly(2026, 12, 1).AddDays(i % 50),
            })]));
        }

        await crm.Deal("見積中", "quote");
        await crm.Deal("最終交渉", "closing");
        var (board, many) = await EfQuestions.During(() => crm.Ask(new GetBoard(null, All)));

        Assert.Equal((2_003, 2_000_000m + (3 * 1_200_000m)), (board.Count, board.Value));
        Assert.Equal([30, 30, 30, 1, 1], board.Stages.Select(s => s.Cards.Count));
        Assert.All(board.Stages, s => Assert.Equal(s.Cards.OrderBy(c => c.ExpectedClose).Select(c => c.Id), s.Cards.Select(c => c.Id)));
        Assert.True(few > 0 && many <= few, $"{few} questions for one deal, {many} for two thousand");
    }
}
