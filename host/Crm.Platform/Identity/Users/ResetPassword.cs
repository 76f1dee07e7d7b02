using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>Makes a one-time link by which a user sets a new password. The old one works until then; a lock is taken off, and their tokens are over.</summary>
[Command("admin.reset-password"), Requires(PlatformPermissions.Users)]
internal sealed record ResetPassword(Guid Id) : IRequest<Result<OneTimeLink>>
{
    /// <summary>Whether authenticator app, recovery codes and passkeys go too, for somebody who lost their phone.</summary>
    public bool SecondFactorToo { get; init; }
}

internal sealed class ResetPasswordHandler(StaffChanges changes, OneTimeLinks links, Sessions sessions, PersonalTokens tokens) : IRequestHandler<ResetPassword, Result<OneTimeLink>>
{
    public async Task<Result<OneTimeLink>> Handle(ResetPassword reset, CancellationToken cancellationToken)
    {
        if (await changes.User(reset.Id, cancellationToken) is not { Active: true } user) return UserProblems.NotFound;
        var staff = await changes.Now(cancellationToken);
        if ((NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, staff, user.Id) ?? NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, user.Id)) is { } problem) return problem;
        var db = await changes.Db();
        var link = links.Make(user);
        (user.LockoutEnd, user.FailedCount) = (null, 0);
        if (reset.SecondFactorToo)
        {
            (user.TwoFactor, user.TotpKey, user.TotpUsed, user.RecoveryCodes, user.Stamp) = (false, null, null, [], Secrets.New(20));
            db.Passkeys.RemoveRange(await db.Passkeys.Where(p => p.UserId == user.Id).ToListAsync(cancellationToken));
        }

        await changes.Save(AuditedSettings.User, RecordActions.Updated, [($"{user.Name}: password", null, reset.SecondFactorToo ? "link, second factor off" : "link")], cancellationToken);
        await tokens.RevokeAll(db, user.Id, cancellationToken);
        if (reset.SecondFactorToo) await sessions.RevokeAll(db, user.Id, except: null, cancellationToken);
        return link;
    }
}
