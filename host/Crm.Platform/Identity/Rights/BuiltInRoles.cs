using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Rights;

/// <summary>
/// The roles every new tenant begins with; what they may do with a module's records and permissions the module says. All but the
/// administrators' can be changed or removed.
/// </summary>
internal static class BuiltInRoles
{
    public const string Administrator = "administrator";

    /// <summary>What people at the counter and on the road do with records nobody speaks of: see all, add, change those of their team, remove their own.</summary>
    private static readonly Reaches Working = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.Team, Delete = Reach.Own };

    private static readonly string[] WithFiles = [PlatformPermissions.Import, PlatformPermissions.Bulk];

    /// <summary>Makes the roles of a new tenant, with what the modules it begins with give them.</summary>
    public static void AddTo(ControlDb db, Guid tenant, IEnumerable<RoleGrant> grants)
    {
        var given = grants.ToLookup(g => g.Role);
        Add(Administrator, "管理者", "Administrator", new() { Everything = true });
        Add(BuiltInRole.Sales, "営業", "Sales", new() { Records = Others(Working with { Export = Reach.Own }), Permissions = WithFiles });
        Add(BuiltInRole.Support, "サポート", "Support", new() { Records = Others(Working), Permissions = WithFiles });
        Add(BuiltInRole.Marketing, "マーケティング", "Marketing", new() { Records = Others(Working with { Export = Reach.All }), Permissions = WithFiles });
        Add(BuiltInRole.Viewer, "閲覧のみ", "Viewer", new() { Records = Others(Reaches.ReadOnly) });

        void Add(string key, string ja, string en, RoleRights rights) =>
            db.Roles.Add(new RoleRow { TenantId = tenant, BuiltIn = key, Ja = ja, En = en, Rights = With(rights, given[key]).ToJson() });
    }

    /// <summary>Gives the roles that are still there what a module that comes later brings for them. What a role says already stays.</summary>
    public static async Task Give(ControlDb db, Guid tenant, IReadOnlyCollection<RoleGrant> grants, CancellationToken cancellation)
    {
        if (grants.Count == 0) return;
        var given = grants.ToLookup(g => g.Role);
        foreach (var role in await db.Roles.Where(r => r.TenantId == tenant && r.BuiltIn != null).ToListAsync(cancellation))
        {
            if (given.Contains(role.BuiltIn!)) role.Rights = With(RoleRights.Parse(role.Rights), given[role.BuiltIn!]).ToJson();
        }
    }

    private static RoleRights With(RoleRights role, IEnumerable<RoleGrant> grants)
    {
        var records = new Dictionary<string, Reaches>(role.Records);
        List<string> permissions = [.. role.Permissions];
        foreach (var grant in grants)
        {
            if (grant.Reaches is { } reaches) records.TryAdd(grant.Key, reaches);
            else if (!permissions.Contains(grant.Key)) permissions.Add(grant.Key);
        }

        return role with { Records = records, Permissions = permissions };
    }

    private static Dictionary<string, Reaches> Others(Reaches reaches) => new() { [RoleRights.OtherTypes] = reaches };
}
