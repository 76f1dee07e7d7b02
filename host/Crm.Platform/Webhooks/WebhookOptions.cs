namespace Crm.Platform.Webhooks;

/// <summary>How webhooks are called; section <c>Webhooks</c> of the configuration.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Whether addresses of the network within, and plain http, may be called: for an installation whose tenants are all of one house.</summary>
    public bool AllowInside { get; set; }

    /// <summary>How long an address has for its answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait after each failure; after the last the call is given up and the webhook paused. Those of the Standard Webhooks specification, about three days.</summary>
    public IReadOnlyList<TimeSpan> Retries { get; set; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14),
        TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How long calls that are over stay in the list.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(14);
}
