using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>Attempts on one account, whether there is such an account or not. Those of one network address are counted by the host's rate limiter.</summary>
internal sealed class AttemptLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> accounts;

    public AttemptLimits(IOptions<IdentitySettings> settings)
    {
        var window = new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.Value.AttemptsPerAccount, Window = settings.Value.AttemptWindow, QueueLimit = 0, AutoReplenishment = true,
        };
        accounts = PartitionedRateLimiter.Create<string, string>(account => RateLimitPartition.GetFixedWindowLimiter(account, _ => window));
    }

    public bool Allow(string account)
    {
        using var lease = accounts.AttemptAcquire(account);
        return lease.IsAcquired;
    }

    public void Dispose() => accounts.Dispose();
}
