using Crm.Platform.Audit;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Users;

/// <summary>What the use cases that change users, roles and teams of the current tenant share.</summary>
internal sealed class StaffChanges(ControlSession control, Tenants tenants, Staff staff, Current current, SettingsJournal journal)
{
    public Guid Tenant => current.Tenant.Id;

    public Actor Actor => current.Actor;

    public ValueTask<ControlDb> Db() => control.Db();

    /// <summary>The staff as it is now, which may be newer than the scope.</summary>
    public async ValueTask<TenantStaff> Now(CancellationToken cancellation) =>
        await staff.Of((await tenants.Find(Tenant, cancellation))!, cancellation);

    /// <summary>A user of this tenant, for change.</summary>
    public async Task<User?> User(Guid id, CancellationToken cancellation)
    {
        var tenant = Tenant;
        return await (await Db()).Users.SingleOrDefaultAsync(u => u.Id == id && u.TenantId == tenant, cancellation);
    }

    /// <summary>Saves; every node sees it with the tenant's next version. Users and the audit may lie in two databases, so it is noted right after.</summary>
    /// <param name="what">One of <see cref="AuditedSettings"/>.</param>
    /// <param name="action">One of <see cref="Records.RecordActions"/>.</param>
    /// <param name="noted">What is new, for the audit: key, before and after.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Save(string what, string action, IEnumerable<(string Key, string? Before, string? After)> noted, CancellationToken cancellation)
    {
        await tenants.Save(await Db(), Tenant, cancellation);
        await journal.Note(what, action, noted, cancellation);
    }

    /// <summary>Name, address, roles and teams of a user, as the audit tells them.</summary>
    public static Dictionary<string, string?> Told(TenantStaff staff, string name, string email, IEnumerable<Guid> roles, IEnumerable<Guid> teams) => new()
    {
        ["name"] = name, ["email"] = email,
        ["roles"] = string.Join(", ", roles.Select(staff.Role).OfType<Role>().Select(r => r.Name.Ja).Order(StringComparer.Ordinal)),
        ["teams"] = string.Join(", ", teams.Select(staff.Team).OfType<Team>().Select(t => t.Name).Order(StringComparer.Ordinal)),
    };

    /// <summary>What differs between two tellings of the thing with this name.</summary>
    public static IEnumerable<(string Key, string? Before, string? After)> Differences(
        string name, IReadOnlyDictionary<string, string?>? before, IReadOnlyDictionary<string, string?>? after) =>
        (before ?? after)!.Keys.Union((after ?? before)!.Keys)
            .Select(key => ($"{name}: {key}", NullIfEmpty(before?.GetValueOrDefault(key)), NullIfEmpty(after?.GetValueOrDefault(key))));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Puts a user's roles and teams in place of those they had.</summary>
    public async Task Place(Guid user, IReadOnlySet<Guid> roles, IReadOnlySet<Guid> teams, CancellationToken cancellation)
    {
        var (db, tenant) = (await Db(), Tenant);
        var held = await db.UserRoles.Where(r => r.TenantId == tenant && r.UserId == user).ToListAsync(cancellation);
        db.UserRoles.RemoveRange(held.Where(r => !roles.Contains(r.RoleId)));
        db.UserRoles.AddRange(roles.Except(held.Select(r => r.RoleId)).Select(role => new UserRoleRow { TenantId = tenant, UserId = user, RoleId = role }));
        var member = await db.TeamMembers.Where(m => m.TenantId == tenant && m.UserId == user).ToListAsync(cancellation);
        db.TeamMembers.RemoveRange(member.Where(m => !teams.Contains(m.TeamId)));
        db.TeamMembers.AddRange(teams.Except(member.Select(m => m.TeamId)).Select(team => new TeamMemberRow { TenantId = tenant, UserId = user, TeamId = team }));
    }
}
