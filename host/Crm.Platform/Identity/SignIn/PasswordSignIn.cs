using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>
/// The first step of signing in. An unknown address, a wrong password, a locked or deactivated account and a closed tenant
/// are refused alike, after a similar time.
/// </summary>
internal sealed partial class PasswordSignIn(
    UserManager<User> users, ControlSession control, Tenants tenants, AttemptLimits limits, IOptions<IdentitySettings> settings, TimeProvider clock, ILogger<PasswordSignIn> log)
{
    /// <summary>The same address with the same password in more tenants than this is not looked for.</summary>
    private const int MostTenants = 10;

    /// <summary>Those users, one per tenant, whom address and password name; none when they are wrong. Null: tried too often.</summary>
    public async Task<IReadOnlyList<User>?> Try(string email, string password, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var key = User.KeyOf(email);
        if (!limits.Allow(key)) return null;
        var matching = password.Length is > 0 and <= PasswordRules.Longest ? await Matching(key, password, cancellation) : [];
        if (matching.Count == 0 && settings.Value.RefusalTakes - clock.GetElapsedTime(started) is { Ticks: > 0 } rest) await Task.Delay(rest, clock, cancellation);
        return matching;
    }

    private async Task<List<User>> Matching(string key, string password, CancellationToken cancellation)
    {
        var candidates = await (await control.Db()).Users.Where(u => u.EmailKey == key && u.Active).OrderBy(u => u.Id).Take(MostTenants).ToListAsync(cancellation);
        var (matching, wrong) = (new List<User>(), new List<User>());
        foreach (var user in candidates)
        {
            if (user.PasswordHash is null || await users.IsLockedOutAsync(user) || !await IsOpen(user, cancellation)) HashAnyway(password);
            else (await users.CheckPasswordAsync(user, password) ? matching : wrong).Add(user);
        }

        if (candidates.Count == 0) HashAnyway(password);

        // Also where another tenant's user of this address was named: else an account of one's own would make guessing free.
        foreach (var user in wrong)
        {
            await users.AccessFailedAsync(user);
            LogRefused(log, user.Id, user.FailedCount);
        }

        return matching;
    }

    private async ValueTask<bool> IsOpen(User user, CancellationToken cancellation) =>
        user.TenantId == User.Installation || await tenants.Find(user.TenantId, cancellation) is { Active: true };

    private void HashAnyway(string password) =>
        users.PasswordHasher.HashPassword(new User { Email = "", EmailKey = "", Name = "" }, password);

    [LoggerMessage(Level = LogLevel.Information, Message = "A wrong password was entered for user {User}; {Count} in a row")]
    private static partial void LogRefused(ILogger logger, Guid user, int count);
}
