namespace Crm.Platform.Messaging;

/// <summary>How events are delivered; section <c>Messaging</c> of the configuration.</summary>
internal sealed class MessagingOptions
{
    /// <summary>How often this node looks for work that other nodes left, while there is some.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The same when there has been nothing for a while. Work of this node itself is never waited for.</summary>
    public TimeSpan IdlePoll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Deliveries at the same time on this node.</summary>
    public int Parallel { get; set; } = 8;

    /// <summary>How often a delivery is tried before it becomes a dead letter.</summary>
    public int Attempts { get; set; } = 10;

    /// <summary>How long to wait after the first failure; doubled after each further one, give or take a fifth.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a handler may take. It works within a transaction: longer work belongs into a job.</summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a delivery belongs to the node that took it; after that the node counts as dead. Longer than <see cref="HandlerTimeout"/>.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long events are kept for modules that are switched on again.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    public TimeSpan RetryAfter(int attempts)
    {
        var doubled = FirstRetry.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 30));
        return TimeSpan.FromSeconds(Math.Min(doubled, LongestRetry.TotalSeconds) * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }
}
