using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Identity.Teams;

/// <summary>The teams of the tenant by name, and everybody who can be a member.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record ListTeams : IRequest<Result<TeamList>>;

internal sealed record TeamList(IReadOnlyList<Team> Teams, IReadOnlyList<StaffMember> Staff);

internal sealed class ListTeamsHandler(StaffChanges changes) : IRequestHandler<ListTeams, Result<TeamList>>
{
    public async Task<Result<TeamList>> Handle(ListTeams request, CancellationToken cancellationToken)
    {
        var staff = await changes.Now(cancellationToken);
        return new TeamList(
            [.. staff.Teams.OrderBy(t => t.Name, StringComparer.CurrentCulture)],
            [.. staff.Members.OrderByDescending(m => m.Active).ThenBy(m => m.Name, StringComparer.CurrentCulture)]);
    }
}
