using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using MediatR;

namespace Crm.Platform.Identity.Account;

/// <summary>Changes the caller's language and look; null follows the tenant and the device.</summary>
internal sealed record ChangePreferences(string? Language, string? Theme) : IRequest<Result>;

internal sealed class ChangePreferencesHandler(OwnAccount account, ControlSession control, Sessions sessions) : IRequestHandler<ChangePreferences, Result>
{
    public async Task<Result> Handle(ChangePreferences change, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        (user.Language, user.Theme) = (Languages.Known(change.Language), Languages.KnownTheme(change.Theme));
        await (await control.Db()).SaveChangesAsync(cancellationToken);
        sessions.Forget(account.Session!.Id);
        return Result.Done;
    }
}
