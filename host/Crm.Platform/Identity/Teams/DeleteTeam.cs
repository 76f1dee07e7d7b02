using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Teams;

/// <summary>Removes a team; its members lose sight of each other's records where their rights reach the team only.</summary>
[Command("admin.delete-team"), Requires(PlatformPermissions.Users)]
internal sealed record DeleteTeam(Guid Id) : IRequest<Result>;

internal sealed class DeleteTeamHandler(StaffChanges changes) : IRequestHandler<DeleteTeam, Result>
{
    public async Task<Result> Handle(DeleteTeam delete, CancellationToken cancellationToken)
    {
        var (db, tenant) = (await changes.Db(), changes.Tenant);
        if (await db.Teams.SingleOrDefaultAsync(t => t.Id == delete.Id && t.TenantId == tenant, cancellationToken) is not { } team)
        {
            return UserProblems.NoSuchTeam(delete.Id.ToString());
        }

        db.TeamMembers.RemoveRange(await db.TeamMembers.Where(m => m.TenantId == tenant && m.TeamId == team.Id).ToListAsync(cancellationToken));
        db.Teams.Remove(team);
        await changes.Save(AuditedSettings.Team, RecordActions.Deleted, [(team.Name, "in use", null)], cancellationToken);
        return Result.Done;
    }
}
