using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Account;

/// <summary>Adds a passkey whose attestation was checked to the caller's account; asks for the password, because an open screen is not enough.</summary>
internal sealed record AddPasskey(UserPasskeyInfo Passkey, string Name, string Current) : IRequest<Result>;

internal sealed class AddPasskeyHandler(OwnAccount account, UserManager<User> users) : IRequestHandler<AddPasskey, Result>
{
    public async Task<Result> Handle(AddPasskey add, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        if (!await account.Proves(user, add.Current)) return OwnAccount.WrongPassword;
        if (await users.FindByPasskeyIdAsync(add.Passkey.CredentialId) is not null)
        {
            return new Problem("taken", ("このパスキーは登録済みです。", "This passkey is registered already."));
        }

        var name = add.Name.Trim();
        add.Passkey.Name = name.Length is > 0 and <= 100 ? name : "Passkey";
        await users.AddOrUpdatePasskeyAsync(user, add.Passkey);
        return Result.Done;
    }
}

/// <summary>Removes one of the caller's passkeys.</summary>
internal sealed record RemovePasskey(Guid Id) : IRequest<Result>;

internal sealed class RemovePasskeyHandler(OwnAccount account, ControlSession control) : IRequestHandler<RemovePasskey, Result>
{
    public async Task<Result> Handle(RemovePasskey remove, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        await (await control.Db()).Passkeys.Where(p => p.Id == remove.Id && p.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        return Result.Done;
    }
}
