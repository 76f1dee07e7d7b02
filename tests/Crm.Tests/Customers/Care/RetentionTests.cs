using Crm.Customers;
using Crm.Customers.Contracts;
using Crm.Customers.Retention.Purging;
using Crm.Customers.Retention.Rules;
using Crm.Deals.Contracts;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Deals;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Tests.Customers.Care;

/// <summary>Records are kept as long as the rules say: proposed by one, approved by another, purged, certified.</summary>
public sealed class RetentionTests
{
    private Actor author = null!;
    private Actor colleague = null!;

    [Theory, EveryDatabase]
    public async Task What_is_over_is_proposed_approved_by_another_purged_and_certified_without_names(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var chizuru = await crm.Person("早乙女", "千鶴");
        var (old, recent) = (await Note(crm, chizuru, 2020), await Note(crm, chizuru, 2026));
        var rule = await Rule(crm, CustomersContract.Note, "writtenAt", 36);

        var purge = await crm.Ask(new ProposePurge(rule), actor: author);
        await DrawUp(crm, purge);
        Assert.Equal("customers.own-purge", Assert.Single((await crm.Send(new ApprovePurge(purge), actor: author)).Problems).Code);
        Assert.Equal("forbidden", Assert.Single((await crm.Send(new ApprovePurge(purge), actor: TestHost.UserWith([CustomersContract.Retention]))).Problems).Code);
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);
        await crm.DeliverEvents();
        await Job<RunPurges>(crm);

        Assert.True((await crm.Send(new GetRecord(CustomersContract.Note, old) { EvenDeleted = true })).Failed);
        Assert.False((await crm.Send(new GetRecord(CustomersContract.Note, recent))).Failed);
        var done = await crm.Get(CustomersContract.Purge, purge);
        Assert.Equal(("done", 1m, 1m), (done["state"], done["listed"], done["gone"]));
        var paper = (await crm.Render<PurgeCertificate>(CustomersContract.Purge, purge)).Body!.TextContent;
        Assert.Contains("消去証明書", paper, StringComparison.Ordinal);
        Assert.Contains("「日時」から3年経過後に消去", paper, StringComparison.Ordinal);
        Assert.DoesNotContain("早乙女", paper, StringComparison.Ordinal);
        Assert.DoesNotContain("引っ越し", paper, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_set_the_rule_does_not_approve_what_the_clock_proposes_by_it(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        await Note(crm, await crm.Person("早乙女", "千鶴"), 2020);
        await Rule(crm, CustomersContract.Note, "writtenAt", 36);
        await Job<DrawUpPurges>(crm);
        await Job<DrawUpPurges>(crm);
        var purge = Assert.Single((await crm.List(CustomersContract.Purge)).Rows).Id;

        Assert.Equal("customers.own-purge", Assert.Single((await crm.Send(new ApprovePurge(purge), actor: author)).Problems).Code);
        Assert.Equal("customers.own-purge", Assert.Single((await crm.Send(new ApprovePurge(purge))).Problems).Code);
        Assert.Contains(await Bell(crm, colleague), n => n.Title.Ja.StartsWith("消去の承認待ち", StringComparison.Ordinal));
        Assert.Empty(await Bell(crm, author));
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);
    }

    [Theory, EveryDatabase]
    public async Task What_the_law_keeps_and_what_others_point_to_is_held_back_with_the_reason(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var company = await crm.Company("株式会社青葉製作所");
        await crm.Company("株式会社みなと商事");
        var person = await crm.Person("早乙女", "千鶴");
        var old = await crm.Save(CustomersContract.Purchase, ("companyId", company), ("boughtOn", new DateOnly(2015, 4, 1)), ("amount", 1_000m));
        await crm.Save(CustomersContract.Purchase, ("personId", person), ("boughtOn", new DateOnly(2024, 4, 1)), ("amount", 2_000m));

        var purchases = await Proposed(crm, await Rule(crm, CustomersContract.Purchase, "boughtOn", 12));
        Assert.Equal((1, 1), (purchases.Of(ItemStates.Waiting), purchases.Of(ItemStates.Held)));
        Assert.Equal("法令により保存: 購入記録（法人税法施行規則59条）", Assert.Single(purchases.Counts, c => c.State == ItemStates.Held).Reason!.Value.Ja);
        Assert.Equal(old, Assert.Single(purchases.Rows, r => r.State == ItemStates.Waiting).Id);

        crm.Clock.Advance(TimeSpan.FromDays(800));
        var companies = await Proposed(crm, await Rule(crm, CustomersContract.Company, "updatedAt", 24));
        Assert.Equal("ほかの記録が参照: 購入", Assert.Single(companies.Rows, r => r.Id == company).Reason!.Value.Ja);
        Assert.Equal(1, companies.Of(ItemStates.Waiting));
        var people = await Proposed(crm, await Rule(crm, CustomersContract.Person, "updatedAt", 24));
        Assert.StartsWith("法令により保存: 購入記録", Assert.Single(people.Rows, r => r.Id == person).Reason!.Value.Ja, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_deal_goes_with_its_lines_and_activities_and_an_open_one_holds_its_customer(string database)
    {
        await using var crm = await Begin(DealsHost.Start(database));
        var lost = await crm.Deal("温室の改修", "approach");
        await crm.Line(lost, "ガラス", 10, 5_000m);
        await crm.Save(DealsContract.Activity, ("subject", "現地確認"), ("startsAt", new DateTimeOffset(2026, 6, 1, 3, 0, 0, TimeSpan.Zero)), ("dealId", lost));
        var open = await crm.Deal("倉庫の改修", "approach");
        var customer = (Guid)(await crm.Get(DealsContract.Deal, open))["personId"]!;
        await InDb(crm, db => db.Database.ExecuteSqlAsync($"UPDATE deals_deal SET status = 'lost' WHERE name = '温室の改修'"));
        crm.Clock.Advance(TimeSpan.FromDays(800));

        var people = await Proposed(crm, await Rule(crm, CustomersContract.Person, RuleScope.LastActivity, 24));
        Assert.Equal("進行中の案件があります", Assert.Single(people.Rows, r => r.Id == customer).Reason!.Value.Ja);
        var deals = await Proposed(crm, await Rule(crm, DealsContract.Deal, RuleScope.LastActivity, 24));
        Assert.Equal(lost, Assert.Single(deals.Rows, r => r.State == ItemStates.Waiting).Id);
        Assert.False((await crm.Send(new ApprovePurge(deals.Purge.Id), actor: colleague)).Failed);
        await Job<RunPurges>(crm);

        Assert.True((await crm.Send(new GetRecord(DealsContract.Deal, lost))).Failed);
        Assert.False((await crm.Send(new GetRecord(DealsContract.Deal, open))).Failed);
        Assert.Empty((await crm.List(DealsContract.Line)).Rows);
        Assert.Empty((await crm.List(DealsContract.Activity)).Rows);
        var after = await crm.Ask(new GetPurge(deals.Purge.Id));
        Assert.Equal(2, after.Counts.Where(c => c.Along && c.State == ItemStates.Gone).Sum(c => c.Count));
    }

    [Theory, EveryDatabase]
    public async Task A_person_whose_last_activity_is_long_ago_goes_from_everywhere(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var (chizuru, goro) = (await crm.Person("早乙女", "千鶴"), await crm.Person("大谷", "五郎"));
        await Note(crm, chizuru, 2024);
        crm.Clock.Advance(TimeSpan.FromDays(800));
        await Note(crm, goro, 2028);

        var people = await Proposed(crm, await Rule(crm, CustomersContract.Person, RuleScope.LastActivity, 24));
        Assert.Equal(chizuru, Assert.Single(people.Rows).Id);
        Assert.False((await crm.Send(new ApprovePurge(people.Purge.Id), actor: colleague)).Failed);
        await Job<RunPurges>(crm);

        Assert.Empty(await crm.Ask(new SearchRecords("千鶴")));
        Assert.True((await crm.Send(new GetRecord(CustomersContract.Person, chizuru) { EvenDeleted = true })).Failed);
        Assert.Single((await crm.List(CustomersContract.Note)).Rows);
        Assert.Single((await crm.Ask(new GetPurge(people.Purge.Id))).Counts, c => c is { Along: true, State: ItemStates.Gone, Count: 1 });
    }

    [Theory, EveryDatabase]
    public async Task A_run_that_is_stopped_goes_on_and_counts_each_record_once(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var person = await crm.Person("早乙女", "千鶴");
        await crm.Ask(new SaveRecords(CustomersContract.Note, [.. Enumerable.Range(1, 120).Select(i => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?> { ["personId"] = person, ["writtenAt"] = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), ["title"] = $"電話 {i}", ["text"] = "引っ越し" })]));
        var purge = (await Proposed(crm, await Rule(crm, CustomersContract.Note, "writtenAt", 36))).Purge.Id;
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);

        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Job<RunPurges>(crm, stop: stop));
        var half = (await crm.List(CustomersContract.Note)).Rows;
        Assert.InRange(half.Count, 1, 119);

        // As if the node had died between removing a record and noting it.
        var dead = half[0].Id;
        await crm.Ask(new EraseRecords(CustomersContract.Note, [dead]));
        await InDb(crm, db => db.PurgeItems.Where(i => i.RecordId == dead).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ItemStates.Going)));
        await Job<RunPurges>(crm);

        Assert.Empty((await crm.List(CustomersContract.Note)).Rows);
        var done = await crm.Get(CustomersContract.Purge, purge);
        Assert.Equal(("done", 120m, 0m), (done["state"], done["gone"], done["refused"]));
    }

    [Theory, EveryDatabase]
    public async Task What_was_used_again_or_is_to_be_kept_longer_after_the_approval_stays(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var person = await crm.Person("早乙女", "千鶴");
        var (used, longer) = (await Note(crm, person, 2020), await Note(crm, person, 2021));
        var rule = await Rule(crm, CustomersContract.Note, "writtenAt", 36);
        var purge = (await Proposed(crm, rule)).Purge.Id;
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);
        await crm.Save(CustomersContract.Note, used, ("writtenAt", new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)));
        await Rule(crm, CustomersContract.Note, "writtenAt", 72, rule);

        await Job<RunPurges>(crm);

        Assert.False((await crm.Send(new GetRecord(CustomersContract.Note, used))).Failed);
        Assert.False((await crm.Send(new GetRecord(CustomersContract.Note, longer))).Failed);
        Assert.Equal(2m, (await crm.Get(CustomersContract.Purge, purge))["refused"]);
    }

    [Theory, EveryDatabase]
    public async Task What_somebody_keeps_is_left_out_of_later_lists_too_until_they_let_go(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var note = await Note(crm, await crm.Person("早乙女", "千鶴"), 2020);
        var rule = await Rule(crm, CustomersContract.Note, "writtenAt", 36);
        var first = (await Proposed(crm, rule)).Purge.Id;
        await crm.Done(new KeepFromPurge(first, note, Keep: true));
        Assert.Equal("customers.purge-empty", Assert.Single((await crm.Send(new ApprovePurge(first), actor: colleague)).Problems).Code);
        await crm.Done(new TurnDownPurge(first, "訴訟のため保存"));

        // A list of the clock with nothing to go is not kept.
        await Job<DrawUpPurges>(crm);
        Assert.Equal(first, Assert.Single((await crm.List(CustomersContract.Purge)).Rows).Id);
        var second = await Proposed(crm, rule);
        Assert.Equal("残すと決めた記録", Assert.Single(second.Rows).Reason!.Value.Ja);
    }

    [Theory, EveryDatabase]
    public async Task An_anonymised_company_keeps_its_figures_and_tells_nothing_of_who_it_was(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var company = await crm.Company("早乙女商店", ("phone", "045-555-0110"), ("memo", "早乙女様の店"), ("kind", "corporation"));
        crm.Clock.Advance(TimeSpan.FromDays(800));
        var purge = (await Proposed(crm, await Rule(crm, CustomersContract.Company, "updatedAt", 24, deed: Deeds.Anonymise))).Purge.Id;
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);

        await Job<RunPurges>(crm);

        var left = await crm.Get(CustomersContract.Company, company);
        Assert.Equal(("（匿名化済み）", null, null, "corporation"), (left["name"], left["phone"], left["memo"], left["kind"]));
        Assert.Empty(await crm.Ask(new SearchRecords("早乙女")));
        Assert.Equal(1m, (await crm.Get(CustomersContract.Purge, purge))["gone"]);
    }

    [Theory, EveryDatabase]
    public async Task People_picked_from_the_stale_ones_go_the_same_way(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var (chizuru, goro) = (await crm.Person("早乙女", "千鶴"), await crm.Person("大谷", "五郎"));
        var purge = await crm.Ask(new ProposePurgeOf(CustomersContract.Person, [chizuru, goro]), actor: author);
        await DrawUp(crm, purge);
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);
        await crm.Save(CustomersContract.Person, goro, ("occupation", "会社員"));

        await Job<RunPurges>(crm);

        Assert.True((await crm.Send(new GetRecord(CustomersContract.Person, chizuru))).Failed);
        Assert.Equal("大谷", (await crm.Get(CustomersContract.Person, goro))["lastName"]);
    }

    [Theory, EveryDatabase]
    public async Task What_lies_in_the_bin_goes_when_somebody_else_approves_and_what_was_restored_or_merged_stays(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var (gone, back, here) = (await crm.Person("早乙女", "千鶴"), await crm.Person("大谷", "五郎"), await crm.Person("高橋", "美咲"));
        var twin = await crm.Person("高橋", "みさき");
        await crm.Ask(new MergeCustomers(CustomersContract.Person, here, twin));
        await crm.Ask(new DeleteRecords(CustomersContract.Person, [gone, back]));
        Assert.Equal("forbidden", Assert.Single((await crm.Send(new ProposePurgeOfBin(CustomersContract.Person), actor: TestHost.UserWith((CustomersContract.Person, RecordAction.Read, Reach.All)))).Problems).Code);
        Assert.Equal("customers.bin-is-empty", Assert.Single((await crm.Send(new ProposePurgeOfBin(CustomersContract.Company), actor: author)).Problems).Code);

        var purge = await crm.Ask(new ProposePurgeOfBin(CustomersContract.Person), actor: author);
        await DrawUp(crm, purge);
        Assert.Equal(2m, (await crm.Get(CustomersContract.Purge, purge))["listed"]);
        Assert.Equal("customers.own-purge", Assert.Single((await crm.Send(new ApprovePurge(purge), actor: author)).Problems).Code);
        Assert.False((await crm.Send(new GetRecord(CustomersContract.Person, gone) { EvenDeleted = true })).Failed);
        Assert.False((await crm.Send(new ApprovePurge(purge), actor: colleague)).Failed);
        await crm.Ask(new RestoreRecords(CustomersContract.Person, [back]));

        await Job<RunPurges>(crm);

        Assert.True((await crm.Send(new GetRecord(CustomersContract.Person, gone) { EvenDeleted = true })).Failed);
        Assert.Equal("大谷", (await crm.Get(CustomersContract.Person, back))["lastName"]);
        Assert.False((await crm.Send(new GetRecord(CustomersContract.Person, twin) { EvenDeleted = true })).Failed);
        var certificate = await crm.Get(CustomersContract.Purge, purge);
        Assert.Equal(("done", 1m, 1m), (certificate["state"], certificate["gone"], certificate["refused"]));
    }

    [Theory, EveryDatabase]
    public async Task Rules_and_purges_change_by_their_commands_alone_and_ask_for_rights(string database)
    {
        await using var crm = await Begin(CustomersHost.Start(database));
        var rule = await Rule(crm, CustomersContract.Note, "writtenAt", 36);
        var everything = TestHost.UserWith((CustomersContract.RetentionRule, RecordAction.Read, Reach.All), (CustomersContract.Note, RecordAction.Read, Reach.All));

        Assert.True((await crm.Send(new SaveRecord(CustomersContract.RetentionRule, rule, new Dictionary<string, object?> { ["months"] = 1 }))).Failed);
        Assert.True((await crm.Send(new SaveRecord(CustomersContract.Purge, null, new Dictionary<string, object?> { ["name"] = "全部" }))).Failed);
        Assert.Equal("forbidden", Assert.Single((await crm.Send(new ProposePurge(rule), actor: everything)).Problems).Code);
        Assert.Equal("customers.rule-does-not-fit", Assert.Single((await crm.Send(new SaveRetentionRule("証明", CustomersContract.Purge, "proposedAt", 12), actor: author)).Problems).Code);
        Assert.Equal("customers.rule-does-not-fit", Assert.Single((await crm.Send(new SaveRetentionRule("メモ", CustomersContract.Note, "boughtOn", 12), actor: author)).Problems).Code);
    }

    /// <summary>A host with two people who may do everything.</summary>
    private async Task<TestHost> Begin(Task<TestHost> starting)
    {
        var crm = await starting;
        author = await Somebody(crm, "佐藤 花子", "hanako@example.jp");
        colleague = await Somebody(crm, "鈴木 一郎", "ichiro@example.jp");
        return crm;
    }

    private static async Task<Actor> Somebody(TestHost crm, string name, string email) =>
        new((await crm.Ask(new InviteUser(email, name) { Roles = ["administrator"] })).Id, name, ChangeSource.Screen, AccessRights.OfTenant);

    private static Task<Guid> Note(TestHost crm, Guid person, int year) =>
        crm.Save(CustomersContract.Note, ("personId", person), ("writtenAt", new DateTimeOffset(year, 5, 1, 3, 0, 0, TimeSpan.Zero)), ("title", "早乙女様より電話"), ("text", "引っ越しの予定を伺った"));

    private Task<Guid> Rule(TestHost crm, string type, string from, int months, Guid? id = null, string deed = Deeds.Purge) =>
        crm.Ask(new SaveRetentionRule("保存期間の規則", type, from, months) { Id = id, Deed = deed }, actor: author);

    private async Task<PurgeView> Proposed(TestHost crm, Guid rule)
    {
        var purge = await crm.Ask(new ProposePurge(rule), actor: author);
        await DrawUp(crm, purge);
        return await crm.Ask(new GetPurge(purge), actor: colleague);
    }

    private static Task DrawUp(TestHost crm, Guid purge) => Job<DrawUpPurges>(crm, $$"""{"purge":"{{purge}}"}""");

    private static async Task Job<TJob>(TestHost crm, string? arguments = null, CancellationTokenSource? stop = null) where TJob : IJob
    {
        await using var scope = await crm.Scope(actor: Actor.System(ChangeSource.Job));
        await scope.Of<TJob>("customers").Run(new OneRun(arguments, stop), stop?.Token ?? CancellationToken.None);
    }

    private static async Task InDb(TestHost crm, Func<CustomersDb, Task<int>> change)
    {
        await using var scope = await crm.Scope();
        Assert.True(await change(scope.Of<CustomersDb>("customers")) > 0);
    }

    private static async Task<IReadOnlyList<Notice>> Bell(TestHost crm, Actor actor)
    {
        await using var scope = await crm.Scope(actor: actor);
        var notices = new CollectNotices(20);
        await scope.Get<IMediator>().Publish(notices);
        return notices.Parts;
    }

    /// <summary>Stops, when it is to, at the first sign of progress.</summary>
    private sealed class OneRun(string? arguments, CancellationTokenSource? stop) : JobRun
    {
        public override Guid Id { get; } = Ids.New();

        public override string? Arguments => arguments;

        public override Task Report(long done, long? total, Label? message = null)
        {
            stop?.Cancel();
            return Task.CompletedTask;
        }
    }
}
