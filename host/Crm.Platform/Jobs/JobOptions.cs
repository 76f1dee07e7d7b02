namespace Crm.Platform.Jobs;

/// <summary>How jobs run; section <c>Jobs</c> of the configuration.</summary>
internal sealed class JobOptions
{
    /// <summary>Runs at the same time on this node; 0 for a node that only answers requests.</summary>
    public int Parallel { get; set; } = 4;

    /// <summary>Runs at the same time on this node for one tenant, so that nobody takes all of it.</summary>
    public int ParallelPerTenant { get; set; } = 2;

    /// <summary>How often this node looks for runs that other nodes queued or left behind.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan IdlePoll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a run belongs to the node that took it, counted from its last sign of life.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a running node gives a sign of life and looks whether it should stop.</summary>
    public TimeSpan Beat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Progress is written no more often than this.</summary>
    public TimeSpan ProgressEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a run is begun again whose node died, before it counts as failed.</summary>
    public int Attempts { get; set; } = 5;

    /// <summary>How long finished runs are kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether this node takes part in firing schedules; off in tests that start runs themselves.</summary>
    public bool Clock { get; set; } = true;
}
