using Crm.Platform.Identity.Storage;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.SignIn;

/// <summary>The second step: a code of the authenticator app (RFC 6238), or one of the recovery codes, each good once.</summary>
internal sealed class SecondFactor(UserManager<User> users, UserStore store, AttemptLimits limits, TimeProvider clock)
{
    /// <summary>Whether the code opens; wrong ones count towards the lock like wrong passwords.</summary>
    public async Task<bool> Accepts(User user, string code)
    {
        if (!limits.Allow("code:" + user.Id) || await users.IsLockedOutAsync(user)) return false;
        var bare = code.Normalize(System.Text.NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).Trim();
        if (await IsRight(user, bare)) return true;
        await users.AccessFailedAsync(user);
        return false;
    }

    /// <summary>Checks a code of the app alone, for setting it up.</summary>
    public async Task<bool> IsRightCode(User user, string code)
    {
        if (code.Length != TotpCodes.Length || await store.GetAuthenticatorKeyAsync(user, CancellationToken.None) is not { } key) return false;
        return TotpCodes.StepOf(key, code, clock.GetUtcNow()) is { } step && await store.UseTotp(user, step, CancellationToken.None);
    }

    private async Task<bool> IsRight(User user, string code) =>
        code.Length == TotpCodes.Length ? await IsRightCode(user, code) : (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;
}
