namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>What holds for the single sign-on of all tenants; section <c>SingleSignOn</c> of the configuration.</summary>
internal sealed class SsoOptions
{
    /// <summary>Whether a provider may be on this machine and speak plain http: for development and tests. <c>Webhooks:AllowInside</c> must be on as well.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long what a provider says about itself is believed; a key that is not known is asked for at once.</summary>
    public TimeSpan Remember { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How far the clocks of a provider may be off.</summary>
    public TimeSpan Skew { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long somebody may take at the provider.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(15);
}
