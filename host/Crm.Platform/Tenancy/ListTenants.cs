using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Tenancy;

/// <summary>All tenants of the installation, by key.</summary>
[Requires(PlatformPermissions.Installation)]
internal sealed record ListTenants : IRequest<Result<IReadOnlyList<TenantLine>>>;

/// <param name="Tenant">The tenant.</param>
/// <param name="ActiveUsers">How many may sign in.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record TenantLine(TenantInfo Tenant, int ActiveUsers, DateTimeOffset CreatedAt);

internal sealed class ListTenantsHandler(Tenants tenants, ControlDbs control) : IRequestHandler<ListTenants, Result<IReadOnlyList<TenantLine>>>
{
    public async Task<Result<IReadOnlyList<TenantLine>>> Handle(ListTenants request, CancellationToken cancellationToken)
    {
        await using var db = await control.Open();
        var users = await db.Users.Where(u => u.Active).GroupBy(u => u.TenantId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var created = await db.Tenants.Select(t => new { t.Id, t.CreatedAt }).ToDictionaryAsync(t => t.Id, t => t.CreatedAt, cancellationToken);
        var all = await tenants.All(cancellationToken);
        return Result.Of<IReadOnlyList<TenantLine>>([.. all.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new TenantLine(t, users.GetValueOrDefault(t.Id), created.GetValueOrDefault(t.Id)))]);
    }
}
