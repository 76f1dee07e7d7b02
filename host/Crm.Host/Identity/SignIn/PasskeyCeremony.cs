using System.Security.Cryptography;
using Crm.Platform.Identity.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace Crm.Host.Identity.SignIn;

/// <summary>Both halves of using a passkey (WebAuthn level 3). The challenge waits in a protected cookie for five minutes and is good once per browser.</summary>
internal sealed partial class PasskeyCeremony(IPasskeyHandler<User> passkeys, IDataProtectionProvider protection, ILogger<PasskeyCeremony> log)
{
    private const string Cookie = "crm.passkey";

    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("crm.identity.passkey").ToTimeLimitedDataProtector();

    /// <summary>What the browser needs to make a passkey for somebody.</summary>
    public async Task<string> BeginAdding(HttpContext http, User user)
    {
        var options = await passkeys.MakeCreationOptionsAsync(new() { Id = user.Id.ToString(), Name = user.Email, DisplayName = user.Name }, http);
        Keep(http, options.AttestationState);
        return options.CreationOptionsJson;
    }

    /// <summary>The passkey the browser made, when all about it is right.</summary>
    public async Task<UserPasskeyInfo?> Added(HttpContext http, User user, string credential)
    {
        if (Take(http) is not { } state) return null;
        var made = await passkeys.PerformAttestationAsync(new() { HttpContext = http, CredentialJson = credential, AttestationState = state });
        if (!made.Succeeded) LogRefused(log, made.Failure);
        return made.Succeeded && made.UserEntity.Id == user.Id.ToString() ? made.Passkey : null;
    }

    /// <summary>What the browser needs to offer its passkeys; whose it will be is not known yet.</summary>
    public async Task<string> BeginSignIn(HttpContext http)
    {
        var options = await passkeys.MakeRequestOptionsAsync(null, http);
        Keep(http, options.AssertionState);
        return options.RequestOptionsJson;
    }

    /// <summary>Who proved to be themselves, and the passkey with its new counter.</summary>
    public async Task<(User User, UserPasskeyInfo Passkey)?> SignedIn(HttpContext http, string credential)
    {
        if (Take(http) is not { } state) return null;
        var proved = await passkeys.PerformAssertionAsync(new() { HttpContext = http, CredentialJson = credential, AssertionState = state });
        if (!proved.Succeeded) LogRefused(log, proved.Failure);
        return proved.Succeeded ? (proved.User, proved.Passkey) : null;
    }

    private void Keep(HttpContext http, string? state) => http.Response.Cookies.Append(
        Cookie, protector.Protect(state ?? "", Lasts),
        new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, MaxAge = Lasts, IsEssential = true });

    private string? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } kept) return null;
        http.Response.Cookies.Delete(Cookie);
        try
        {
            return protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A passkey was refused")]
    private static partial void LogRefused(ILogger logger, Exception? why);
}
