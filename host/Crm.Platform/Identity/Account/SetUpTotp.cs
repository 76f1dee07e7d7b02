using System.Text.Encodings.Web;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Account;

/// <summary>Prepares an authenticator app: the secret to scan or type. It counts once a code proved that it arrived.</summary>
internal sealed record SetUpTotp : IRequest<Result<TotpSetup>>;

/// <param name="Key">The secret in base 32, in groups of four.</param>
/// <param name="Uri">The same as <c>otpauth://</c> address for a QR code.</param>
internal sealed record TotpSetup(string Key, string Uri);

internal sealed class SetUpTotpHandler(OwnAccount account, UserManager<User> users, UserStore store, Current current) : IRequestHandler<SetUpTotp, Result<TotpSetup>>
{
    public async Task<Result<TotpSetup>> Handle(SetUpTotp request, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (user.TwoFactor) return new Problem("already-on", ("2段階認証はすでに有効です。", "The second step is on already."), ("先に無効にしてください。", "Switch it off first."));

        // Loading the page again must not make the code just scanned worthless.
        var key = await store.GetAuthenticatorKeyAsync(user, cancellationToken);
        if (key is null)
        {
            key = users.GenerateNewAuthenticatorKey();
            await store.SetAuthenticatorKeyAsync(user, key, cancellationToken);
            await store.UpdateAsync(user, cancellationToken);
        }

        var issuer = UrlEncoder.Default.Encode(current.HasTenant ? current.Tenant.Name : "Crm.Modular");
        return new TotpSetup(
            string.Join(' ', key.Chunk(4).Select(c => new string(c))),
            $"otpauth://totp/{issuer}:{UrlEncoder.Default.Encode(user.Email)}?secret={key}&issuer={issuer}&digits=6");
    }
}
