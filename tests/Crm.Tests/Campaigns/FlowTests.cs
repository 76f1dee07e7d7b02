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
using Crm.Sdk.Users;
using Crm.Tests.Customers;
using Crm.Tests.Infrastructure;
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

        Assert.Equal(calm.Log, stormy.Log);
        Assert.Equal(calm.Mails, stormy.Mails);
        Assert.Contains(calm.Log, l => l.Contains("responded", StringComparison.Ordinal));
        Assert.Contains(calm.Log, l => l.Contains("withdrew", StringComparison.Ordinal));
        Assert.Contains(calm.Log, l => l.Contains("done", StringComparison.Ordinal));
        Assert.Equal(calm.Mails.Count, calm.Mails.Distinct().Count());
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

    private static async Task<(List<string> Log, List<string> Mails)> Walk(bool killed)
    {
        using var server = new SmtpPostbox();
        await using var crm = await CampaignsHost.Start(Databases.Sqlite, server);
        var flow = await crm.Flow();
        var (hello, reminder, thanks) = (await crm.Template("ようこそ"), await crm.Template("お忘れではありませんか"), await crm.Template("ご覧いただきありがとうございます"));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: hello));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 7));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: reminder));
        await crm.Done(new AddStep(flow, StepKinds.Wait, Days: 10));
        await crm.Done(new AddStep(flow, StepKinds.Condition, Condition: StepConditions.Opened));
        await crm.Done(new AddStep(flow, StepKinds.Mail, TemplateId: thanks));
        await crm.Done(new RunFlow(flow, On: true));
        var random = new Random(5);
        var people = new List<Guid>();
        var (node, restarts) = (Node(crm, server), 0);
        for (var hour = 0; hour < Days * 24; hour += Tick)
        {
            if (hour % 24 == 0 && people.Count < 12) people.Add(await crm.Reader("客", $"{people.Count:00}", $"c{people.Count:00}@example.jp"));
            if (hour == 24 * 12) await crm.Save(CustomersContract.Purchase, ("personId", people[3]), ("boughtOn", "2026-12-01"), ("productName", "緑茶"), ("amount", 500));
            if (hour == 24 * 14) await crm.Done(new WithdrawConsent(people[5], "newsletter"));
            await crm.DeliverEvents();

            // The storm ends a run somewhere in its middle and takes the node away; another node on the same database begins the run anew.
            if (killed && random.Next(4) == 0)
            {
                await Run<AdvanceFlows>(node, crm.Tenant, TimeSpan.FromMilliseconds(random.Next(1, 60)));
                if (random.Next(2) == 0) await Run<SendDue>(node, crm.Tenant, TimeSpan.FromMilliseconds(random.Next(1, 60)));
                await node.DisposeAsync();
                node = Node(crm, server);
                restarts++;
            }

            await Run<AdvanceFlows>(node, crm.Tenant);
            await Run<SendDue>(node, crm.Tenant);
            await Open(crm);
            crm.Clock.Advance(TimeSpan.FromHours(Tick));
        }

        await node.DisposeAsync();
        Assert.True(!killed || restarts >= 20);
        var names = people.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        var start = await crm.InDb(db => db.FlowEntries.MinAsync(e => e.At));
        var log = await crm.InDb(db => db.FlowEntries.AsNoTracking().OrderBy(e => e.At).ToListAsync());

        // Moments to the hour: the clock of the test moves a little whenever it is read.
        return (
            [.. log.OrderBy(e => names[e.CustomerId]).ThenBy(e => e.Id).Select(e => $"{names[e.CustomerId]:00} {Math.Round((e.At - start).TotalHours)} {e.Kind}")],
            [.. server.Mails.Select(m => $"{m.To} {m.Header("Subject")}").Order(StringComparer.Ordinal)]);
    }

    /// <summary>Every second reader opens what they got.</summary>
    private static Task<int> Open(TestHost crm)
    {
        DateTimeOffset? now = crm.Clock.GetUtcNow();
        return crm.InDb(db => db.Recipients.Where(r => r.StepId != null && r.OpenedAt == null && r.SentAt != null && r.Address!.EndsWith("0@example.jp")).ExecuteUpdateAsync(set => set.SetProperty(r => r.OpenedAt, now)));
    }

    private static ServiceProvider Node(TestHost crm, SmtpPostbox server) => crm.Node(s => s.Configure<MailOptions>(o => o.SendTo(server)));

    /// <summary>Runs a job on a node, wholly or for so long.</summary>
    private static async Task Run<TJob>(ServiceProvider node, TenantInfo tenant, TimeSpan? until = null) where TJob : IJob
    {
        using var over = new CancellationTokenSource(until ?? Timeout.InfiniteTimeSpan);
        try
        {
            var now = (await node.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None))!;
            await using var scope = await node.GetRequiredService<WorkScopes>().Open(now, Actor.System(ChangeSource.Job), CancellationToken.None);
            await scope.Of<TJob>("campaigns").Run(new Silent(), over.Token);
        }
        catch (Exception e) when (until is not null && (e is OperationCanceledException or AggregateException or Microsoft.Data.Sqlite.SqliteException or InvalidOperationException))
        {
            // As it was meant.
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
