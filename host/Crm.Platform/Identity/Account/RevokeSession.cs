using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using MediatR;

namespace Crm.Platform.Identity.Account;

/// <summary>Ends one of the caller's sessions, or all but this one.</summary>
/// <param name="Id">Which; null for all others.</param>
internal sealed record RevokeSession(Guid? Id) : IRequest<Result>;

internal sealed class RevokeSessionHandler(OwnAccount account, ControlSession control, Sessions sessions) : IRequestHandler<RevokeSession, Result>
{
    public async Task<Result> Handle(RevokeSession revoke, CancellationToken cancellationToken)
    {
        if (account.Session is not { } mine) return OwnAccount.NeedsScreen;
        var db = await control.Db();
        if (revoke.Id is { } id) await sessions.Revoke(db, mine.UserId, id, cancellationToken);
        else await sessions.RevokeAll(db, mine.UserId, mine.Id, cancellationToken);
        return Result.Done;
    }
}
