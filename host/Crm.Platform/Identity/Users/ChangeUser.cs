using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Identity.Users;

/// <summary>Changes name, address, roles and teams of a user.</summary>
[Command("admin.change-user"), Requires(PlatformPermissions.Users)]
internal sealed record ChangeUser(Guid Id, string Email, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Teams) : IRequest<Result>;

internal sealed class ChangeUserHandler(StaffChanges changes, Sessions sessions) : IRequestHandler<ChangeUser, Result>
{
    public async Task<Result> Handle(ChangeUser change, CancellationToken cancellationToken)
    {
        var (db, staff) = (await changes.Db(), await changes.Now(cancellationToken));
        if (await changes.User(change.Id, cancellationToken) is not { } user) return UserProblems.NotFound;
        var place = Placing.Resolve(staff, change.Roles, change.Teams);
        if (place.Failed) return Result.Fail(place.Problems);
        RoleRights[] rights = [.. place.Value.Roles.Select(r => staff.Role(r)!.Rights)];
        var problem = ANameIsNeeded.Refuses(change.Name, "name", ("氏名", "Name"), 200)
            ?? await AnAddressNamesOneUser.Refuses(db, changes.Tenant, user.Id, change.Email, cancellationToken)
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, staff, user.Id)
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, rights)
            ?? NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, user.Id, place.Value.Roles, place.Value.Teams)

            // By the address people sign in and links come to them: who changes it could come in as that user.
            ?? (User.KeyOf(change.Email) == user.EmailKey ? null : NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, user.Id))
            ?? (rights.Any(r => r.Everything) ? null : AnAdministratorRemains.Refuses(staff, user.Id));
        if (problem is not null) return problem;

        var was = staff.Find(user.Id) is { } member ? StaffChanges.Told(staff, member.Name, member.Email, member.Roles, member.Teams) : null;
        (user.Name, user.Email, user.EmailKey) = (change.Name.Trim(), AnAddressNamesOneUser.OneWidth(change.Email), User.KeyOf(change.Email));
        await changes.Place(user.Id, place.Value.Roles, place.Value.Teams, cancellationToken);
        await changes.Save(
            AuditedSettings.User, RecordActions.Updated,
            StaffChanges.Differences(user.Name, was, StaffChanges.Told(staff, user.Name, user.Email, place.Value.Roles, place.Value.Teams)), cancellationToken);
        sessions.ForgetAll();
        return Result.Done;
    }
}
