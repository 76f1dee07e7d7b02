using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using MediatR;

namespace Crm.Platform.Identity.Account;

/// <summary>Keeps the caller's language and look for the next browser they sign in with; null leaves what was chosen before.</summary>
internal sealed record ChangePreferences(string? Language, string? Theme) : IRequest<Result>;

internal sealed class ChangePreferencesHandler(OwnAccount account, ControlSession control) : IRequestHandler<ChangePreferences, Result>
{
    public async Task<Result> Handle(ChangePreferences change, CancellationToken cancellationToken)
    {
        if (await account.Find() is not { } user) return OwnAccount.NeedsScreen;
        (user.Language, user.Theme) = (Languages.Known(change.Language) ?? user.Language, Languages.KnownTheme(change.Theme) ?? user.Theme);
        await (await control.Db()).SaveChangesAsync(cancellationToken);
        return Result.Done;
    }
}
