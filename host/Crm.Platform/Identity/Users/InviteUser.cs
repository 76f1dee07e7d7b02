using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.AspNetCore.Identity;

namespace Crm.Platform.Identity.Users;

/// <summary>Makes a user. Without a password the answer carries a one-time link by which they set their own.</summary>
[Command("admin.invite-user"), Requires(PlatformPermissions.Users)]
internal sealed record InviteUser(string Email, string Name) : IRequest<Result<InvitedUser>>
{
    /// <summary>Ids, or keys of built-in roles such as <c>sales</c>.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Ids or names.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    public string? Password { get; init; }

    /// <summary><c>ja</c> or <c>en</c>; null follows the tenant.</summary>
    public string? Language { get; init; }
}

internal sealed record InvitedUser(Guid Id, OneTimeLink? Link);

internal sealed class InviteUserHandler(StaffChanges changes, OneTimeLinks links, PasswordRules passwords, IPasswordHasher<User> hasher, TimeProvider clock)
    : IRequestHandler<InviteUser, Result<InvitedUser>>
{
    public async Task<Result<InvitedUser>> Handle(InviteUser invite, CancellationToken cancellationToken)
    {
        var (db, staff) = (await changes.Db(), await changes.Now(cancellationToken));
        var place = Placing.Resolve(staff, invite.Roles, invite.Teams);
        if (place.Failed) return Result<InvitedUser>.Fail(place.Problems);
        var problem = ANameIsNeeded.Refuses(invite.Name, "name", ("氏名", "Name"), 200)
            ?? await AnAddressNamesOneUser.Refuses(db, changes.Tenant, null, invite.Email, cancellationToken)
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, [.. place.Value.Roles.Select(r => staff.Role(r)!.Rights)])
            ?? NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, Guid.Empty, place.Value.Roles, place.Value.Teams)
            ?? (invite.Password is null ? null : passwords.Refuses(invite.Password, invite.Email, invite.Name));
        if (problem is not null) return problem;

        var user = new User
        {
            TenantId = changes.Tenant, Email = AnAddressNamesOneUser.OneWidth(invite.Email), EmailKey = User.KeyOf(invite.Email), Name = invite.Name.Trim(),
            Language = Languages.Known(invite.Language), CreatedAt = clock.GetUtcNow(),
        };
        if (invite.Password is not null) user.PasswordHash = hasher.HashPassword(user, invite.Password);
        var link = invite.Password is null ? links.Make(user) : null;
        db.Users.Add(user);
        await changes.Place(user.Id, place.Value.Roles, place.Value.Teams, cancellationToken);
        await changes.Save(
            AuditedSettings.User, RecordActions.Created,
            StaffChanges.Differences(user.Name, null, StaffChanges.Told(staff, user.Name, user.Email, place.Value.Roles, place.Value.Teams)), cancellationToken);
        return new InvitedUser(user.Id, link);
    }
}
