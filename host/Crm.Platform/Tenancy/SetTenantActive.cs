using Crm.Platform.Identity.Rights;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Tenancy;

/// <summary>Closes a tenant, or opens it again. Nobody can sign in to a closed one and its jobs rest; its data stays.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record SetTenantActive(Guid Id, bool Active) : IRequest<Result>;

internal sealed class SetTenantActiveHandler(Tenants tenants) : IRequestHandler<SetTenantActive, Result>
{
    public async Task<Result> Handle(SetTenantActive change, CancellationToken cancellationToken)
    {
        if (await tenants.Find(change.Id, cancellationToken) is null)
        {
            return new Problem("not-found", ("テナントが見つかりません。", "There is no such tenant."), ("一覧を読み直してください。", "Reload the list."), Kind: ProblemKind.NotFound);
        }

        await tenants.Update(change.Id, row => row.Active = change.Active, cancellationToken);
        return Result.Done;
    }
}
