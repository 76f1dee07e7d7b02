using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Account;

/// <summary>Changes the caller's own password; all their other sessions end.</summary>
internal sealed record ChangePassword(string Current, string Password) : IRequest<Result>
{
    /// <summary>Whether tokens and passkeys go too: what somebody made who knew the old password works without it.</summary>
    public bool TokensToo { get; init; } = true;
}

internal sealed class ChangePasswordHandler(OwnAccount account, ControlSession control, UserManager<User> users, PersonalTokens tokens, PasswordRules rules) : IRequestHandler<ChangePassword, Result>
{
    public async Task<Result> Handle(ChangePassword change, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, change.Current)) return OwnAccount.WrongPassword;
        if (rules.Refuses(change.Password, user.Email, user.Name) is { } weak) return weak;
        user.PasswordHash = users.PasswordHasher.HashPassword(user, change.Password);
        await users.UpdateSecurityStampAsync(user);
        await account.KeepThisSession(user, cancellationToken);
        if (!change.TokensToo) return Result.Done;
        var db = await control.Db();
        await db.Passkeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await tokens.RevokeAll(db, user.Id, cancellationToken);
        return Result.Done;
    }
}
