using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Identity.Users;

/// <summary>
/// Deactivates a user, or takes that back. A deactivated user cannot sign in, their sessions are over and their tokens rest;
/// what they own and did stays under their name.
/// </summary>
[Command("admin.set-user-active"), Requires(PlatformPermissions.Users)]
internal sealed record SetUserActive(Guid Id, bool Active) : IRequest<Result>;

internal sealed class SetUserActiveHandler(StaffChanges changes, Sessions sessions, PersonalTokens tokens) : IRequestHandler<SetUserActive, Result>
{
    public async Task<Result> Handle(SetUserActive change, CancellationToken cancellationToken)
    {
        if (await changes.User(change.Id, cancellationToken) is not { } user) return UserProblems.NotFound;
        var staff = await changes.Now(cancellationToken);
        var problem = NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, staff, user.Id)
            ?? (change.Active ? null : AnAdministratorRemains.Refuses(staff, user.Id));
        if (problem is not null) return problem;

        user.Active = change.Active;
        if (!change.Active) (user.LinkHash, user.LinkExpiresAt) = (null, null);
        await changes.Save(AuditedSettings.User, RecordActions.Updated, [($"{user.Name}: active", Told(!change.Active), Told(change.Active))], cancellationToken);
        if (!change.Active) await sessions.RevokeAll(await changes.Db(), user.Id, except: null, cancellationToken);
        tokens.ForgetAll();
        return Result.Done;
    }

    private static string Told(bool active) => active ? "true" : "false";
}
