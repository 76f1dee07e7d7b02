using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Roles;

/// <summary>Removes a role nobody holds.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record DeleteRole(Guid Id) : IRequest<Result>;

/// <summary>Taking a role from people is a decision about each of them.</summary>
internal static class ARoleInUseStays
{
    public static Problem? Refuses(TenantStaff staff, Guid role)
    {
        var holders = staff.Members.Where(m => m.Roles.Contains(role)).Select(m => m.Name).ToList();
        if (holders.Count == 0) return null;
        var names = string.Join("、", holders.Take(3));
        return new Problem("role-in-use", ($"{holders.Count}人のユーザーが使用中です（{names}）。", $"{holders.Count} users hold it ({names})."),
            ("先にユーザーのロールを変更してください。", "Give them other roles first."));
    }
}

internal sealed class DeleteRoleHandler(StaffChanges changes, BuiltInRoles builtIn, Current current) : IRequestHandler<DeleteRole, Result>
{
    public async Task<Result> Handle(DeleteRole delete, CancellationToken cancellationToken)
    {
        var (db, tenant) = (await changes.Db(), changes.Tenant);
        if (await db.Roles.SingleOrDefaultAsync(r => r.Id == delete.Id && r.TenantId == tenant, cancellationToken) is not { } role)
        {
            return UserProblems.NoSuchRole(delete.Id.ToString());
        }

        var problem = TheAdministratorsRoleIsFixed.Refuses(role)
            ?? NobodyGrantsMoreThanTheyHold.Refuses(changes.Actor, builtIn.RightsOf(role, current.Tenant))
            ?? ARoleInUseStays.Refuses(await changes.Now(cancellationToken), role.Id);
        if (problem is not null) return problem;
        db.Roles.Remove(role);
        await changes.Save(AuditedSettings.Role, RecordActions.Deleted, StaffChanges.Differences(role.Ja, builtIn.RightsOf(role, current.Tenant).Told(role.Name), null), cancellationToken);
        return Result.Done;
    }
}
