using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.Messaging;
using Crm.Platform.Observability;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Jobs;

/// <summary>
/// Takes queued runs and does them. A run belongs to one node, as long as that gives signs of life; one whose node died is begun again
/// by another, which is why a job saves how far it got with its data.
/// </summary>
internal sealed partial class JobRunner(
    Tenants tenants, Databases databases, Catalogs catalogs, JobCatalog jobs, WorkScopes scopes, ModuleFaults faults, IOptions<JobOptions> options,
    NodeName node, CrmMeters meters, TimeProvider clock, ILogger<JobRunner> log, IActors? actors = null) : TenantQueue(tenants, databases, clock, log)
{
    private readonly Databases databases = databases;
    private readonly ConcurrentDictionary<Guid, RunUnderWay> underWay = new();
    private readonly ConcurrentQueue<Guid> heldBack = new();
    private readonly SemaphoreSlim slots = new(options.Value.Parallel);

    protected override TimeSpan Poll => options.Value.Poll;

    protected override TimeSpan IdlePoll => options.Value.IdlePoll;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Drain(cancellationToken);
    }

    /// <summary>Stops a run at once when this node does it; false when it does not.</summary>
    public bool Cancel(Guid run)
    {
        if (!underWay.TryGetValue(run, out var here)) return false;
        here.Cancel();
        return true;
    }

    protected override FormattableString Waiting() =>
        $"""
        EXISTS (SELECT 1 FROM platform_job_run r WHERE r.tenant_id = t.id AND r.state = {RunState.Queued})
        OR EXISTS (SELECT 1 FROM platform_job_run r WHERE r.tenant_id = t.id AND r.state = {RunState.Running} AND r.leased_until < {Clock.GetUtcNow()})
        """;

    protected override async Task Serve(TenantInfo tenant, CancellationToken stopping)
    {
        while (true)
        {
            if (underWay.Values.Count(r => r.Tenant == tenant.Id) >= options.Value.ParallelPerTenant || !await slots.WaitAsync(0, stopping))
            {
                heldBack.Enqueue(tenant.Id);
                return;
            }

            RunUnderWay? taken = null;
            try
            {
                taken = await TakeNext(tenant, stopping);
            }
            finally
            {
                if (taken is null) slots.Release();
            }

            if (taken is null) return;
            underWay[taken.Id] = taken;
            Track(Do(tenant, taken, stopping));
        }
    }

    private async Task<RunUnderWay?> TakeNext(TenantInfo tenant, CancellationToken cancellation)
    {
        var catalog = await catalogs.Of(tenant, cancellation);
        await using var connection = await databases.Open(tenant, cancellation);
        var sql = new Sql(databases.Dialect, connection);
        var candidates = await sql.Rows(
            $"""
            SELECT id, job_key, state, arguments, actor_id, actor_name, attempts, cancel_requested FROM platform_job_run
            WHERE tenant_id = {tenant.Id} AND (state = {RunState.Queued} OR (state = {RunState.Running} AND leased_until < {Clock.GetUtcNow()}))
            ORDER BY id{sql.Limit(50)}
            """,
            r => new Candidate(r.Id(0), r.Text(1), r.Text(2), r.MaybeText(3), r.MaybeId(4), r.Text(5), r.Int(6), r.Flag(7)), cancellation);
        foreach (var run in candidates.Where(c => !underWay.ContainsKey(c.Id)))
        {
            // A job this node does not know yet, because its plugin is still on the way, is left to others.
            if (jobs.Find(run.Job) is not { } job) continue;
            if (run.CancelRequested || !jobs.IsOn(job, catalog)) await End(sql, tenant, run, RunState.Cancelled, null, cancellation);
            else if (run.Attempts >= options.Value.Attempts) await End(sql, tenant, run, RunState.Failed, $"The node stopped during each of {run.Attempts} attempts.", cancellation);
            else if (await Take(sql, tenant, run, cancellation) is { } lease) return new RunUnderWay(tenant.Id, run, job, lease);
        }

        return null;
    }

    private async Task<Guid?> Take(Sql sql, TenantInfo tenant, Candidate run, CancellationToken cancellation)
    {
        var (lease, now) = (Ids.New(), Clock.GetUtcNow());
        var taken = await sql.InTransaction(
            s => s.Execute(
                $"""
                UPDATE platform_job_run SET state = {RunState.Running}, lease = {lease}, leased_until = {now + options.Value.Lease}, attempts = {run.Attempts + 1},
                  node = {node.Value}, started_at = COALESCE(started_at, {now})
                WHERE tenant_id = {tenant.Id} AND id = {run.Id} AND state = {run.State} AND attempts = {run.Attempts} AND (leased_until IS NULL OR leased_until < {now})
                """,
                cancellation),
            cancellation);
        return taken == 1 ? lease : null;
    }

    private Task End(Sql sql, TenantInfo tenant, Candidate run, string state, string? error, CancellationToken cancellation) => sql.InTransaction(
        s => s.Execute(
            $"""
            UPDATE platform_job_run SET state = {state}, error = {error}, finished_at = {Clock.GetUtcNow()}, lease = NULL, leased_until = NULL
            WHERE tenant_id = {tenant.Id} AND id = {run.Id} AND state = {run.State} AND attempts = {run.Attempts}
            """,
            cancellation),
        cancellation);

    private async Task Do(TenantInfo tenant, RunUnderWay run, CancellationToken stopping)
    {
        await Task.Yield();
        var started = Clock.GetTimestamp();
        meters.JobBegan(run.Job.Key);
        var state = RunState.Failed;
        try
        {
            using var activity = meters.Start("job " + run.Job.Key, ActivityKind.Internal, tenant);
            using var stopped = stopping.Register(run.Cancel);

            // A node that stops gives no more signs of life: what does not end before the host does is somebody else's soon.
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var beat = Beat(tenant, run, over.Token);
            string? error = null;
            try
            {
                await Work(tenant, run);
                state = RunState.Done;
            }
            catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
            {
                state = stopping.IsCancellationRequested ? RunState.Queued : RunState.Cancelled;
            }
            catch (Exception e)
            {
                // The error's text stays in the tenant's database: it may quote what a person entered.
                error = e.ToString();
                faults.Note(run.Job.Module, tenant.Id, run.Job.Key);
                LogFailed(Log, run.Job.Key, run.Id, tenant.Id, e.GetType().Name);
            }

            await over.CancelAsync();
            await beat;
            await Finish(tenant, run, state, error);
        }
        catch (Exception e)
        {
            // Its lease runs out, and it is taken up again.
            LogLost(Log, e, run.Id, tenant.Id);
        }
        finally
        {
            underWay.TryRemove(run.Id, out _);
            slots.Release();
            meters.JobEnded(run.Job.Key, state, Clock.GetElapsedTime(started));
        }

        if (stopping.IsCancellationRequested) return;
        Wake(tenant.Id);
        while (heldBack.TryDequeue(out var waits)) Wake(waits);
    }

    private async Task Work(TenantInfo tenant, RunUnderWay run)
    {
        CultureInfo.CurrentUICulture = tenant.Language;
        var actor = run.ActorId is { } user && actors is not null
            ? await actors.Of(tenant, user, ChangeSource.Job, run.Token) ?? throw new InvalidOperationException("Whoever started this run is no longer a user.")
            : new Actor(run.ActorId, run.ActorName, ChangeSource.Job, AccessRights.OfTenant);
        await using var scope = await scopes.Open(tenant, actor, run.Token);
        var job = (IJob)scope.Get<ModuleScopes>().Make(scope.Get<Current>().Catalog.Set.Runtime(run.Job.Module), run.Job.Job);
        await Task.Run(() => job.Run(run, run.Token), run.Token);
    }

    /// <summary>Signs of life, progress, and whether somebody asked the run to stop.</summary>
    private async Task Beat(TenantInfo tenant, RunUnderWay run, CancellationToken over)
    {
        var last = Clock.GetTimestamp();
        using var timer = new PeriodicTimer(options.Value.ProgressEvery, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                if (!run.HasNews && Clock.GetElapsedTime(last) < options.Value.Beat) continue;
                last = Clock.GetTimestamp();
                try
                {
                    if (!await Save(tenant, run, RunState.Running, null, over)) run.Cancel();
                }
                catch (Exception e) when (!over.IsCancellationRequested)
                {
                    LogLost(Log, e, run.Id, tenant.Id);
                }
            }
        }
        catch (Exception) when (over.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private async Task Finish(TenantInfo tenant, RunUnderWay run, string state, string? error)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(30), Clock);
        await Save(tenant, run, state, error?.Cut(4_000), time.Token);
    }

    /// <summary>Writes where the run stands; false when it should stop, because somebody asked for it or because it belongs to another node now.</summary>
    private async Task<bool> Save(TenantInfo tenant, RunUnderWay run, string state, string? error, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        var progress = run.TakeProgress();
        await using var connection = await databases.Open(tenant, cancellation);
        return await new Sql(databases.Dialect, connection).InTransaction(
            async sql =>
            {
                FormattableString end = state switch
                {
                    RunState.Running => $"leased_until = {now + options.Value.Lease}",

                    // Handed back by a node that stops: as if this attempt had not been made.
                    RunState.Queued => $"state = {state}, lease = NULL, leased_until = NULL, attempts = attempts - 1",
                    _ => $"state = {state}, error = {error}, finished_at = {now}, lease = NULL, leased_until = NULL",
                };
                var mine = await sql.Execute(
                    $"""
                    UPDATE platform_job_run SET done = {progress.Done}, total = {progress.Total}, message_ja = {progress.Ja}, message_en = {progress.En}, {end}
                    WHERE tenant_id = {tenant.Id} AND id = {run.Id} AND lease = {run.Lease}
                    """,
                    cancellation);
                if (mine == 0) return false;
                return !await sql.First($"SELECT cancel_requested FROM platform_job_run WHERE tenant_id = {tenant.Id} AND id = {run.Id}", r => r.Flag(0), cancellation);
            },
            cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} failed in run {Run} of tenant {Tenant}: {Error}")]
    private static partial void LogFailed(ILogger logger, string job, Guid run, Guid tenant, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Where run {Run} of tenant {Tenant} stands could not be saved")]
    private static partial void LogLost(ILogger logger, Exception exception, Guid run, Guid tenant);

    private sealed record Candidate(
        Guid Id, string Job, string State, string? Arguments, Guid? ActorId, string ActorName, int Attempts, bool CancelRequested);

    /// <summary>A run this node does; what the job sees of it.</summary>
    private sealed class RunUnderWay(Guid tenant, Candidate run, JobDescription job, Guid lease) : JobRun
    {
        // Never disposed: it has no timer, and somebody may cancel a run that has just ended.
        private readonly CancellationTokenSource cancel = new();
        private readonly Lock sync = new();
        private Progress progress;
        private bool news;

        public Guid Tenant => tenant;

        public override Guid Id => run.Id;

        public override string? Arguments => run.Arguments;

        public Guid? ActorId => run.ActorId;

        public string ActorName => run.ActorName;

        public JobDescription Job => job;

        public Guid Lease => lease;

        public CancellationToken Token => cancel.Token;

        public bool HasNews
        {
            get
            {
                lock (sync) return news;
            }
        }

        public void Cancel() => cancel.Cancel();

        public override Task Report(long done, long? total, Sdk.Label? message = null)
        {
            lock (sync) (progress, news) = (new Progress(done, total, message?.Ja.Cut(500), message?.En.Cut(500)), true);
            return Task.CompletedTask;
        }

        public Progress TakeProgress()
        {
            lock (sync)
            {
                news = false;
                return progress;
            }
        }
    }

    private readonly record struct Progress(long Done, long? Total, string? Ja, string? En);
}

/// <summary>Who a user is and what they may do now; a run that a user started may do no more than they.</summary>
internal interface IActors
{
    /// <summary>Null when there is no such user any more, or they may not sign in.</summary>
    ValueTask<Actor?> Of(TenantInfo tenant, Guid user, ChangeSource source, CancellationToken cancellation);
}
