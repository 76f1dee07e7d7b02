using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>Switches the second step off; asks for the password, because an open screen is not enough.</summary>
internal sealed record DisableTotp(string Current) : IRequest<Result>;

internal sealed class DisableTotpHandler(OwnAccount account, UserManager<User> users) : IRequestHandler<DisableTotp, Result>
{
    public async Task<Result> Handle(DisableTotp disable, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, disable.Current)) return OwnAccount.WrongPassword;
        (user.TotpKey, user.TotpUsed, user.RecoveryCodes) = (null, null, []);
        await users.SetTwoFactorEnabledAsync(user, false);
        await account.KeepThisSession(user, cancellationToken);
        return Result.Done;
    }
}
