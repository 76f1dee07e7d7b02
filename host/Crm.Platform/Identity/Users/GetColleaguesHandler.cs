using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Identity.Users;

/// <summary>People and teams from memory; names of colleagues are no secret, their addresses and roles are left out.</summary>
internal sealed class GetColleaguesHandler(Staff staff, Current current) : IRequestHandler<GetColleagues, Result<Colleagues>>
{
    public async Task<Result<Colleagues>> Handle(GetColleagues request, CancellationToken cancellationToken)
    {
        var now = await staff.Of(current.Tenant, cancellationToken);
        return new Colleagues(
            [.. now.Members.Select(m => new Colleague(m.Id, m.Name, m.Active)).OrderByDescending(c => c.Active).ThenBy(c => c.Name, StringComparer.CurrentCulture)],
            [.. now.Teams.Select(t => new StaffTeam(t.Id, t.Name, t.Members)).OrderBy(t => t.Name, StringComparer.CurrentCulture)]);
    }
}
