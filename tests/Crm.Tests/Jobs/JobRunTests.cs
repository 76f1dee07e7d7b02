using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging;
using Crm.Tests.Messaging.Shop;

namespace Crm.Tests.Jobs;

/// <summary>Runs of jobs: queued with the change that asks for them, done once, resumed when their node dies.</summary>
public sealed class JobRunTests
{
    [Theory, EveryDatabase]
    public async Task A_run_is_done_and_its_history_tells_how_far_it_got(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        var id = await Start(host, CountStock.Key, new { Floor = 2 });
        var run = await Ended(host, id);
        Assert.Equal((RunState.Done, 5L, 5L, 1), (run.State, run.Done, run.Total, run.Attempts));
        Assert.Equal(new Label("棚 5", "Shelf 5"), run.Message);
        Assert.NotNull(run.FinishedAt);
        Assert.All(await host.Effects(), e => Assert.Equal("""{"floor":2}""", e.By));
    }

    [Theory, EveryDatabase]
    public async Task A_run_asked_for_in_a_transaction_that_rolls_back_never_starts(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        await using (var scope = await host.Scope())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => scope.Get<Session>().Write<bool>(
                async (_, _) =>
                {
                    await scope.Get<IJobs>().Start(CountStock.Key);
                    throw new InvalidOperationException("後の処理で失敗");
                },
                CancellationToken.None));
        }

        await Ended(host, await Start(host, CountStock.Key));
        Assert.Single(await host.Ask(new ListJobRuns()));
    }

    [Theory, EveryDatabase]
    public async Task A_run_whose_node_dies_is_resumed_by_another_where_it_stopped(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var id = await Start(host, CountStock.Key);

        // The job gives no sign that it noticed: as after a power cut, nothing is handed back.
        await using (var dying = await ShopNode.Start(host, trouble: t => t.In["shelf 3"] = _ => new TaskCompletionSource().Task))
        {
            await ShopInstallation.Eventually(() => Task.FromResult(dying.Trouble.Seen.Contains("shelf 3")), "the third shelf");
            dying.Die();
        }

        await using var next = await ShopNode.Start(host);
        await Task.Delay(200);
        Assert.Equal(RunState.Running, (await host.Ask(new GetJobRun(id))).State);
        host.Clock.Advance(new JobOptions().Lease + TimeSpan.FromSeconds(1));
        var run = await Ended(host, id);
        Assert.Equal((RunState.Done, 2), (run.State, run.Attempts));
        Assert.Equal(CountStock.Shelves, (await host.Effects()).Count);
    }

    [Theory, EveryDatabase]
    public async Task A_node_that_stops_in_good_order_hands_its_runs_back(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var id = await Start(host, CountStock.Key);
        await using (var first = await ShopNode.Start(host, trouble: t => t.In["shelf 2"] = token => Task.Delay(Timeout.Infinite, token)))
        {
            await ShopInstallation.Eventually(() => Task.FromResult(first.Trouble.Seen.Contains("shelf 2")), "the second shelf");
        }

        Assert.Equal((RunState.Queued, 0), (await Run(host, id)) is { } handedBack ? (handedBack.State, handedBack.Attempts) : default);
        await using var next = await ShopNode.Start(host);
        Assert.Equal(RunState.Done, (await Ended(host, id)).State);
        Assert.Equal(CountStock.Shelves, (await host.Effects()).Count);
    }

    [Theory, EveryDatabase]
    public async Task A_run_that_gives_signs_of_life_is_not_taken_from_its_node(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var one = await ShopNode.Start(host, jobs: Quick);
        await using var two = await ShopNode.Start(host, jobs: Quick);
        var hold = new TaskCompletionSource();
        foreach (var node in new[] { one, two }) node.Trouble.In["shelf 1"] = _ => hold.Task;
        var id = await Start(host, CountStock.Key);
        await ShopInstallation.Eventually(() => Task.FromResult(one.Trouble.Seen.Contains("shelf 1") || two.Trouble.Seen.Contains("shelf 1")), "the first shelf");
        for (var i = 0; i < 10; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(150);
        }

        hold.SetResult();
        Assert.Equal((RunState.Done, 1), await Ended(host, id) is { } run ? (run.State, run.Attempts) : default);

        static void Quick(JobOptions jobs) => (jobs.ProgressEvery, jobs.Beat) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    }

    [Theory, EveryDatabase]
    public async Task A_run_whose_node_dies_each_time_fails_in_the_end(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var id = await Start(host, CountStock.Key);
        for (var i = 0; i < 2; i++)
        {
            await using var dying = await ShopNode.Start(host, jobs: j => j.Attempts = 2, trouble: t => t.In["shelf 0"] = _ => new TaskCompletionSource().Task);
            await ShopInstallation.Eventually(() => Task.FromResult(dying.Trouble.Seen.Contains("shelf 0")), "the run began");
            dying.Die();
            host.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        await using var node = await ShopNode.Start(host, jobs: j => j.Attempts = 2);
        var run = await Ended(host, id);
        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("2 attempts", run.Error, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_job_that_throws_is_failed_and_tells_why(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        node.Trouble.In["shelf 2"] = _ => throw new InvalidOperationException("棚が倒れた");
        var run = await Ended(host, await Start(host, CountStock.Key));
        Assert.Equal((RunState.Failed, 2L), (run.State, run.Done));
        Assert.Contains("棚が倒れた", run.Error, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_run_is_cancelled_while_it_waits_and_while_it_runs(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var waiting = await Start(host, CountStock.Key);
        Assert.False((await host.Send(new CancelJobRun(waiting))).Failed);
        await using var node = await ShopNode.Start(host, jobs: j => j.Beat = TimeSpan.FromMilliseconds(50));
        node.Trouble.In["shelf 1"] = token => Task.Delay(Timeout.Infinite, token);
        var running = await Start(host, CountStock.Key);
        await ShopInstallation.Eventually(() => Task.FromResult(node.Trouble.Seen.Contains("shelf 1")), "the first shelf");
        Assert.False((await host.Send(new CancelJobRun(running))).Failed);
        Assert.Equal(RunState.Cancelled, (await Ended(host, running)).State);
        Assert.Equal(RunState.Cancelled, (await Ended(host, waiting)).State);
        Assert.Single(await host.Effects());
    }

    [Theory, EveryDatabase]
    public async Task One_tenant_with_many_runs_leaves_room_for_another(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var beta = await host.NewTenant("beta");
        await using var node = await ShopNode.Start(host, jobs: j => (j.Parallel, j.ParallelPerTenant) = (2, 1));
        var hold = new TaskCompletionSource();
        node.Trouble.In["shelf 4"] = _ => hold.Task;
        var many = new List<Guid>();
        for (var i = 0; i < 5; i++) many.Add(await Start(host, CountStock.Key));
        await ShopInstallation.Eventually(() => Task.FromResult(node.Trouble.Seen.Contains("shelf 4")), "one run of the first tenant");
        node.Trouble.In.Clear();
        var theirs = await Start(host, CountStock.Key, tenant: beta);
        Assert.Equal(RunState.Done, (await Ended(host, theirs, beta)).State);
        hold.SetResult();
        foreach (var id in many) Assert.Equal(RunState.Done, (await Ended(host, id)).State);
    }

    [Theory, EveryDatabase]
    public async Task Whoever_starts_a_run_may_see_and_stop_it_and_nobody_else_without_the_right(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var (hanako, taro) = (TestHost.UserWith(), TestHost.UserWith());
        Guid id;
        await using (var scope = await host.Scope(actor: hanako)) id = await scope.Get<IJobs>().Start(CountStock.Key);
        Assert.Equal(RunState.Queued, (await host.Ask(new GetJobRun(id), actor: hanako)).State);
        Assert.Equal(ProblemKind.NotFound, (await host.Send(new GetJobRun(id), actor: taro)).Problems.Single().Kind);
        Assert.Equal(ProblemKind.NotFound, (await host.Send(new CancelJobRun(id), actor: taro)).Problems.Single().Kind);
        Assert.Equal(ProblemKind.Forbidden, (await host.Send(new ListJobRuns(), actor: hanako)).Problems.Single().Kind);
        Assert.False((await host.Send(new CancelJobRun(id), actor: hanako)).Failed);
        var beta = await host.NewTenant("beta");
        Assert.Equal(ProblemKind.NotFound, (await host.Send(new GetJobRun(id), tenant: beta)).Problems.Single().Kind);
    }

    [Theory, EveryDatabase]
    public async Task The_list_of_jobs_tells_schedule_and_last_run(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host);
        var first = await host.Ask(new RunJob(CountStock.Key));
        await Ended(host, first);
        var jobs = await host.Ask(new ListJobs());
        Assert.Contains(jobs, j => j.Key == CountStock.Key && j.LastRun?.Id == first && j.Schedule is null);
        Assert.Contains(jobs, j => j.Key == "platform.tidy" && j.LastRun is null && j.Schedule is Sdk.Modules.JobSchedule.Daily);
        Assert.Equal(ProblemKind.NotFound, (await host.Send(new RunJob("shop.no-such"))).Problems.Single().Kind);
    }

    private static async Task<Guid> Start(TestHost host, string key, object? arguments = null, TenantInfo? tenant = null)
    {
        await using var scope = await host.Scope(tenant);
        return await scope.Get<IJobs>().Start(key, arguments);
    }

    private static Task<JobRunView> Run(TestHost host, Guid id, TenantInfo? tenant = null) => host.Ask(new GetJobRun(id), tenant);

    private static async Task<JobRunView> Ended(TestHost host, Guid id, TenantInfo? tenant = null)
    {
        await ShopInstallation.Eventually(
            async () => (await Run(host, id, tenant)).State is RunState.Done or RunState.Failed or RunState.Cancelled, "the run ended");
        return await Run(host, id, tenant);
    }
}
