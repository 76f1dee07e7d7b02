using Crm.Platform.Identity.Storage;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.Rights;

/// <summary>
/// The roles every new tenant begins with; what they may do with a module's records and permissions the module says. All but the
/// administrators' can be changed or removed.
/// </summary>
internal sealed class BuiltInRoles(ModuleList modules)
{
    public const string Administrator = "administrator";

    /// <summary>
    /// Stands in place of the rights of a built-in role that nobody changed: it is worked out anew, so that what a new version or another
    /// module gives to the role reaches the tenants there are.
    /// </summary>
    private const string AsInTheProduct = "";

    /// <summary>What people at the counter and on the road do with records nobody speaks of: see all, add, change those of their team, remove their own.</summary>
    private static readonly Reaches Working = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.Team, Delete = Reach.Own };

    private static readonly string[] WithFiles = [PlatformPermissions.Import, PlatformPermissions.Bulk];

    /// <summary>What they allow before any module gave them something.</summary>
    private static readonly IReadOnlyList<(string Key, string Ja, string En, RoleRights Rights)> All =
    [
        (Administrator, "管理者", "Administrator", new() { Everything = true }),
        (BuiltInRole.Sales, "営業", "Sales", new() { Records = Others(Working with { Export = Reach.Own }), Permissions = WithFiles }),
        (BuiltInRole.Support, "サポート", "Support", new() { Records = Others(Working), Permissions = WithFiles }),
        (BuiltInRole.Marketing, "マーケティング", "Marketing", new() { Records = Others(Working with { Export = Reach.All }), Permissions = WithFiles }),
        (BuiltInRole.Viewer, "閲覧のみ", "Viewer", new() { Records = Others(Reaches.ReadOnly) }),
    ];

    /// <summary>Makes the roles of a new tenant.</summary>
    public static void AddTo(ControlDb db, Guid tenant) =>
        db.Roles.AddRange(All.Select(r => new RoleRow { TenantId = tenant, BuiltIn = r.Key, Ja = r.Ja, En = r.En, Rights = AsInTheProduct }));

    /// <summary>Gives the roles somebody changed what a module that comes later brings for them; the others have it by themselves. What a role says already stays.</summary>
    public static async Task Give(ControlDb db, Guid tenant, IReadOnlyCollection<RoleGrant> grants, CancellationToken cancellation)
    {
        if (grants.Count == 0) return;
        var given = grants.ToLookup(g => g.Role);
        foreach (var role in await db.Roles.Where(r => r.TenantId == tenant && r.BuiltIn != null && r.Rights != AsInTheProduct).ToListAsync(cancellation))
        {
            if (given.Contains(role.BuiltIn!)) role.Rights = With(RoleRights.Parse(role.Rights), given[role.BuiltIn!]).ToJson();
        }
    }

    /// <summary>What a role allows: a built-in one nobody changed what it allows in this version of the product and of the modules that are on.</summary>
    public RoleRights RightsOf(RoleRow role, TenantInfo tenant) => role.Rights == AsInTheProduct ? Of(role.BuiltIn, tenant) : RoleRights.Parse(role.Rights);

    /// <summary>What is kept of a role's rights: of a built-in one that allows what it did anyway, that it follows the product.</summary>
    public string Kept(string? builtIn, RoleRights rights, TenantInfo tenant) => builtIn is not null && rights.Allows(Of(builtIn, tenant)) ? AsInTheProduct : rights.ToJson();

    private RoleRights Of(string? builtIn, TenantInfo tenant) => All.FirstOrDefault(r => r.Key == builtIn).Rights is { } rights
        ? With(rights, modules.All.Where(m => tenant.Modules.Contains(m.Key)).SelectMany(m => m.Grants).Where(g => g.Role == builtIn))
        : new();

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
