using Crm.Platform.Identity.Rights;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>All users of the tenant with what an administrator looks for; active ones first, then by name.</summary>
[Requires(PlatformPermissions.Users)]
internal sealed record ListUsers : IRequest<Result<IReadOnlyList<UserLine>>>;

internal sealed record UserLine(Guid Id, string Name, string Email, bool Active, IReadOnlyList<Role> Roles, IReadOnlyList<Team> Teams)
{
    public DateTimeOffset? SignedInAt { get; init; }

    public bool TwoFactor { get; init; }

    public int Passkeys { get; init; }

    public bool Locked { get; init; }

    public bool HasPassword { get; init; }

    /// <summary>Whether they neither set a password nor came from the provider yet.</summary>
    public bool Invited { get; init; }

    /// <summary>Whether they come in also where everybody else signs in at the provider.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>Whether they are linked to an account at the provider.</summary>
    public bool Linked { get; init; }
}

internal sealed class ListUsersHandler(StaffChanges changes, TimeProvider clock) : IRequestHandler<ListUsers, Result<IReadOnlyList<UserLine>>>
{
    public async Task<Result<IReadOnlyList<UserLine>>> Handle(ListUsers request, CancellationToken cancellationToken)
    {
        var (db, tenant, staff, now) = (await changes.Db(), changes.Tenant, await changes.Now(cancellationToken), clock.GetUtcNow());
        var facts = await db.Users.Where(u => u.TenantId == tenant)
            .Select(u => new { u.Id, u.SignedInAt, u.TwoFactor, u.LockoutEnd, HasPassword = u.PasswordHash != null, u.BreakGlass, Linked = db.SsoLinks.Any(l => l.TenantId == tenant && l.UserId == u.Id), Passkeys = db.Passkeys.Count(p => p.UserId == u.Id) })
            .ToDictionaryAsync(u => u.Id, cancellationToken);
        return Result.Of<IReadOnlyList<UserLine>>([.. staff.Members
            .Where(m => facts.ContainsKey(m.Id))
            .OrderByDescending(m => m.Active).ThenBy(m => m.Name, StringComparer.CurrentCulture)
            .Select(m => new UserLine(m.Id, m.Name, m.Email, m.Active, staff.RolesOf(m), [.. m.Teams.Select(staff.Team).OfType<Team>()])
            {
                SignedInAt = facts[m.Id].SignedInAt, TwoFactor = facts[m.Id].TwoFactor, Passkeys = facts[m.Id].Passkeys,
                Locked = facts[m.Id].LockoutEnd > now, HasPassword = facts[m.Id].HasPassword, Invited = !facts[m.Id].HasPassword && !facts[m.Id].Linked, BreakGlass = facts[m.Id].BreakGlass, Linked = facts[m.Id].Linked,
            })]);
    }
}
