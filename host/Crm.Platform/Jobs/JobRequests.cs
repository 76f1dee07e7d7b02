using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using MediatR;

namespace Crm.Platform.Jobs;

/// <summary>The jobs that are on for the tenant, with their schedule and last run.</summary>
[Requires(JobRights.Key)]
internal sealed record ListJobs : IRequest<Result<IReadOnlyList<JobOverview>>>;

/// <summary>A job.</summary>
internal sealed record JobOverview(string Key, string Module, Label Name, JobSchedule? Schedule, JobRunView? LastRun)
{
    /// <summary>Whether it can be started by hand.</summary>
    public bool MayBeRun { get; init; } = true;
}

/// <summary>Runs, newest first.</summary>
[Requires(JobRights.Key)]
internal sealed record ListJobRuns(string? Job = null, string? State = null, int Limit = 50, Guid? Before = null) : IRequest<Result<IReadOnlyList<JobRunView>>>;

/// <summary>One run; whoever started it may see it without further rights.</summary>
internal sealed record GetJobRun(Guid Id) : IRequest<Result<JobRunView>>;

/// <summary>Where a run stands.</summary>
internal sealed record JobRunView(
    Guid Id, string Job, string State, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, Guid? ActorId, string ActorName,
    string? Node, int Attempts, bool CancelRequested, long Done, long? Total, Label? Message, string? Error);

/// <summary>Runs a job now. A job that is waiting or running already is not started once more.</summary>
[Command("admin.jobs.run")]
[Requires(JobRights.Key)]
internal sealed record RunJob(string Job) : IRequest<Result<Guid>>;

/// <summary>Stops a run; whoever started it may do so without further rights.</summary>
[Command("jobs.cancel")]
internal sealed record CancelJobRun(Guid Id) : IRequest<Result>;

/// <summary>The right to see and run jobs.</summary>
internal static class JobRights
{
    public const string Key = "admin.jobs";

    public static readonly Problem NoSuchRun = new(
        "not-found", ("この実行は見つかりません。", "There is no such run."), ("一覧を読み直してください。", "Reload the list."), Kind: ProblemKind.NotFound);
}

/// <summary>Reads runs of the current tenant.</summary>
internal sealed class JobRuns(Session session, Current current)
{
    public async Task<List<JobRunView>> Read(FormattableString where, int limit, CancellationToken cancellation)
    {
        var sql = await session.Sql(cancellation);
        return await sql.Rows(
            $"""
            SELECT id, job_key, state, queued_at, started_at, finished_at, actor_id, actor_name, node, attempts, cancel_requested, done, total, message_ja, message_en, error
            FROM platform_job_run r WHERE r.tenant_id = {current.Tenant.Id} AND {where} ORDER BY id DESC{sql.Limit(limit)}
            """,
            r => new JobRunView(
                r.Id(0), r.Text(1), r.Text(2), r.Moment(3), r.MaybeMoment(4), r.MaybeMoment(5), r.MaybeId(6), r.Text(7), r.MaybeText(8), r.Int(9), r.Flag(10), r.Long(11),
                r.MaybeLong(12), r.MaybeText(13) is { } ja ? new Label(ja, r.MaybeText(14) ?? ja) : null, r.MaybeText(15)),
            cancellation);
    }

    /// <summary>A run the current user may see.</summary>
    public async Task<JobRunView?> Find(Guid id, CancellationToken cancellation)
    {
        var run = (await Read($"id = {id}", 1, cancellation)).FirstOrDefault();
        if (run is null || current.Actor.May(JobRights.Key)) return run;
        return run.ActorId is { } starter && starter == current.Actor.Id ? run with { Error = null } : null;
    }
}

internal sealed class ListJobsHandler(Current current, JobCatalog jobs, JobRuns runs) : IRequestHandler<ListJobs, Result<IReadOnlyList<JobOverview>>>
{
    public async Task<Result<IReadOnlyList<JobOverview>>> Handle(ListJobs request, CancellationToken cancellationToken)
    {
        var overview = new List<JobOverview>();
        foreach (var job in jobs.All.Where(j => jobs.IsOn(j, current.Catalog)))
        {
            overview.Add(new(job.Key, job.Module, job.Name, job.Schedule, (await runs.Read($"job_key = {job.Key}", 1, cancellationToken)).FirstOrDefault()) { MayBeRun = !job.NeedsArguments });
        }

        return Result.Of<IReadOnlyList<JobOverview>>(overview);
    }
}

internal sealed class ListJobRunsHandler(JobRuns runs) : IRequestHandler<ListJobRuns, Result<IReadOnlyList<JobRunView>>>
{
    public async Task<Result<IReadOnlyList<JobRunView>>> Handle(ListJobRuns request, CancellationToken cancellationToken)
    {
        FormattableString job = request.Job is { } key ? (FormattableString)$"job_key = {key}" : $"1 = 1";
        FormattableString state = request.State is { } wanted ? (FormattableString)$"state = {wanted}" : $"1 = 1";
        FormattableString before = request.Before is { } id ? (FormattableString)$"id < {id}" : $"1 = 1";
        return Result.Of<IReadOnlyList<JobRunView>>(await runs.Read($"{job} AND {state} AND {before}", Math.Clamp(request.Limit, 1, 500), cancellationToken));
    }
}

internal sealed class GetJobRunHandler(JobRuns runs) : IRequestHandler<GetJobRun, Result<JobRunView>>
{
    public async Task<Result<JobRunView>> Handle(GetJobRun request, CancellationToken cancellationToken) =>
        await runs.Find(request.Id, cancellationToken) is { } run ? run : JobRights.NoSuchRun;
}

internal sealed class RunJobHandler(Current current, JobCatalog jobs, JobQueue queue, JobRuns runs) : IRequestHandler<RunJob, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(RunJob request, CancellationToken cancellationToken)
    {
        if (jobs.Find(request.Job) is not { } job || !jobs.IsOn(job, current.Catalog))
        {
            return new Problem("not-found", ($"ジョブ「{request.Job}」はありません。", $"There is no job “{request.Job}”."), Kind: ProblemKind.NotFound);
        }

        if (job.NeedsArguments)
        {
            return new Problem("needs-arguments", ($"「{job.Name.Ja}」は単独では実行できません。", $"“{job.Name.En}” cannot be run by itself."), ("対応する画面（取り込みなど）から始めてください。", "Start it from where it belongs, such as an import."), "job");
        }

        var waiting = await runs.Read($"job_key = {job.Key} AND state IN ({RunState.Queued}, {RunState.Running})", 1, cancellationToken);
        return waiting is [var run] ? run.Id : await queue.Start(job.Key, cancellation: cancellationToken);
    }
}

internal sealed class CancelJobRunHandler(Session session, Current current, JobRuns runs, JobRunner runner, TimeProvider clock) : IRequestHandler<CancelJobRun, Result>
{
    public async Task<Result> Handle(CancelJobRun request, CancellationToken cancellationToken)
    {
        if (await runs.Find(request.Id, cancellationToken) is null) return JobRights.NoSuchRun;
        return await session.Write(
            async sql =>
            {
                await sql.Execute(
                    $"""
                    UPDATE platform_job_run SET state = {RunState.Cancelled}, finished_at = {clock.GetUtcNow()}
                    WHERE tenant_id = {current.Tenant.Id} AND id = {request.Id} AND state = {RunState.Queued}
                    """,
                    cancellationToken);

                // A run under way on another node is told by its next sign of life.
                await sql.Execute(
                    $"UPDATE platform_job_run SET cancel_requested = {true} WHERE tenant_id = {current.Tenant.Id} AND id = {request.Id} AND state = {RunState.Running}",
                    cancellationToken);
                session.AfterCommit(() => runner.Cancel(request.Id));
                return Result.Done;
            },
            cancellationToken);
    }
}
