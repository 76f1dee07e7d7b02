using Crm.Platform.Jobs;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Tests.Infrastructure;
using Crm.Tests.Messaging;

namespace Crm.Tests.Jobs;

/// <summary>Schedules: stored with the installation, due at the tenant's own time, once in a cluster.</summary>
public sealed class JobClockTests
{
    [Theory, EveryDatabase]
    public async Task An_interval_fires_and_queues_no_second_run_while_one_is_under_way(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var node = await ShopNode.Start(host, jobs: j => j.Clock = true);
        var hold = new TaskCompletionSource();
        node.Trouble.In["close alpha"] = _ => hold.Task;
        await host.EventuallyInTime(() => Task.FromResult(node.Trouble.Seen.Contains("close alpha")), "the first run");
        for (var i = 0; i < 25; i++)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(100);
        }

        Assert.Single(await Runs(host, "shop.heartbeat"));
        hold.SetResult();
        await host.EventuallyInTime(async () => (await Runs(host, "shop.heartbeat")).Count(r => r.State == RunState.Done) >= 2, "the next run");
    }

    [Theory, EveryDatabase]
    public async Task Two_nodes_queue_each_moment_once(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using var one = await ShopNode.Start(host, jobs: Clock);
        await using var two = await ShopNode.Start(host, jobs: Clock);
        await host.EventuallyInTime(async () => (await Runs(host, "shop.heartbeat")).Count(r => r.State == RunState.Done) >= 4, "four runs");
        var moments = await Moments(host, "shop.heartbeat");
        Assert.Equal(moments.Count, moments.Distinct().Count());
        Assert.All(await Runs(host, "shop.heartbeat"), r => Assert.True(r.Attempts <= 1));

        static void Clock(JobOptions jobs) => jobs.Clock = true;
    }

    [Theory, EveryDatabase]
    public async Task A_daily_job_is_due_at_the_tenants_own_time(string database)
    {
        await using var host = await ShopNode.Installation(database);
        var lisbon = (await host.Services.GetTenants().Create(new NewTenant("lisbon", "リスボン支店") { TimeZone = "Europe/Lisbon" }, CancellationToken.None)).Value;
        await using var node = await ShopNode.Start(host);
        var due = new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.FromHours(9));
        await node.Get<ScheduledRuns>().Queue("shop.close-the-day", "Asia/Tokyo", due, CancellationToken.None);
        await node.Get<ScheduledRuns>().Queue("shop.close-the-day", "Asia/Tokyo", due, CancellationToken.None);
        await host.EventuallyInTime(async () => (await Runs(host, "shop.close-the-day")).Any(r => r.State == RunState.Done), "the run in Tokyo");
        await node.Get<ScheduledRuns>().Queue("shop.close-the-day", "Asia/Tokyo", due, CancellationToken.None);
        Assert.Equal([due], await Moments(host, "shop.close-the-day"));
        Assert.Empty(await host.Ask(new ListJobRuns("shop.close-the-day"), lisbon));
    }

    [Theory, EveryDatabase]
    public async Task A_schedule_survives_the_restart_of_its_node(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await using (await ShopNode.Start(host, jobs: j => j.Clock = true))
        {
            await host.EventuallyInTime(async () => (await Triggers(host)).Count >= 3, "the triggers");
        }

        var before = await Triggers(host);
        await using (await ShopNode.Start(host, jobs: j => j.Clock = true))
        {
            await host.EventuallyInTime(async () => (await Runs(host, "shop.heartbeat")).Any(r => r.State == RunState.Done), "a run");
        }

        var after = await Triggers(host);
        Assert.Equal(before.Select(t => t.Name), after.Select(t => t.Name));
        Assert.Equal(before.Where(t => t.Name.Contains("Asia/Tokyo", StringComparison.Ordinal)), after.Where(t => t.Name.Contains("Asia/Tokyo", StringComparison.Ordinal)));
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_is_off_has_no_scheduled_runs(string database)
    {
        await using var host = await ShopNode.Installation(database);
        await host.Services.GetTenants().Switch(host.Tenant.Id, "shop", on: false, CancellationToken.None);
        await using var node = await ShopNode.Start(host);
        await node.Get<ScheduledRuns>().Queue("shop.close-the-day", null, host.Clock.GetUtcNow(), CancellationToken.None);
        await node.Get<ScheduledRuns>().Queue("platform.tidy", null, host.Clock.GetUtcNow(), CancellationToken.None);
        await host.EventuallyInTime(async () => (await host.Ask(new ListJobRuns())) is [{ Job: "platform.tidy", State: RunState.Done }], "only the platform's own");
    }

    private static async Task<IReadOnlyList<JobRunView>> Runs(TestHost host, string job) => await host.Ask(new ListJobRuns(job));

    private static async Task<List<DateTimeOffset>> Moments(TestHost host, string job)
    {
        await using var scope = await host.Scope();
        var sql = await scope.Get<Session>().Sql(CancellationToken.None);
        return await sql.Rows($"SELECT scheduled_for FROM platform_job_run WHERE tenant_id = {host.Tenant.Id} AND job_key = {job}", r => r.Moment(0), CancellationToken.None);
    }

    /// <summary>The stored triggers and when each is due next, as Quartz keeps it.</summary>
    private static async Task<List<(string Name, long Next)>> Triggers(TestHost host)
    {
        await using var scope = await host.Scope();
        var sql = await scope.Get<Session>().Sql(CancellationToken.None);
        try
        {
            return await sql.Rows($"SELECT trigger_group, trigger_name, next_fire_time FROM qrtz_triggers ORDER BY trigger_group, trigger_name", r => (r.Text(0) + "@" + r.Text(1), r.Long(2)), CancellationToken.None);
        }
        catch (System.Data.Common.DbException)
        {
            return [];
        }
    }
}
