using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>Changes the caller's own password; all their other sessions end.</summary>
internal sealed record ChangePassword(string Current, string Password) : IRequest<Result>;

internal sealed class ChangePasswordHandler(OwnAccount account, UserManager<User> users, PasswordRules rules) : IRequestHandler<ChangePassword, Result>
{
    public async Task<Result> Handle(ChangePassword change, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, change.Current)) return OwnAccount.WrongPassword;
        if (rules.Refuses(change.Password, user.Email, user.Name) is { } weak) return weak;
        user.PasswordHash = users.PasswordHasher.HashPassword(user, change.Password);
        await users.UpdateSecurityStampAsync(user);
        await account.KeepThisSession(user, cancellationToken);
        return Result.Done;
    }
}
