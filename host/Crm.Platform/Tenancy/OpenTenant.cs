using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>Makes a tenant and invites its first administrator; answers with the link by which they set their password.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record OpenTenant(NewTenant Tenant, string Email, string Name) : IRequest<Result<OneTimeLink>>;

internal sealed class OpenTenantHandler(Tenants tenants, Migrator migrator, WorkScopes scopes) : IRequestHandler<OpenTenant, Result<OneTimeLink>>
{
    public async Task<Result<OneTimeLink>> Handle(OpenTenant open, CancellationToken cancellationToken)
    {
        var problem = ANameIsNeeded.Refuses(open.Tenant.Name, "tenantName", ("テナント名", "Name"), 200)
            ?? ANameIsNeeded.Refuses(open.Name, "name", ("管理者の氏名", "Administrator's name"), 200)
            ?? AnAddressNamesOneUser.Malformed(open.Email);
        if (problem is not null) return problem;
        var made = await tenants.Create(open.Tenant, cancellationToken);
        if (made.Failed) return Result<OneTimeLink>.Fail(made.Problems);
        await migrator.Of(made.Value, cancellationToken);
        await using var scope = await scopes.Open(made.Value, Actor.System(ChangeSource.Screen), cancellationToken);
        var invited = await scope.Get<IMediator>().Send(new InviteUser(open.Email, open.Name) { Roles = [BuiltInRoles.Administrator] }, cancellationToken);
        return invited.Failed ? Result<OneTimeLink>.Fail(invited.Problems) : invited.Value.Link!;
    }
}
