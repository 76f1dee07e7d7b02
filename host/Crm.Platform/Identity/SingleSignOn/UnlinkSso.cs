using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Forgets which account at the provider a user is; the next one with their verified address is linked. Their sessions are over.</summary>
[Command("admin.sso.unlink"), Requires(PlatformPermissions.Users)]
internal sealed record UnlinkSso(Guid User) : IRequest<Result>;

internal sealed class UnlinkSsoHandler(StaffChanges changes, Sessions sessions) : IRequestHandler<UnlinkSso, Result>
{
    public async Task<Result> Handle(UnlinkSso unlink, CancellationToken cancellationToken)
    {
        if (await changes.User(unlink.User, cancellationToken) is not { } user) return UserProblems.NotFound;
        var staff = await changes.Now(cancellationToken);
        if ((NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, staff, user.Id) ?? NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, user.Id)) is { } problem) return problem;
        var db = await changes.Db();
        var links = await db.SsoLinks.Where(l => l.TenantId == user.TenantId && l.UserId == user.Id).ToListAsync(cancellationToken);
        db.SsoLinks.RemoveRange(links);
        await changes.Save(AuditedSettings.User, RecordActions.Updated, links.Select((l, i) => ($"{user.Name}: sso {i + 1}", (string?)$"{l.Issuer} {l.Subject}", (string?)null)), cancellationToken);
        await sessions.RevokeAll(db, user.Id, except: null, cancellationToken);
        return Result.Done;
    }
}
