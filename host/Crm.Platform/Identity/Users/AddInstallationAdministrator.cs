using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>
/// Makes somebody an administrator of the installation, in no tenant; or gives one who is there a new password, takes locks,
/// sessions and second factor off and lets them in again: the way in when all others are shut. Meant for the command line.
/// </summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record AddInstallationAdministrator(string Email, string Name, string Password) : IRequest<Result<Guid>>;

internal sealed class AddInstallationAdministratorHandler(ControlSession control, PasswordRules passwords, IPasswordHasher<User> hasher, Sessions sessions, TimeProvider clock)
    : IRequestHandler<AddInstallationAdministrator, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(AddInstallationAdministrator add, CancellationToken cancellationToken)
    {
        var (db, key) = (await control.Db(), User.KeyOf(add.Email));
        var user = await db.Users.SingleOrDefaultAsync(u => u.TenantId == User.Installation && u.EmailKey == key, cancellationToken);
        var problem = ANameIsNeeded.Refuses(add.Name, "name", ("氏名", "Name"), 200)
            ?? await AnAddressNamesOneUser.Refuses(db, User.Installation, user?.Id, add.Email, cancellationToken)
            ?? passwords.Refuses(add.Password, add.Email, add.Name);
        if (problem is not null) return problem;

        if (user is null)
        {
            user = new User { TenantId = User.Installation, Email = AnAddressNamesOneUser.OneWidth(add.Email), EmailKey = key, Name = add.Name.Trim(), CreatedAt = clock.GetUtcNow() };
            db.Users.Add(user);
        }

        user.PasswordHash = hasher.HashPassword(user, add.Password);
        (user.Name, user.Active, user.LockoutEnd, user.FailedCount, user.Stamp) = (add.Name.Trim(), true, null, 0, Secrets.New(20));
        (user.TwoFactor, user.TotpKey, user.TotpUsed, user.RecoveryCodes) = (false, null, null, []);
        await db.SaveChangesAsync(cancellationToken);
        await db.Passkeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await sessions.RevokeAll(db, user.Id, except: null, cancellationToken);
        return user.Id;
    }
}
