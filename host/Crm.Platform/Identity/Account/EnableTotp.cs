using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>
/// Switches the second step on by a code of the app; answers with recovery codes, shown this once. Asks for the password: who finds an
/// open screen could otherwise shut its owner out.
/// </summary>
internal sealed record EnableTotp(string Code, string Current) : IRequest<Result<IReadOnlyList<string>>>;

internal sealed class EnableTotpHandler(OwnAccount account, UserManager<User> users, SecondFactor second) : IRequestHandler<EnableTotp, Result<IReadOnlyList<string>>>
{
    public const int RecoveryCodes = 10;

    public async Task<Result<IReadOnlyList<string>>> Handle(EnableTotp enable, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, enable.Current)) return OwnAccount.WrongPassword;
        var code = enable.Code.Normalize(System.Text.NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal);
        if (user.TwoFactor || user.TotpKey is null || !await second.IsRightCode(user, code))
        {
            return new Problem("wrong-code", ("確認コードが違います。", "The code is wrong."),
                ("アプリに表示されている最新の6桁を入力してください。端末の時刻も確認してください。", "Enter the six digits the app shows now, and check the clock of the device."), "code");
        }

        await users.SetTwoFactorEnabledAsync(user, true);
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? [];
        await account.KeepThisSession(user, cancellationToken);
        return Result.Of<IReadOnlyList<string>>([.. codes]);
    }
}
