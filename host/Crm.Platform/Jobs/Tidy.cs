using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Jobs;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Jobs;

/// <summary>Something that is kept for a time only.</summary>
internal interface ITidy
{
    /// <summary>Lets go of what is past its time, in short transactions.</summary>
    Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation);
}

/// <summary>Clears out, each night, what is past its time.</summary>
internal sealed class TidyJob(IEnumerable<ITidy> all, Current current, Databases databases) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        await using var connection = await databases.Open(current.Tenant, cancellation);
        foreach (var tidy in all) await tidy.Tidy(current.Tenant, new Sql(databases.Dialect, connection), cancellation);
    }
}

/// <summary>Finished runs.</summary>
internal sealed class JobTidy(IOptions<JobOptions> options, TimeProvider clock) : ITidy
{
    public Task Tidy(TenantInfo tenant, Sql sql, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - options.Value.Retention;
        return sql.InTransaction(
            s => s.Execute(
                $"""
                DELETE FROM platform_job_run WHERE tenant_id = {tenant.Id} AND state IN ({RunState.Done}, {RunState.Failed}, {RunState.Cancelled}) AND finished_at < {before}
                """,
                cancellation),
            cancellation);
    }
}
