using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Jobs;

/// <summary>Queues the runs a schedule asks for: one per tenant for which the job is on, none while the run before is not through.</summary>
internal sealed partial class ScheduledRuns(
    Tenants tenants, Catalogs catalogs, Databases databases, JobCatalog jobs, JobRunner runner, TimeProvider clock, ILogger<ScheduledRuns> log)
{
    /// <param name="key">The job.</param>
    /// <param name="zone">Only tenants of this time zone; null for all.</param>
    /// <param name="moment">The moment the schedule names; the same moment queues nothing twice.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Queue(string key, string? zone, DateTimeOffset moment, CancellationToken cancellation)
    {
        if (jobs.Find(key) is not { } job) return;
        foreach (var tenant in (await tenants.All(cancellation)).Where(t => t.Active && (zone is null || t.TimeZone.Id == zone)))
        {
            try
            {
                if (jobs.IsOn(job, await catalogs.Of(tenant, cancellation))) await Queue(job, tenant, moment, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // The others get their run all the same.
                LogFailed(log, e, key, tenant.Id);
            }
        }
    }

    private async Task Queue(JobDescription job, TenantInfo tenant, DateTimeOffset moment, CancellationToken cancellation)
    {
        await using var connection = await databases.Open(tenant, cancellation);
        var queued = await new Sql(databases.Dialect, connection).InTransaction(
            sql => sql.Execute(
                $"""
                INSERT INTO platform_job_run (tenant_id, id, job_key, state, scheduled_for, queued_at, actor_name, attempts, cancel_requested, done)
                SELECT {tenant.Id}, {Ids.New()}, {job.Key}, {RunState.Queued}, {moment}, {clock.GetUtcNow()}, {"system"}, 0, {false}, 0
                WHERE NOT EXISTS (
                  SELECT 1 FROM platform_job_run WHERE tenant_id = {tenant.Id} AND job_key = {job.Key}
                    AND (state IN ({RunState.Queued}, {RunState.Running}) OR scheduled_for = {moment}))
                """,
                cancellation),
            cancellation);
        if (queued > 0) runner.Wake(tenant.Id);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduled run of {Job} could not be queued for tenant {Tenant}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string job, Guid tenant);
}
