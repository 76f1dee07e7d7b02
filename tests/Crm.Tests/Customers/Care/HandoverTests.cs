using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Handover;
using Crm.Customers.Quality;
using Crm.Deals;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Quotes;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>Somebody leaves: what they were in the middle of, and who has it afterwards. And how good the data is that is left behind.</summary>
public sealed class HandoverTests
{
    [Theory, EveryDatabase]
    public async Task Everything_of_who_leaves_is_on_the_sheet_and_goes_to_the_successor(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (taro, hanako) = (await Invite(crm, "taro"), await Invite(crm, "hanako"));
        var company = await crm.Company("湾岸運輸株式会社", ("owner", taro));
        await crm.Save(CustomersContract.Note, ("companyId", company), ("writtenAt", Moment(2026, 11, 1)), ("title", "単価の取り決め"), ("text", "2027年3月まで据え置き"));
        var deal = await crm.Deal("資材の年間契約", "approach", ("companyId", company), ("owner", taro));
        await crm.Save(DealsContract.Activity, ("subject", "見積の説明"), ("startsAt", Moment(2026, 12, 1)), ("dealId", deal), ("owner", taro));
        var others = await crm.Deal("安全靴", "approach", ("owner", hanako));

        var sheet = await crm.Ask(new GetHandover(taro));

        Assert.Empty(sheet.Missing);
        Assert.Equal(["見積の説明", "資材の年間契約"], sheet.Open.Select(o => o.Title).Order(StringComparer.Ordinal));
        var customer = Assert.Single(sheet.Customers);
        Assert.Equal("湾岸運輸株式会社", customer.Name);
        Assert.Equal(("単価の取り決め", "2027年3月まで据え置き"), (Assert.Single(customer.Notes).Title, customer.Notes[0].Text));

        Assert.Equal(3, await crm.Ask(new HandOver(taro, hanako)));

        Assert.Equal(hanako, (await crm.Get(DealsContract.Deal, deal))["owner"]);
        Assert.Equal(hanako, (await crm.Get(CustomersContract.Company, company))["owner"]);
        Assert.Equal(hanako, (await crm.Get(DealsContract.Deal, others))["owner"]);
        Assert.Empty((await crm.Ask(new GetHandover(taro))).Open);
    }

    [Theory, EveryDatabase]
    public async Task A_quote_that_went_out_and_a_deal_that_is_won_change_hands_too(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (taro, hanako) = (await Invite(crm, "taro"), await Invite(crm, "hanako"));
        var deal = await crm.Deal("飲料と備品", "proposal", ("companyId", await crm.Company("湾岸運輸株式会社")), ("owner", taro));
        await crm.Line(deal, "お茶 24本", 33, 1_033, ("taxRate", "reduced"));
        var quote = await crm.Ask(new BeginQuote(deal));
        await crm.Do(new IssueQuote(quote));
        await crm.Save(DealsContract.Quote, quote, ("owner", taro));
        await crm.Do(new WinDeal(deal));

        await crm.Ask(new HandOver(taro, hanako));

        Assert.Equal(hanako, (await crm.Get(DealsContract.Quote, quote))["owner"]);
        Assert.Equal(hanako, (await crm.Get(DealsContract.Deal, deal))["owner"]);
        Assert.Equal(0, (await crm.Ask(new GetHandover(taro))).InAll);
    }

    [Theory, EveryDatabase]
    public async Task When_one_record_cannot_change_hands_none_does_and_it_is_named(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule(), new DealsModule(), new SwornModule());
        var (taro, hanako) = (await Invite(crm, "taro"), await Invite(crm, "hanako"));
        var company = await crm.Company("湾岸運輸株式会社", ("owner", taro));
        var deal = await crm.Deal("資材の年間契約", "approach", ("owner", taro));
        await crm.Save(DealsContract.Activity, ("subject", "社外秘の打ち合わせ"), ("startsAt", Moment(2026, 12, 1)), ("dealId", deal), ("owner", taro));

        var refused = await crm.Send(new HandOver(taro, hanako));

        var problem = Assert.Single(refused.Problems);
        Assert.Equal(("sworn", "活動「社外秘の打ち合わせ」: 担当は変えられません。"), (problem.Code, problem.Message.Ja));
        Assert.Equal(taro, (await crm.Get(CustomersContract.Company, company))["owner"]);
        Assert.Equal(taro, (await crm.Get(DealsContract.Deal, deal))["owner"]);
        Assert.Equal(3, (await crm.Ask(new GetHandover(taro))).InAll);
    }

    [Theory, EveryDatabase]
    public async Task Work_is_handed_to_somebody_who_is_there_and_by_those_who_may(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (taro, gone) = (await Invite(crm, "taro"), await Invite(crm, "gone"));
        Assert.False((await crm.Send(new SetUserActive(gone, false))).Failed);

        Assert.Equal("customers.hand-over-to", (await crm.Send(new HandOver(taro, gone))).Problems[0].Code);
        Assert.Equal("customers.hand-over-to", (await crm.Send(new HandOver(taro, taro))).Problems[0].Code);
        var clerk = TestHost.UserWith((CustomersContract.Company, RecordAction.Edit, Reach.All));
        Assert.Equal(Sdk.ProblemKind.Forbidden, (await crm.Send(new HandOver(taro, gone), actor: clerk)).Problems[0].Kind);
    }

    [Theory, EveryDatabase]
    public async Task Quality_counts_what_is_filled_stale_and_to_check(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var old = await crm.Person("高橋", "健一", ("email", "k@example.jp"));
        crm.Clock.Advance(TimeSpan.FromDays(800));
        await crm.Person("佐藤", "花子", ("email", "h@example.jp"), ("mailMagazine", "ok"));

        var view = await crm.Ask(new GetQuality(CustomersContract.Person));

        Assert.Equal((2, 1), (view.Records, view.Stale));
        Assert.Equal(2, view.Fields.Single(f => f.Key == "email").Filled);
        Assert.Equal(0, view.Fields.Single(f => f.Key == "occupation").Filled);
        Assert.Equal(1, view.Fields.Single(f => f.Key == "mailMagazine").Filled); // not asked is not filled
        Assert.Equal(old, Assert.Single(view.Oldest.Rows).Id);
        Assert.InRange(view.Score!.Value, 1, 60);
    }

    private static async Task<Guid> Invite(TestHost crm, string name) => (await crm.Ask(new InviteUser($"{name}@alpha.example", name))).Id;

    private static DateTimeOffset Moment(int year, int month, int day) => new(year, month, day, 3, 0, 0, TimeSpan.Zero);
}

/// <summary>Lets nobody else have what it calls confidential.</summary>
internal sealed class SwornModule : CrmModule
{
    public override string Key => "sworn";

    public override Sdk.Label Name => ("守秘", "Sworn");

    public override void Configure(ModuleBuilder module)
    {
        module.Requires(DealsContract.Module);
        module.Records.Extend(DealsContract.Activity, activity => activity.Rule<StaysWithItsOwner>());
    }

    internal override IEnumerable<Type> Types() => [];

    internal sealed class StaysWithItsOwner : RecordRule
    {
        public override IEnumerable<Sdk.Problem> Check(RuleContext record) =>
            !record.IsNew && record.Changed("owner") && record["subject"] is string subject && subject.StartsWith("社外秘", StringComparison.Ordinal) ? [new("sworn", ("担当は変えられません。", "Its owner stays."))] : [];
    }
}
