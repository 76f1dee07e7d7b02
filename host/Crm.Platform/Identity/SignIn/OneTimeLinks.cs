using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>Links by which somebody sets their password once: after an invitation or a reset by an administrator.</summary>
internal sealed class OneTimeLinks(ControlSession control, UserManager<User> users, Sessions sessions, PersonalTokens tokens, PasswordRules rules, IOptions<IdentitySettings> settings, TimeProvider clock)
{
    private static readonly Problem Spent = new(
        "link-spent", ("このリンクは使用済みか期限切れです。", "This link was used or has run out."),
        ("管理者に新しいリンクの発行を依頼してください。", "Ask an administrator for a new one."), Kind: ProblemKind.NotFound);

    /// <summary>Makes the link of a user, in place of one made before; the caller saves.</summary>
    public OneTimeLink Make(User user)
    {
        var secret = Secrets.New(43);
        user.LinkHash = Secrets.Hash(secret);
        user.LinkExpiresAt = clock.GetUtcNow() + settings.Value.LinkLasts;
        return new($"/set-password/{user.Id:n}{secret}", user.LinkExpiresAt.Value);
    }

    /// <summary>Whose link it is, while it works.</summary>
    public async Task<User?> Find(string code, CancellationToken cancellation)
    {
        const int idLength = 32;
        if (code.Length <= idLength || !Guid.TryParseExact(code[..idLength], "n", out var id)) return null;
        var user = await (await control.Db()).Users.SingleOrDefaultAsync(u => u.Id == id && u.Active, cancellation);
        return user is { LinkHash: { } hash, LinkExpiresAt: { } until } && until > clock.GetUtcNow() && Secrets.Matches(code[idLength..], hash) ? user : null;
    }

    /// <summary>
    /// Sets the password; the link is spent, the lock is off. All sessions, tokens and passkeys are over: whoever had the account before
    /// may have made some.
    /// </summary>
    public async Task<Result> SetPassword(string code, string password, CancellationToken cancellation)
    {
        if (await Find(code, cancellation) is not { } user) return Spent;
        if (rules.Refuses(password, user.Email, user.Name) is { } weak) return weak;
        (user.LinkHash, user.LinkExpiresAt, user.LockoutEnd, user.FailedCount) = (null, null, null, 0);
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        await users.UpdateSecurityStampAsync(user);
        var db = await control.Db();
        await db.Passkeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync(cancellation);
        await tokens.RevokeAll(db, user.Id, cancellation);
        await sessions.RevokeAll(db, user.Id, except: null, cancellation);
        return Result.Done;
    }
}

/// <summary>A link to hand over, by whatever way the administrator trusts.</summary>
/// <param name="Path">The address without scheme and host.</param>
/// <param name="ExpiresAt">When it stops working.</param>
internal sealed record OneTimeLink(string Path, DateTimeOffset ExpiresAt);
