using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Users;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Platform.Identity.Roles;

/// <summary>The roles of the tenant and all that a role can be given.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record ListRoles : IRequest<Result<RoleList>>;

internal sealed record RoleList(IReadOnlyList<RoleLine> Roles, IReadOnlyList<RecordType> RecordTypes, IReadOnlyList<PermissionDescription> Permissions);

internal sealed record RoleLine(Role Role, int Holders);

internal sealed class ListRolesHandler(StaffChanges changes, Current current) : IRequestHandler<ListRoles, Result<RoleList>>
{
    public async Task<Result<RoleList>> Handle(ListRoles request, CancellationToken cancellationToken)
    {
        var staff = await changes.Now(cancellationToken);
        var holders = staff.Members.Where(m => m.Active).SelectMany(m => m.Roles).CountBy(r => r).ToDictionary();
        return new RoleList(
            [.. staff.Roles.OrderBy(r => r.Id).Select(r => new RoleLine(r, holders.GetValueOrDefault(r.Id)))],
            [.. current.Catalog.RecordTypes.OrderBy(t => t.Key, StringComparer.Ordinal)],
            PlatformPermissions.Of(current.Catalog));
    }
}
