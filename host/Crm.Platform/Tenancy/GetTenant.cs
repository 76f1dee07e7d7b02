using System.Data.Common;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Users;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Tenancy;

/// <summary>What whoever administers the installation needs to know of one tenant: nothing of what its people keep in it.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record GetTenant(Guid Id) : IRequest<Result<TenantDetail>>;

/// <param name="Tenant">The tenant.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Administrators">Who may do everything in it, and is not suspended.</param>
/// <param name="Size">How much it holds; null when its database does not answer.</param>
internal sealed record TenantDetail(TenantInfo Tenant, DateTimeOffset CreatedAt, IReadOnlyList<TenantAdministrator> Administrators, TenantSize? Size);

/// <summary>An administrator of a tenant.</summary>
internal sealed record TenantAdministrator(Guid Id, string Name, string Email, bool Locked, DateTimeOffset? SignedInAt);

/// <summary>How much a tenant holds.</summary>
/// <param name="Records">Records that can be searched, which are nearly all.</param>
/// <param name="FileBytes">Bytes of attached files.</param>
internal sealed record TenantSize(long Records, long FileBytes);

/// <summary>A one-time link for an administrator who is locked out; noted in the tenant's own audit. Others are helped by their administrators.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ResetAdministrator(Guid Tenant, Guid User, bool SecondFactorToo) : IRequest<Result<OneTimeLink>>;

internal sealed class TenantDetailHandler(Tenants tenants, ControlDbs control, Staff staff, Databases databases, WorkScopes scopes, Current current, TimeProvider clock)
    : IRequestHandler<GetTenant, Result<TenantDetail>>, IRequestHandler<ResetAdministrator, Result<OneTimeLink>>
{
    private static readonly Problem Missing = new("not-found", ("テナントが見つかりません。", "There is no such tenant."), ("一覧を読み直してください。", "Reload the list."), Kind: ProblemKind.NotFound);

    public async Task<Result<TenantDetail>> Handle(GetTenant get, CancellationToken cancellationToken)
    {
        if (await tenants.Find(get.Id, cancellationToken) is not { } tenant) return Missing;
        var members = await Administrators(tenant, cancellationToken);
        var ids = members.Select(m => m.Id).ToList();
        await using var db = await control.Open();
        var created = await db.Tenants.Where(t => t.Id == tenant.Id).Select(t => t.CreatedAt).SingleAsync(cancellationToken);
        var facts = await db.Users.Where(u => ids.Contains(u.Id)).Select(u => new { u.Id, u.LockoutEnd, u.SignedInAt }).ToDictionaryAsync(u => u.Id, cancellationToken);
        var now = clock.GetUtcNow();
        return new TenantDetail(
            tenant, created,
            [.. members.OrderBy(m => m.Name, StringComparer.CurrentCulture).Select(m => new TenantAdministrator(m.Id, m.Name, m.Email, facts.GetValueOrDefault(m.Id)?.LockoutEnd > now, facts.GetValueOrDefault(m.Id)?.SignedInAt))],
            await Size(tenant, cancellationToken));
    }

    public async Task<Result<OneTimeLink>> Handle(ResetAdministrator reset, CancellationToken cancellationToken)
    {
        if (await tenants.Find(reset.Tenant, cancellationToken) is not { } tenant) return Missing;
        if (!(await Administrators(tenant, cancellationToken)).Any(m => m.Id == reset.User)) return UserProblems.NotFound;

        // In the tenant's name, but the audit there says whose hand it was.
        await using var scope = await scopes.Open(tenant, new Actor(null, current.Actor.Name, ChangeSource.Screen, AccessRights.OfTenant), cancellationToken);
        return await scope.Get<IMediator>().Send(new ResetPassword(reset.User) { SecondFactorToo = reset.SecondFactorToo }, cancellationToken);
    }

    private async Task<List<StaffMember>> Administrators(TenantInfo tenant, CancellationToken cancellation)
    {
        var all = await staff.Of(tenant, cancellation);
        return [.. all.Members.Where(m => m.Active && all.RolesOf(m).Any(r => r.Rights.Everything))];
    }

    private async Task<TenantSize?> Size(TenantInfo tenant, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await databases.Open(tenant, cancellation);
            var sql = new Sql(databases.Dialect, connection);
            var records = await sql.First($"SELECT COUNT(*) FROM platform_search WHERE tenant_id = {tenant.Id}", r => r.Long(0), cancellation);
            var bytes = await sql.First($"SELECT COALESCE(SUM(length), 0) FROM platform_file WHERE tenant_id = {tenant.Id}", r => r.Long(0), cancellation);
            return new(records, bytes);
        }
        catch (DbException)
        {
            return null;
        }
    }
}
