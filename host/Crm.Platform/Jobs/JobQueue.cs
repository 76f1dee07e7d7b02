using System.Text.Json;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;

namespace Crm.Platform.Jobs;

/// <summary>Queues runs of jobs beside the change that asks for them.</summary>
internal sealed class JobQueue(Session session, Current current, JobCatalog jobs, JobRunner runner, TimeProvider clock) : IJobs
{
    public async Task<Guid> Start(string key, object? arguments = null, CancellationToken cancellation = default)
    {
        if (jobs.Find(key) is not { } job || !jobs.IsOn(job, current.Catalog)) throw new InvalidOperationException($"There is no job {key} for this tenant.");
        var id = Ids.New();
        var tenant = current.Tenant.Id;
        await session.Write(
            async sql =>
            {
                await sql.Execute(
                    $"""
                    INSERT INTO platform_job_run (tenant_id, id, job_key, state, arguments, queued_at, actor_id, actor_name, attempts, cancel_requested, done)
                    VALUES ({tenant}, {id}, {key}, {RunState.Queued}, {(arguments is null ? null : JsonSerializer.Serialize(arguments, Json.Compact))},
                      {clock.GetUtcNow()}, {current.Actor.Id}, {current.Actor.Name}, 0, {false}, 0)
                    """,
                    cancellation);
                session.AfterCommit(() => runner.Wake(tenant));
                return id;
            },
            cancellation);
        return id;
    }
}
