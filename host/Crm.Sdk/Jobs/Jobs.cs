namespace Crm.Sdk.Jobs;

/// <summary>Work that runs by itself, for one tenant at a time, with progress and history; once in a cluster.</summary>
public interface IJob
{
    /// <summary>Does the work. It may be stopped and started again at any point: save progress with the data, not in memory.</summary>
    Task Run(JobRun run, CancellationToken cancellation);
}

/// <summary>One run of a job.</summary>
public abstract class JobRun
{
    /// <summary>Names this run.</summary>
    public abstract Guid Id { get; }

    /// <summary>What the starter passed in, as JSON; or null.</summary>
    public abstract string? Arguments { get; }

    /// <summary>Says how far it is; shown on the jobs page and kept.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; null when not known.</param>
    /// <param name="message">A line for people; or null.</param>
    public abstract Task Report(long done, long? total, Label? message = null);
}

/// <summary>Starts jobs.</summary>
public interface IJobs
{
    /// <summary>Queues a run of a job for the current tenant; it is written with the current unit of work or at once.</summary>
    /// <param name="key">The job's key.</param>
    /// <param name="arguments">Serialised as JSON; or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The id of the run.</returns>
    Task<Guid> Start(string key, object? arguments = null, CancellationToken cancellation = default);
}
