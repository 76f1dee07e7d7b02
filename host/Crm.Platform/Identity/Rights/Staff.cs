using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Rights;

/// <summary>Users, roles and teams of each tenant in memory, read again when the tenant's version changes: asking costs no query.</summary>
internal sealed class Staff(ControlDbs control, BuiltInRoles builtIn) : IUserNames
{
    private readonly ConcurrentDictionary<Guid, TenantStaff> cached = new();

    public async ValueTask<TenantStaff> Of(TenantInfo tenant, CancellationToken cancellation) =>
        cached.TryGetValue(tenant.Id, out var staff) && staff.Version == tenant.Version ? staff
        : cached[tenant.Id] = await Read(tenant, cancellation);

    async ValueTask<IReadOnlyDictionary<Guid, string>> IUserNames.Of(TenantInfo tenant, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        var staff = await Of(tenant, cancellation);
        var names = new Dictionary<Guid, string>(ids.Count);
        foreach (var id in ids)
        {
            if (staff.Find(id) is { } member) names[id] = member.Name;
        }

        return names;
    }

    async ValueTask<Guid?> IUserNames.Find(TenantInfo tenant, string emailOrName, CancellationToken cancellation) =>
        (await Of(tenant, cancellation)).Find(emailOrName)?.Id;

    private async Task<TenantStaff> Read(TenantInfo tenant, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var users = await db.Users.Where(u => u.TenantId == tenant.Id).Select(u => new { u.Id, u.Name, u.Email, u.Active }).ToListAsync(cancellation);
        var roles = await db.Roles.AsNoTracking().Where(r => r.TenantId == tenant.Id).ToListAsync(cancellation);
        var userRoles = (await db.UserRoles.AsNoTracking().Where(r => r.TenantId == tenant.Id).ToListAsync(cancellation)).ToLookup(r => r.UserId, r => r.RoleId);
        var teams = await db.Teams.AsNoTracking().Where(t => t.TenantId == tenant.Id).ToListAsync(cancellation);
        var members = await db.TeamMembers.AsNoTracking().Where(m => m.TenantId == tenant.Id).ToListAsync(cancellation);
        var teamsOf = members.ToLookup(m => m.UserId, m => m.TeamId);
        var membersOf = members.ToLookup(m => m.TeamId, m => m.UserId);
        return new(
            tenant.Version,
            users.Select(u => new StaffMember(u.Id, u.Name, u.Email, u.Active, [.. userRoles[u.Id]], [.. teamsOf[u.Id]])),
            roles.Select(r => new Role(r.Id, r.Name, r.BuiltIn, builtIn.RightsOf(r, tenant))),
            teams.Select(t => new Team(t.Id, t.Name, [.. membersOf[t.Id]])));
    }
}

/// <summary>Users, roles and teams of one tenant; immutable.</summary>
internal sealed class TenantStaff
{
    private readonly FrozenDictionary<Guid, StaffMember> members;
    private readonly FrozenDictionary<string, StaffMember> byEmail;
    private readonly ILookup<string, StaffMember> byName;
    private readonly FrozenDictionary<Guid, Role> roles;
    private readonly FrozenDictionary<Guid, Team> teams;
    private readonly ConcurrentDictionary<Guid, AccessRights> rights = new();
    private readonly ConcurrentDictionary<(Guid User, string Scope), (CatalogVersion Of, AccessRights Rights)> limited = new();

    public TenantStaff(long version, IEnumerable<StaffMember> members, IEnumerable<Role> roles, IEnumerable<Team> teams)
    {
        Version = version;
        this.members = members.ToFrozenDictionary(m => m.Id);
        this.roles = roles.ToFrozenDictionary(r => r.Id);
        this.teams = teams.ToFrozenDictionary(t => t.Id);
        byEmail = this.members.Values.ToFrozenDictionary(m => User.KeyOf(m.Email));
        byName = this.members.Values.ToLookup(m => Folded(m.Name));
    }

    public long Version { get; }

    public IReadOnlyList<StaffMember> Members => members.Values;

    public IReadOnlyList<Role> Roles => roles.Values;

    public IReadOnlyList<Team> Teams => teams.Values;

    public StaffMember? Find(Guid id) => members.GetValueOrDefault(id);

    public Role? Role(Guid id) => roles.GetValueOrDefault(id);

    public Team? Team(Guid id) => teams.GetValueOrDefault(id);

    /// <summary>By address or by name, with or without the space between family and given name; null when several have the name.</summary>
    public StaffMember? Find(string emailOrName) =>
        byEmail.TryGetValue(User.KeyOf(emailOrName), out var known) ? known
        : byName[Folded(emailOrName)].Take(2).ToList() is [var only] ? only
        : null;

    public IReadOnlyList<Role> RolesOf(StaffMember member) => [.. member.Roles.Select(Role).OfType<Role>()];

    /// <summary>What a user may do; a deactivated one nothing.</summary>
    public AccessRights RightsOf(Guid user) => rights.GetOrAdd(user, static (id, staff) => staff.Sum(id), this);

    /// <summary>What a token of a user carries of it, worked out anew only when the tenant's catalog changed. Nothing of the catalog is kept: it would keep a plugin loaded.</summary>
    public AccessRights RightsOf(Guid user, string scope, TenantCatalog catalog)
    {
        if (!limited.TryGetValue((user, scope), out var known) || known.Of != catalog.Version)
        {
            limited[(user, scope)] = known = (catalog.Version, TokenScope.Limit(RightsOf(user), scope, catalog));
        }

        return known.Rights;
    }

    private AccessRights Sum(Guid user)
    {
        if (Find(user) is not { Active: true } member) return AccessRights.Nothing;
        var together = member.Teams.Select(Team).OfType<Team>().SelectMany(t => t.Members).Append(user).Distinct();
        return RoleRights.Sum([.. RolesOf(member).Select(r => r.Rights)], [.. together]);
    }

    private static string Folded(string name) =>
        string.Concat(name.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Where(c => !char.IsWhiteSpace(c)));
}

internal sealed record StaffMember(Guid Id, string Name, string Email, bool Active, IReadOnlyList<Guid> Roles, IReadOnlyList<Guid> Teams);

internal sealed record Role(Guid Id, Label Name, string? BuiltIn, RoleRights Rights);

internal sealed record Team(Guid Id, string Name, IReadOnlyList<Guid> Members);
