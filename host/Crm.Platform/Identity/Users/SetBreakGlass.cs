using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>Lets a user come in by password and second step also where everybody else signs in at the provider, or takes that back.</summary>
[Command("admin.set-break-glass"), Requires(PlatformPermissions.Users)]
internal sealed record SetBreakGlass(Guid Id, bool On) : IRequest<Result>;

internal sealed class SetBreakGlassHandler(StaffChanges changes) : IRequestHandler<SetBreakGlass, Result>
{
    public async Task<Result> Handle(SetBreakGlass set, CancellationToken cancellationToken)
    {
        if (await changes.User(set.Id, cancellationToken) is not { Active: true } user) return UserProblems.NotFound;
        var (db, tenant) = (await changes.Db(), changes.Tenant);
        var problem = (set.On ? OnlyAnAdministratorChoosesTheProvider.Refuses(changes.Actor) : null)
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, await changes.Now(cancellationToken), user.Id)
            ?? (!set.On && await db.Sso.AnyAsync(s => s.TenantId == tenant && s.Enabled && s.Only, cancellationToken) ? await AWayInRemains.Refuses(db, tenant, user.Id, cancellationToken) : null);
        if (problem is not null) return problem;
        var before = user.BreakGlass;
        user.BreakGlass = set.On;
        await changes.Save(AuditedSettings.User, RecordActions.Updated, [($"{user.Name}: break-glass", Told(before), Told(set.On))], cancellationToken);
        return Result.Done;
    }

    private static string Told(bool on) => on ? "true" : "false";
}
