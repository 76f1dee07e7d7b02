using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Customers.Duplicates;
using Crm.Deals.Contracts;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;

namespace Crm.Tests.Customers.Care;

/// <summary>A merge as it happens: by events, in every module that is on, and back.</summary>
public sealed class MergeTests
{
    [Theory, EveryDatabase]
    public async Task Deals_follow_a_merge_of_companies_and_go_back_with_its_undo_but_for_what_was_changed_since(string database)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        await using var crm = await DealsHost.Start(database);
        var (stays, goes) = (await crm.Company("株式会社青葉製作所", ("code", "C-1")), await crm.Company("㈱青葉製作所", ("code", "C-2"), ("phone", "03-1234-5678")));
        var branch = await crm.Company("青葉製作所 大阪支店", ("parentId", goes));
        var (one, two) = (await crm.Deal("資材の年間契約", "approach", ("companyId", goes)), await crm.Deal("安全靴", "approach", ("companyId", goes)));
        var elsewhere = await crm.Company("湾岸運輸株式会社");

        var merge = await crm.Ask(new MergeCustomers(CustomersContract.Company, stays, goes));
        await crm.DeliverEvents();

        Assert.Equal(stays, (await crm.Get(DealsContract.Deal, one))["companyId"]);
        Assert.Equal(stays, (await crm.Get(CustomersContract.Company, branch))["parentId"]);
        Assert.Equal("C-1", (await crm.Get(CustomersContract.Company, stays))["code"]);
        Assert.Equal("03-1234-5678", (await crm.Get(CustomersContract.Company, stays))["phone"]);

        await crm.Save(DealsContract.Deal, two, ("companyId", elsewhere));
        await crm.Save(CustomersContract.Company, stays, ("phone", "03-9999-0000"));
        await crm.Done(new UndoMerge(merge));
        await crm.DeliverEvents();

        Assert.Equal(goes, (await crm.Get(DealsContract.Deal, one))["companyId"]);
        Assert.Equal(elsewhere, (await crm.Get(DealsContract.Deal, two))["companyId"]);
        Assert.Equal(goes, (await crm.Get(CustomersContract.Company, branch))["parentId"]);
        Assert.Equal("03-9999-0000", (await crm.Get(CustomersContract.Company, stays))["phone"]);
        Assert.Equal("C-2", (await crm.Get(CustomersContract.Company, goes))["code"]);
        var listed = Assert.Single((await crm.Ask(new GetDuplicates(CustomersContract.Company))).Merges);
        Assert.Contains("電話", listed.Kept, StringComparison.Ordinal);
        Assert.Contains("会社", listed.Kept, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_record_that_was_merged_says_into_which_and_comes_back_only_by_undoing(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (stays, goes) = (await crm.Person("佐藤", "健一"), await crm.Person("佐藤", "健一"));
        var merge = await crm.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));

        var restored = (await crm.Ask(new RestoreRecords(CustomersContract.Person, [goes]))).Rows[0];
        Assert.Equal("customers.merged", Assert.Single(restored.Problems).Code);
        Assert.Equal((merge, stays), Assert.Single((await crm.Ask(new GetMergeOf(CustomersContract.Person, goes))).Select(m => (m.Id, m.SurvivorId))));

        await crm.Done(new UndoMerge(merge));
        Assert.Empty(await crm.Ask(new GetMergeOf(CustomersContract.Person, goes)));
        await crm.Ask(new DeleteRecords(CustomersContract.Person, [goes]));
        Assert.Empty((await crm.Ask(new RestoreRecords(CustomersContract.Person, [goes]))).Rows[0].Problems);
    }

    [Theory, EveryDatabase]
    public async Task A_merge_that_was_undone_before_others_heard_of_it_moves_nothing(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (stays, goes) = (await crm.Company("株式会社青葉製作所"), await crm.Company("㈱青葉製作所"));
        var deal = await crm.Deal("資材の年間契約", "approach", ("companyId", goes));

        await crm.Done(new UndoMerge(await crm.Ask(new MergeCustomers(CustomersContract.Company, stays, goes))));
        await crm.DeliverEvents();

        Assert.Equal(goes, (await crm.Get(DealsContract.Deal, deal))["companyId"]);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_may_not_change_all_that_moved_takes_nothing_back(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var clerk = TestHost.UserWith(
            (CustomersContract.Company, RecordAction.Read, Reach.All), (CustomersContract.Company, RecordAction.Edit, Reach.All), (CustomersContract.Company, RecordAction.Delete, Reach.All),
            (DealsContract.Deal, RecordAction.Read, Reach.All));
        var (stays, goes) = (await crm.Company("株式会社青葉製作所"), await crm.Company("㈱青葉製作所"));
        var deal = await crm.Deal("資材の年間契約", "approach", ("companyId", goes));
        var merge = await crm.Ask(new MergeCustomers(CustomersContract.Company, stays, goes), actor: clerk);
        await crm.DeliverEvents();

        var undone = await crm.Send(new UndoMerge(merge), actor: clerk);

        Assert.Equal(ProblemKind.Forbidden, undone.Problems[0].Kind);
        Assert.Equal(stays, (await crm.Get(DealsContract.Deal, deal))["companyId"]);
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Company, goes))).Failed);

        // An administrator takes all of it back.
        await crm.Done(new UndoMerge(merge));
        Assert.Equal(goes, (await crm.Get(DealsContract.Deal, deal))["companyId"]);
    }

    [Theory, EveryDatabase]
    public async Task Only_who_may_see_both_is_told_of_a_pair_and_of_a_merge(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (stays, goes) = (await crm.Person("髙橋", "健一", ("email", "k@example.jp")), await crm.Person("高橋", "健一", ("email", "k@example.jp")));
        await crm.Ask(new MergeCustomers(CustomersContract.Person, stays, goes));
        var own = TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.Own));

        var queue = await crm.Ask(new GetDuplicates(CustomersContract.Person), actor: own);

        Assert.Empty(queue.Pairs);
        Assert.Empty(queue.Merges);
    }

    [Theory, EveryDatabase]
    public async Task Who_does_not_see_a_refusal_cannot_lose_it_by_a_merge(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var (stays, goes) = (await crm.Person("早乙女", "千鶴", ("mailMagazine", "ok")), await crm.Person("早乙女", "千づる", ("mailMagazine", "no")));
        (string, RecordAction, Reach)[] rights = [.. ((RecordAction[])[RecordAction.Read, RecordAction.Edit, RecordAction.Delete]).Select(a => (CustomersContract.Person, a, Reach.All))];
        var blind = TestHost.UserWithout([CustomersContract.Person + "/mailMagazine"], [], rights);

        Assert.Equal("customers.merge-hidden-answers", (await crm.Send(new MergeCustomers(CustomersContract.Person, stays, goes), actor: blind)).Problems[0].Code);
        Assert.Empty((await crm.Send(new MergeCustomers(CustomersContract.Person, stays, goes), actor: TestHost.UserWith(rights))).Problems);
        Assert.Equal("no", (await crm.Get(CustomersContract.Person, stays))["mailMagazine"]);
    }

    [Theory, EveryDatabase]
    public async Task Only_who_may_change_both_decides_that_they_are_two(string database)
    {
        await using var crm = await DealsHost.Start(database);
        var me = TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All), (CustomersContract.Person, RecordAction.Edit, Reach.Own));
        var (mine, theirs) = (await crm.Person("早乙女", "千鶴"), await crm.Person("早乙女", "千づる"));

        Assert.True((await crm.Send(new MarkNotTheSame(mine, theirs), actor: me)).Failed);
        Assert.False((await crm.Send(new MarkNotTheSame(mine, theirs), actor: TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All), (CustomersContract.Person, RecordAction.Edit, Reach.All)))).Failed);
    }

    [Theory, EveryDatabase]
    public async Task Two_customers_that_are_not_the_same_are_never_offered_again(string database)
    {
        await using var crm = await CustomersHost.Start(database);
        var (one, two) = (await crm.Person("高橋", "健一", ("birthDate", "1970-04-01"), ("email", "k@example.jp")), await crm.Person("髙橋", "健一", ("birthDate", "1970-04-01"), ("email", "k@example.jp")));
        await crm.DeliverEvents();
        Assert.Single((await crm.Ask(new GetDuplicates(CustomersContract.Person))).Pairs);

        await crm.Done(new MarkNotTheSame(one, two));
        await crm.Save(CustomersContract.Person, two, ("memo", "午前に電話"));
        await crm.DeliverEvents();

        Assert.Empty((await crm.Ask(new GetDuplicates(CustomersContract.Person))).Pairs);
    }
}
