using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Quotes;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Deals;

/// <summary>Who may change what belongs to a deal, and what stays as it is once the deal is won or the quote is out.</summary>
public sealed class DealRightsTests
{
    [Theory, EveryDatabase]
    public async Task Lines_people_and_quote_lines_are_changed_only_by_who_may_edit_the_deal_or_quote(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var ((hanako, seller), (ken, other)) = (await Seller(crm, "hanako@example.jp", "営業 花子"), await Seller(crm, "ken@example.jp", "佐藤 健"));
        var (theirs, own) = (await crm.Deal("大口案件", "approach", ("owner", ken)), await crm.Deal("自分の案件", "approach", ("owner", hanako)));
        var line = await crm.Line(theirs, "保護具一式", 1, 900_000m, ("owner", hanako));
        var quote = await crm.Ask(new BeginQuote(theirs));
        await crm.Ask(new SaveRecord(DealsContract.Quote, quote, new Dictionary<string, object?> { ["owner"] = ken }));
        var person = await crm.Person("渡邉", "健");

        Assert.Equal("forbidden", await Code(crm, seller, DealsContract.Line, null, ("dealId", theirs), ("productName", "x"), ("unitPrice", 1m)));
        Assert.Equal("forbidden", await Code(crm, seller, DealsContract.Line, line, ("unitPrice", 1m)));
        Assert.Equal("forbidden", await Code(crm, seller, DealsContract.Line, line, ("dealId", own)));
        Assert.Equal("forbidden", await Code(crm, seller, DealsContract.Participant, null, ("dealId", theirs), ("personId", person)));
        Assert.Equal("forbidden", await Code(crm, seller, DealsContract.QuoteLine, null, ("quoteId", quote), ("name", "x"), ("unitPrice", 1m)));
        Assert.Equal((RowAction.Refused, "forbidden"), await Binned(crm, seller, line));
        await crm.DeliverEvents();
        Assert.Equal(900_000m, (await crm.Get(DealsContract.Deal, theirs))["amount"]);

        Assert.Null(await Code(crm, seller, DealsContract.Line, null, ("dealId", own), ("productName", "軍手"), ("unitPrice", 1m)));
        Assert.Null(await Code(crm, other, DealsContract.Line, line, ("unitPrice", 800_000m)));
        Assert.Equal(RowAction.Updated, (await Binned(crm, other, line)).Action);
        Assert.Equal(RowAction.Refused, (await crm.Send(new RestoreRecords(DealsContract.Line, [line]), actor: seller)).Value.Rows[0].Action);
    }

    [Theory, EveryDatabase]
    public async Task Of_a_deal_one_may_not_see_nobody_learns_that_it_is_there(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var theirs = await crm.Deal("ほかの人の案件");
        var blind = TestHost.UserWith(
            (DealsContract.Deal, RecordAction.Read, Reach.Own), (DealsContract.Deal, RecordAction.Edit, Reach.Own), (DealsContract.Line, RecordAction.Read, Reach.All), (DealsContract.Line, RecordAction.Create, Reach.All));

        var (there, nowhere) = (await Code(crm, blind, DealsContract.Line, null, ("dealId", theirs), ("productName", "x")), await Code(crm, blind, DealsContract.Line, null, ("dealId", Ids.New()), ("productName", "x")));

        Assert.Equal(("no-such-record", "no-such-record"), (there, nowhere));
    }

    [Theory, EveryDatabase]
    public async Task A_won_deal_keeps_amount_day_and_lines_until_it_is_reopened(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("清掃用品の定期納入", "closing");
        var line = await crm.Line(deal, "ゴミ袋 90L", 10, 50_000m);
        await crm.Do(new WinDeal(deal, new DateOnly(2026, 11, 10)));
        await crm.DeliverEvents();

        Assert.Equal("deals.closed", await Code(crm, null, DealsContract.Line, line, ("unitPrice", 5_000m)));
        Assert.Equal("deals.closed", await Code(crm, null, DealsContract.Line, null, ("dealId", deal), ("productName", "x"), ("unitPrice", 1m)));
        Assert.Equal((RowAction.Refused, "deals.closed"), await Binned(crm, null, line));
        Assert.Equal("deals.closed", await crm.Refused(new Crm.Deals.Shared.SaveDealLines(deal, new Dictionary<string, object?> { ["0.name"] = "x" })));
        Assert.Equal("deals.closed", await Code(crm, null, DealsContract.Deal, deal, ("amount", 1m)));
        Assert.Equal("deals.closed", await Code(crm, null, DealsContract.Deal, deal, ("closedOn", "2026-11-01")));
        Assert.Null(await Code(crm, null, DealsContract.Deal, deal, ("memo", "担当者が異動")));
        await crm.DeliverEvents();
        Assert.Equal((500_000m, new DateOnly(2026, 11, 10)), ((decimal)(await crm.Get(DealsContract.Deal, deal))["amount"]!, (DateOnly)(await crm.Get(DealsContract.Deal, deal))["closedOn"]!));

        await crm.Do(new ReopenDeal(deal));
        Assert.Null(await Code(crm, null, DealsContract.Line, line, ("unitPrice", 5_000m)));
        await crm.DeliverEvents();
        Assert.Equal(50_000m, (await crm.Get(DealsContract.Deal, deal))["amount"]);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_that_came_closed_still_gets_the_lines_it_had(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("昨年の案件", "closing", ("status", "won"), ("closedOn", "2026-03-31"), ("openedOn", "2026-01-10"));

        await crm.Line(deal, "段ボール", 10, 3_000m);
        await crm.DeliverEvents();

        Assert.Equal(("won", 30_000m), ((await crm.Get(DealsContract.Deal, deal))["status"], (decimal)(await crm.Get(DealsContract.Deal, deal))["amount"]!));
        Assert.Equal("deals.closed-in-future", await Code(crm, null, DealsContract.Deal, deal, ("closedOn", "2026-11-21")));
    }

    [Theory, EveryDatabase]
    public async Task A_stage_or_pipeline_with_open_deals_does_not_go_away(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var deal = await crm.Deal("提案中の案件", "proposal");
        var (stage, pipeline) = (await crm.Stage("proposal"), (await crm.List(DealsContract.Pipeline)).Rows[0].Id);

        foreach (var (type, id) in new[] { (DealsContract.Stage, stage), (DealsContract.Pipeline, pipeline) })
        {
            var row = (await crm.Ask(new DeleteRecords(type, [id]))).Rows[0];
            Assert.Equal((RowAction.Refused, "deals.stage-in-use"), (row.Action, Assert.Single(row.Problems).Code));
        }

        await crm.Do(new LoseDeal(deal, await crm.LossReason("price")));
        Assert.Equal(RowAction.Updated, (await crm.Ask(new DeleteRecords(DealsContract.Stage, [stage]))).Rows[0].Action);
        Assert.Equal(RowAction.Updated, (await crm.Ask(new RestoreRecords(DealsContract.Stage, [stage]))).Rows[0].Action);
    }

    [Theory, EveryDatabase]
    public async Task Amounts_hidden_on_the_deal_come_to_light_neither_on_a_quote_of_ones_own_nor_on_its_sheet(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (flat, withLines) = (await crm.Deal("金額は秘密", "proposal"), await crm.Deal("単価も秘密", "proposal"));
        await crm.Line(withLines, "段ボール", 10, 2_980m, ("discount", 100m));
        (string, RecordAction, Reach)[] rights =
        [
            .. from type in new[] { DealsContract.Deal, DealsContract.Line, DealsContract.Quote, DealsContract.QuoteLine }
               from action in new[] { RecordAction.Read, RecordAction.Create }
               select (type, action, Reach.All),
        ];
        var withoutAmounts = TestHost.UserWithout([$"{DealsContract.Deal}/value", $"{DealsContract.Deal}/amount"], [], rights);
        var withoutTotals = TestHost.UserWithout([$"{DealsContract.Quote}/total"], [], rights);

        foreach (var deal in new[] { flat, withLines })
        {
            var quote = await crm.Ask(new BeginQuote(deal), actor: withoutAmounts);
            var line = Assert.Single((await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", quote), "name", "unitPrice", "discount")).Read());
            Assert.Equal((null, null), (line.Number("unitPrice"), line.Number("discount")));
            Assert.Equal("forbidden", Assert.Single((await crm.Send(new GetQuoteDocument(quote), actor: withoutTotals)).Problems).Code);
            Assert.False((await crm.Send(new GetQuoteDocument(quote), actor: withoutAmounts)).Failed);
        }

        var seen = await crm.Ask(new BeginQuote(withLines), actor: withoutTotals);
        Assert.Equal(2_980m, Assert.Single((await crm.List(DealsContract.QuoteLine, Filter.Eq("quoteId", seen), "unitPrice")).Read()).Number("unitPrice"));
    }

    [Theory, EveryDatabase]
    public async Task A_handover_names_every_open_deal_also_to_whoever_may_not_see_amounts(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (leaves, _) = await Seller(crm, "hanako@example.jp", "営業 花子");
        var (stage, company) = (await crm.Stage("approach"), await crm.Company("株式会社青葉製作所"));
        var many = await crm.Ask(new SaveRecords(DealsContract.Deal, [.. Enumerable.Range(1, 501).Select(i => new Dictionary<string, object?> { ["name"] = $"案件{i}", ["companyId"] = company, ["stageId"] = stage, ["owner"] = leaves })]));
        Assert.All(many.Rows, r => Assert.Empty(r.Problems));
        var viewer = TestHost.UserWithout(
            [$"{DealsContract.Deal}/value"], [], (DealsContract.Deal, RecordAction.Read, Reach.All), (DealsContract.Stage, RecordAction.Read, Reach.All), (DealsContract.Activity, RecordAction.Read, Reach.All));

        await using var scope = await crm.Scope(actor: viewer);
        var work = new CollectOpenWork(leaves);
        await scope.Get<MediatR.IMediator>().Publish(work);

        Assert.Equal(501, work.Parts.Count);
    }

    /// <summary>Somebody who sees all, edits what is their own, and makes and changes lines freely.</summary>
    private static async Task<(Guid Id, Actor Actor)> Seller(TestHost crm, string mail, string name)
    {
        var id = (await crm.Ask(new Crm.Platform.Identity.Users.InviteUser(mail, name) { Roles = ["sales"] })).Id;
        var reaches =
            from type in new[] { DealsContract.Deal, DealsContract.Quote, DealsContract.Line, DealsContract.QuoteLine, DealsContract.Participant, CustomersContract.Person }
            let own = type is DealsContract.Deal or DealsContract.Quote
            from action in new[] { RecordAction.Read, RecordAction.Create, RecordAction.Edit, RecordAction.Delete }
            select (Key: (type, action), Reach: own && action is (RecordAction.Edit or RecordAction.Delete) ? Reach.Own : Reach.All);
        return (id, new Actor(id, name, ChangeSource.Screen, new AccessRights { Reaches = reaches.ToDictionary(r => r.Key, r => r.Reach) }));
    }

    private static async Task<string?> Code(TestHost crm, Actor? actor, string type, Guid? id, params (string Field, object? Value)[] values)
    {
        var saved = await crm.Send(new SaveRecord(type, id, values.ToDictionary(v => v.Field, v => v.Value)), actor: actor);
        return saved.Failed ? saved.Problems[0].Code : null;
    }

    private static async Task<(RowAction Action, string? Code)> Binned(TestHost crm, Actor? actor, Guid line)
    {
        var row = (await crm.Send(new DeleteRecords(DealsContract.Line, [line]), actor: actor)).Value.Rows[0];
        return (row.Action, row.Problems.FirstOrDefault()?.Code);
    }
}
