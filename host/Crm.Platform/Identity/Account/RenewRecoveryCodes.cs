using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>New recovery codes in place of the old ones, shown this once.</summary>
internal sealed record RenewRecoveryCodes(string Current) : IRequest<Result<IReadOnlyList<string>>>;

internal sealed class RenewRecoveryCodesHandler(OwnAccount account, UserManager<User> users) : IRequestHandler<RenewRecoveryCodes, Result<IReadOnlyList<string>>>
{
    public async Task<Result<IReadOnlyList<string>>> Handle(RenewRecoveryCodes renew, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { TwoFactor: true } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, renew.Current)) return OwnAccount.WrongPassword;
        return Result.Of<IReadOnlyList<string>>([.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, EnableTotpHandler.RecoveryCodes) ?? []]);
    }
}
