using Crm.Campaigns.Audience;
using Crm.Campaigns.Contracts;
using Crm.Campaigns.Nurturing;
using Crm.Campaigns.Sending;
using Crm.Customers.Contracts;
using Crm.Platform.Mail;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Tests.Campaigns;

/// <summary>People walk through flows at their own time, each step once, whatever stops in between.</summary>
public sealed class FlowTests
{
    private const int Days = 60;
    private const int Tick = 12;

    [Fact]
    public async Task Sixty_days_with_restarts_and_killed_runs_equal_sixty_days_without()
    {
        var calm = await Walk(killed: false);
        var stormy = await Walk(killed: true);

        Assert.Equal(0, calm.Interrupted);
        Assert.InRange(stormy.Interrupted, 5, int.MaxValue);
        Assert.Equal(calm.Log, stormy.Log);
        Assert.Equal(calm.Mails, stormy.Mails);
        Assert.Equal(calm.Mails.Count, calm.Mails.Distinct().Count());

        // Who opens is thanked and leaves; who does not is reminded; who then follows the link gets the last mail, and the others leave.
        Assert.Equal("entered mail wait yes mail left", calm.WayOf(0));
        Assert.Equal("entered mail wait no mail wait no left", calm.WayOf(1));
        Assert.Equal("entered mail wait no mail wait yes mail done", calm.WayOf(9));
        Assert.EndsWith("responded", calm.WayOf(3), StringComparison.Ordinal);
        Assert.Equal("entered mail wait no mail wait withdrew", calm.WayOf(5));
        Assert.Equal(12, calm.Mails.Count(m => m.EndsWith("ようこそ", StringComparison.Ordinal)));
        Assert.Equal(6, calm.Mails.Count(m => m.EndsWith("ご覧いただきありがとうございます", StringComparison.Ordinal)));
        Assert.Equal(["c09@example.jp 最後のご案内"], calm.Mails.Where(m => m.EndsWith("最後のご案内", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_flow_that_stood_still_and_one_that_was_late_send_what_was_to_be_days_apart_days_apart()
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var flow = await crm.Flow();
        foreach (var subject in new[] { "一通目", "二通目", "三通目", "四通目" })
        {
            await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template(subject)));
            await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 7));
        }

        await crm.Done(new RunFlow(flow, On: true));
        await After(0, "一通目");
        crm.Clock.Advance(TimeSpan.FromDays(2));
        await crm.Done(new RunFlow(flow, On: false));
        crm.Clock.Advance(TimeSpan.FromDays(21));
        await crm.Done(new RunFlow(flow, On: true));
        await After(0, "一通目");
        await After(4.9, "一通目");
        await After(0.2, "一通目", "二通目");

        // Nothing ran for a month: one mail now, the next a week later.
        await After(30, "一通目", "二通目", "三通目");
        await After(6.9, "一通目", "二通目", "三通目");
        await After(0.2, "一通目", "二通目", "三通目", "四通目");

        async Task After(double days, params string[] subjects)
        {
            crm.Clock.Advance(TimeSpan.FromDays(days));
            await crm.RunJob<AdvanceFlows>();
            await crm.RunJob<SendDue>();
            Assert.Equal(subjects, server.Mails.Select(m => m.Header("Subject")));
        }
    }

    [Theory, EveryDatabase]
    public async Task While_a_flow_runs_neither_form_nor_api_changes_what_it_sends_to_whom_and_for_what(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        await crm.Person("高橋", "美咲", ("email", "misaki@example.jp"));
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var (flow, template) = (await crm.Flow(), await crm.Template("ようこそ"));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: template));
        var step = (await crm.Ask(new GetFlow(flow))).Steps.Single().Id;
        await crm.Done(new RunFlow(flow, On: true));
        var contract = (await crm.List(CustomersContract.Purpose, Filter.Eq("code", "order"), "code")).Rows[0].Id;

        async Task<string> Code<T>(IRequest<Result<T>> request) => (await crm.Send(request)).Problems.Select(p => p.Code).FirstOrDefault() ?? "done";
        SaveRecord Change(string type, Guid? id, params (string Field, object? Value)[] values) => new(type, id, values.ToDictionary(v => v.Field, v => v.Value));
        Assert.Equal("campaigns.flow-running", await Code(Change(CampaignsContract.Flow, flow, ("purposeId", contract))));
        Assert.Equal("campaigns.flow-running", await Code(Change(CampaignsContract.Flow, flow, ("segmentId", await crm.Everybody()))));
        Assert.Equal("campaigns.flow-running", await Code(Change(CampaignsContract.FlowStep, step, ("templateId", await crm.Template("別の内容")))));
        Assert.Equal("campaigns.flow-running", await Code(Change(CampaignsContract.FlowStep, null, ("flowId", flow), ("kind", StepKinds.Mail), ("templateId", template), ("position", 5))));
        Assert.Equal("campaigns.flow-running", (await crm.Ask(new DeleteRecords(CampaignsContract.FlowStep, [step]))).Rows.Single().Problems[0].Code);
        Assert.Equal("done", await Code(Change(CampaignsContract.Flow, flow, ("name", "新しい名前"), ("memo", "メモ"))));

        // The purpose itself becomes one that fulfils a contract, for which nobody is asked: nothing is sent, and not only to those who agreed.
        await crm.RunJob<AdvanceFlows>();
        await crm.Save(CustomersContract.Purpose, await crm.Newsletter(), ("contract", true));
        await Assert.ThrowsAsync<AggregateException>(() => crm.RunJob<SendDue>());
        Assert.Empty(server.Mails);
        await crm.Save(CustomersContract.Purpose, await crm.Newsletter(), ("contract", false));
        await crm.RunJob<SendDue>();
        Assert.Equal(["hanako@example.jp"], server.Mails.Select(m => m.To));
    }

    [Theory, EveryDatabase]
    public async Task What_a_running_flow_sends_is_changed_by_who_may_approve_it_alone(string database)
    {
        await using var crm = await CampaignsHost.Start(database);
        var (flow, template, other) = (await crm.Flow(), await crm.Template("ようこそ"), await crm.Template("使っていない"));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: template));
        await crm.Done(new RunFlow(flow, On: true));
        var writer = TestHost.UserWith((CampaignsContract.Template, RecordAction.Read, Reach.All), (CampaignsContract.Template, RecordAction.Edit, Reach.All), (CampaignsContract.Template, RecordAction.Delete, Reach.All));

        async Task<string> Code(Guid id, string field, string text)
        {
            await using var scope = await crm.Scope(actor: writer);
            var saved = await scope.Get<IMediator>().Send(new SaveRecord(CampaignsContract.Template, id, new Dictionary<string, object?> { [field] = text }));
            return saved.Problems.Select(p => p.Code).FirstOrDefault() ?? "done";
        }

        Assert.Equal("campaigns.template-runs", await Code(template, "body", "別の内容"));
        Assert.Equal("campaigns.template-runs", await Code(template, "subject", "別の件名"));
        Assert.Equal("done", await Code(template, "memo", "メモ"));
        Assert.Equal("done", await Code(other, "body", "別の内容"));
        await crm.Save(CampaignsContract.Template, template, ("body", "承認者が直した内容"));
        Assert.Equal("campaigns.template-runs", (await crm.Ask(new DeleteRecords(CampaignsContract.Template, [template]))).Rows.Single().Problems[0].Code);

        await crm.Done(new RunFlow(flow, On: false));
        Assert.Equal("done", await Code(template, "body", "別の内容"));
    }

    [Theory, EveryDatabase]
    public async Task A_merge_that_is_taken_back_gives_both_their_ways_back_and_nobody_a_mail_twice(string database)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(database, server);
        var (hanako, doubled, other) = (await crm.Reader("佐藤", "花子", "hanako@example.jp"), await crm.Reader("佐藤", "はな子", "hanako2@example.jp"), await crm.Reader("鈴木", "一郎", "ichiro@example.jp"));
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template("一通目")));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 7));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template("二通目")));
        await crm.Done(new RunFlow(flow, On: true));
        await Go();
        var before = await Ways();
        Assert.Equal(3, before.Count);

        // One merge with somebody on the way already, one with somebody who is not.
        var newcomer = await crm.Reader("鈴木", "いちろう", "ichiro2@example.jp");
        var first = await crm.Ask(new MergeCustomers(CustomersContract.Person, hanako, doubled));
        var second = await crm.Ask(new MergeCustomers(CustomersContract.Person, newcomer, other));
        await crm.DeliverEvents();
        await Go();
        var merged = await Ways();
        Assert.Equal(3, merged.Count);
        Assert.NotNull(merged.Single(w => w.Id == before.Single(b => b.CustomerId == doubled).Id).EndedAt);
        Assert.Equal(newcomer, merged.Single(w => w.Id == before.Single(b => b.CustomerId == other).Id).CustomerId);

        await crm.Done(new UndoMerge(first));
        await crm.Done(new UndoMerge(second));
        await crm.DeliverEvents();
        await Go();
        var after = await Ways();
        Assert.Equal(4, after.Count);
        Assert.All(before, b => Assert.Equal((b.CustomerId, b.EndedAt, b.StepId), after.Where(a => a.Id == b.Id).Select(a => (a.CustomerId, a.EndedAt, a.StepId)).Single()));

        crm.Clock.Advance(TimeSpan.FromDays(7));
        await Go();
        var mails = server.Mails.Select(m => $"{m.To} {m.Header("Subject")}").ToList();
        Assert.Equal(8, mails.Count);
        Assert.Equal(8, mails.Distinct().Count());

        async Task Go()
        {
            await crm.RunJob<AdvanceFlows>();
            await crm.RunJob<SendDue>();
        }

        Task<List<Enrolment>> Ways() => crm.InDb(db => db.Enrolments.AsNoTracking().OrderBy(e => e.Id).ToListAsync());
    }

    [Fact]
    public async Task A_step_is_changed_where_it_stands_and_otherwise_leads_to_any_step_after_it()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 3));
        await crm.Done(new AddStep(flow, StepKinds.Condition, Condition: StepConditions.Opened));
        await crm.Done(new AddStep(flow, StepKinds.Exit));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 1));
        var steps = (await crm.Ask(new GetFlow(flow))).Steps;

        await crm.Done(new ChangeStep(steps[0].Id, Days: 5));
        await crm.Done(new ChangeStep(steps[1].Id, Condition: StepConditions.Responded, ElseStepId: steps[3].Id));
        Assert.Equal("campaigns.flow-backwards", (await crm.Problems(new ChangeStep(steps[1].Id, Condition: StepConditions.Responded, ElseStepId: steps[0].Id)))[0].Code);
        Assert.Equal("required", (await crm.Problems(new ChangeStep(steps[0].Id)))[0].Code);

        var changed = (await crm.Ask(new GetFlow(flow))).Steps;
        Assert.Equal(steps.Select(x => x.Id), changed.Select(x => x.Id));
        Assert.Equal((5, StepConditions.Responded, steps[3].Id), (changed[0].Days, changed[1].Condition, changed[1].ElseStepId));
        var page = (await crm.Render<FlowTab>(CampaignsContract.Flow, flow)).QuerySelectorAll("details select[name=elseStepId] option");
        Assert.Equal(["", steps[2].Id.ToString(), steps[3].Id.ToString()], page.Select(o => o.GetAttribute("value") ?? ""));
        await crm.Done(new RunFlow(flow, On: true));
        Assert.Equal("campaigns.flow-running", (await crm.Problems(new ChangeStep(steps[0].Id, Days: 9)))[0].Code);
    }

    [Fact]
    public async Task Steps_are_added_moved_and_removed_and_a_flow_that_runs_stays_as_it_is()
    {
        await using var crm = await CampaignsHost.Start(Databases.Sqlite);
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 3));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template()));
        await crm.Done(new AddStep(flow, StepKinds.Exit));
        Assert.Equal("required", (await crm.Problems(new AddStep(flow, StepKinds.Wait)))[0].Code);

        var steps = (await crm.Ask(new GetFlow(flow))).Steps;
        await crm.Done(new MoveStep(steps[1].Id, Up: true));
        await crm.Done(new RemoveStep(steps[2].Id));
        Assert.Equal([StepKinds.Mail, StepKinds.Wait], (await crm.Ask(new GetFlow(flow))).Steps.Select(s => s.Kind));

        await crm.Done(new RunFlow(flow, On: true));
        Assert.Equal("campaigns.flow-running", (await crm.Problems(new MoveStep(steps[0].Id, Up: true)))[0].Code);
        await crm.Done(new RunFlow(flow, On: false));
        await crm.Done(new RemoveStep(steps[0].Id));
        await crm.Done(new RemoveStep(steps[1].Id));
        Assert.Equal("campaigns.flow-empty", (await crm.Problems(new RunFlow(flow, On: true)))[0].Code);
    }

    [Fact]
    public async Task A_mail_of_a_flow_that_is_in_doubt_stands_on_its_page_and_is_settled_there()
    {
        using var server = new SmtpPostbox { DiesAfter = number => number == 1 };
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        await crm.SetCampaigns(("lines", 1));
        await crm.Reader("佐藤", "花子", "hanako@example.jp");
        var flow = await crm.Flow();
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: await crm.Template()));
        await crm.Done(new RunFlow(flow, On: true));
        await crm.RunJob<AdvanceFlows>();
        await crm.RunJob<SendDue>();

        Assert.Contains((await crm.Ask(new GetFlow(flow))).Mails, m => m is { Key: RecipientStates.InDoubt, Count: 1 });
        Assert.Contains("送信結果が不明なメールが1通", (await crm.Render<FlowTab>(CampaignsContract.Flow, flow)).Body!.TextContent, StringComparison.Ordinal);
        var settled = await crm.Ask(new SettleDoubts(flow, $"message-id=<{server.Mails.Single().Id:N}@minato.example>", SendOthers: true));

        Assert.Equal((1, 0), (settled.Sent, settled.Again));
        Assert.Equal([RecipientStates.Sent], (await crm.Ask(new GetFlow(flow))).Mails.Select(m => m.Key));
        Assert.DoesNotContain("送信結果が不明", (await crm.Render<FlowTab>(CampaignsContract.Flow, flow)).Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<Walked> Walk(bool killed)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var flow = await crm.Flow();
        var (hello, reminder, thanks, last) = (await crm.Template("ようこそ"), await crm.Template("お忘れではありませんか"), await crm.Template("ご覧いただきありがとうございます"), await crm.Template("最後のご案内"));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: hello));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 7));
        await crm.Done(new AddStep(flow, StepKinds.Condition, Condition: StepConditions.Opened));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: thanks));
        await crm.Done(new AddStep(flow, StepKinds.Exit));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: reminder));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 10));
        await crm.Done(new AddStep(flow, StepKinds.Condition, Condition: StepConditions.Clicked));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: last));
        var steps = (await crm.Ask(new GetFlow(flow))).Steps;
        await crm.Done(new ChangeStep(steps[2].Id, Condition: StepConditions.Opened, ElseStepId: steps[5].Id));
        await crm.Done(new RunFlow(flow, On: true));
        var random = new Random(5);
        var people = new List<Guid>();
        var (node, interrupted) = (Node(crm, server), 0);
        for (var hour = 0; hour < Days * 24; hour += Tick)
        {
            if (hour % 24 == 0 && people.Count < 12) people.Add(await crm.Reader("客", $"{people.Count:00}", $"c{people.Count:00}@example.jp"));
            if (hour == 24 * 12) await crm.Save(CustomersContract.Purchase, ("personId", people[3]), ("boughtOn", "2026-12-01"), ("productName", "緑茶"), ("amount", 500));
            if (hour == 24 * 14) await crm.Done(new WithdrawConsent(people[5], "newsletter"));
            await crm.DeliverEvents();

            // The storm ends a run somewhere in its middle and takes the node away; another node on the same database begins the run anew.
            if (killed && random.Next(4) == 0)
            {
                if (!await Run<AdvanceFlows>(node, crm.Tenant, TimeSpan.FromMilliseconds(random.Next(1, 60)))) interrupted++;
                if (random.Next(2) == 0 && !await Run<SendDue>(node, crm.Tenant, TimeSpan.FromMilliseconds(random.Next(1, 60)))) interrupted++;
                await node.DisposeAsync();
                node = Node(crm, server);
            }

            await Run<AdvanceFlows>(node, crm.Tenant);
            await Run<SendDue>(node, crm.Tenant);
            await Open(crm);
            crm.Clock.Advance(TimeSpan.FromHours(Tick));
        }

        await node.DisposeAsync();
        var names = people.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        var start = await crm.InDb(db => db.FlowEntries.MinAsync(e => e.At));
        var log = await crm.InDb(db => db.FlowEntries.AsNoTracking().OrderBy(e => e.At).ToListAsync());

        // Moments to the hour: the clock of the test moves a little whenever it is read.
        return new(
            [.. log.OrderBy(e => names[e.CustomerId]).ThenBy(e => e.Id).Select(e => $"{names[e.CustomerId]:00} {Math.Round((e.At - start).TotalHours)} {e.Kind}")],
            [.. server.Mails.Select(m => $"{m.To} {m.Header("Subject")}").Order(StringComparer.Ordinal)], interrupted);
    }

    /// <summary>Every second reader opens what they got, every ninth follows its link.</summary>
    private static Task<int> Open(TestHost crm)
    {
        DateTimeOffset? now = crm.Clock.GetUtcNow();
        return crm.InDb(async db =>
        {
            var sent = await db.Recipients.AsNoTracking().Where(r => r.StepId != null && r.SentAt != null).Select(r => new { r.Id, r.Address }).ToListAsync();
            List<Guid> Of(int every) => [.. sent.Where(r => int.Parse(r.Address![1..3], System.Globalization.CultureInfo.InvariantCulture) % every == 0).Select(r => r.Id)];
            var (opened, clicked) = (Of(2), Of(9));
            await db.Recipients.Where(r => r.OpenedAt == null && opened.Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.OpenedAt, now));
            return await db.Recipients.Where(r => r.ClickedAt == null && clicked.Contains(r.Id)).ExecuteUpdateAsync(set => set.SetProperty(r => r.ClickedAt, now));
        });
    }

    /// <summary>What happened in sixty days, and how many runs did not come to their end.</summary>
    private sealed record Walked(List<string> Log, List<string> Mails, int Interrupted)
    {
        public string WayOf(int person) => string.Join(' ', Log.Where(l => l.StartsWith($"{person:00} ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]));
    }

    private static ServiceProvider Node(TestHost crm, SmtpPostbox server) => crm.Node(s => s.Configure<MailOptions>(o => o.SendTo(server)));

    /// <summary>Runs a job on a node, wholly or for so long; whether it came to its end.</summary>
    private static async Task<bool> Run<TJob>(ServiceProvider node, TenantInfo tenant, TimeSpan? until = null) where TJob : IJob
    {
        using var over = new CancellationTokenSource(until ?? Timeout.InfiniteTimeSpan);
        try
        {
            var now = (await node.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None))!;
            await using var scope = await node.GetRequiredService<WorkScopes>().Open(now, Actor.System(ChangeSource.Job), CancellationToken.None);
            await scope.Of<TJob>("campaigns").Run(new Silent(), over.Token);
            return true;
        }
        catch (Exception e) when (until is not null && (e is OperationCanceledException or AggregateException or Microsoft.Data.Sqlite.SqliteException or InvalidOperationException))
        {
            // As it was meant.
            return false;
        }
    }

    private sealed class Silent : JobRun
    {
        public override Guid Id { get; } = Guid.CreateVersion7();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null) => Task.CompletedTask;
    }
}

internal static class FlowsHost
{
    public static async Task<Guid> Flow(this TestHost crm) =>
        await crm.Save(CampaignsContract.Flow, ("name", "新規のお客様"), ("purposeId", await crm.Newsletter()), ("segmentId", await crm.Everybody()), ("exitOnResponse", true));
}
