using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Teams;

/// <summary>Makes a team, or changes its name and members.</summary>
[Command("admin.save-team"), Requires(PlatformPermissions.Users)]
internal sealed record SaveTeam(Guid? Id, string Name, IReadOnlyList<Guid> Members) : IRequest<Result<Guid>>;

internal sealed class SaveTeamHandler(StaffChanges changes) : IRequestHandler<SaveTeam, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(SaveTeam save, CancellationToken cancellationToken)
    {
        var (db, tenant, staff) = (await changes.Db(), changes.Tenant, await changes.Now(cancellationToken));
        var team = save.Id is { } id ? await db.Teams.SingleOrDefaultAsync(t => t.Id == id && t.TenantId == tenant, cancellationToken) : null;
        if (save.Id is not null && team is null) return UserProblems.NoSuchTeam(save.Id.ToString()!);
        if (ANameIsNeeded.Refuses(save.Name, "name", ("チーム名", "Name"), 100) is { } problem) return problem;
        var name = save.Name.Trim();
        if (staff.Teams.Any(t => t.Name == name && t.Id != save.Id))
        {
            return new Problem("taken", ($"チーム「{name}」はすでにあります。", $"There is a team “{name}” already."), ("別の名前にしてください。", "Choose another name."), "name");
        }

        if (save.Members.Any(m => staff.Find(m) is null)) return UserProblems.NotFound;
        if (NobodyLetsOthersReachFurther.Refuses(changes.Actor, staff, [.. save.Members.Distinct()]) is { } beyond) return beyond;

        if (team is null) db.Teams.Add(team = new TeamRow { TenantId = tenant, Name = name });
        team.Name = name;
        var members = await db.TeamMembers.Where(m => m.TenantId == tenant && m.TeamId == team.Id).ToListAsync(cancellationToken);
        db.TeamMembers.RemoveRange(members.Where(m => !save.Members.Contains(m.UserId)));
        db.TeamMembers.AddRange(save.Members.Distinct().Except(members.Select(m => m.UserId)).Select(m => new TeamMemberRow { TenantId = tenant, TeamId = team.Id, UserId = m }));
        await changes.Save(
            AuditedSettings.Team, save.Id is null ? RecordActions.Created : RecordActions.Updated,
            [($"{name}: name", staff.Team(team.Id)?.Name, name), ($"{name}: members", Names(staff.Team(team.Id)?.Members ?? []), Names(save.Members.Distinct()))], cancellationToken);
        return team.Id;

        string? Names(IEnumerable<Guid> members) => string.Join(", ", members.Select(staff.Find).OfType<StaffMember>().Select(m => m.Name).Order(StringComparer.Ordinal)) is { Length: > 0 } names ? names : null;
    }
}
