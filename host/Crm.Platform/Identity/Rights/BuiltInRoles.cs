using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Sdk.Tenancy;

namespace Crm.Platform.Identity.Rights;

/// <summary>The roles every new tenant begins with. All but the administrators' can be changed or removed.</summary>
internal static class BuiltInRoles
{
    public const string Administrator = "administrator";

    public const string Sales = "sales";

    public const string Support = "support";

    public const string Marketing = "marketing";

    public const string Viewer = "viewer";

    /// <summary>
    /// Stands in place of the rights of a built-in role that nobody changed: it is worked out anew, so that what a new version gives to
    /// the role reaches the tenants there are.
    /// </summary>
    private const string AsInTheProduct = "";

    /// <summary>What people at the counter and on the road do with customers: see all, change all, remove their own.</summary>
    private static readonly Reaches Working = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.Own };

    /// <summary>Working on what they or their team are responsible for.</summary>
    private static readonly Reaches Responsible = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.Team, Delete = Reach.Own, Export = Reach.Team };

    private static readonly IReadOnlyList<(string Key, string Ja, string En, RoleRights Rights)> All =
    [
        (Administrator, "管理者", "Administrator", new() { Everything = true }),
        (Sales, "営業", "Sales", new()
        {
            Records = Records(Working with { Edit = Reach.Team, Export = Reach.Own }, ("deals.deal", Responsible), ("deals.quote", Responsible), ("campaigns.campaign", Reaches.ReadOnly)),
            Permissions = ["customers.*", "deals.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        }),
        (Support, "サポート", "Support", new()
        {
            Records = Records(Working with { Edit = Reach.Team }, ("support.inquiry", Reaches.All), ("support.article", Reaches.All), ("deals.deal", Reaches.ReadOnly), ("campaigns.campaign", Reaches.ReadOnly)),
            Permissions = ["customers.*", "support.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        }),
        (Marketing, "マーケティング", "Marketing", new()
        {
            Records = Records(Working with { Edit = Reach.Team, Export = Reach.All }, ("campaigns.campaign", Reaches.All), ("deals.deal", Reaches.ReadOnly), ("support.inquiry", Reaches.ReadOnly)),
            Permissions = ["customers.*", "campaigns.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        }),
        (Viewer, "閲覧のみ", "Viewer", new() { Records = Records(Reaches.ReadOnly) }),
    ];

    public static void AddTo(ControlDb db, Guid tenant) =>
        db.Roles.AddRange(All.Select(r => new RoleRow { TenantId = tenant, BuiltIn = r.Key, Ja = r.Ja, En = r.En, Rights = AsInTheProduct }));

    /// <summary>What a role allows: a built-in one nobody changed what it allows in this version of the product.</summary>
    public static RoleRights RightsOf(RoleRow role) => role.Rights == AsInTheProduct ? Of(role.BuiltIn) : RoleRights.Parse(role.Rights);

    /// <summary>What is kept of a role's rights: of a built-in one that allows what it did anyway, that it follows the product.</summary>
    public static string Kept(string? builtIn, RoleRights rights) => builtIn is not null && rights.Allows(Of(builtIn)) ? AsInTheProduct : rights.ToJson();

    private static RoleRights Of(string? builtIn) => All.FirstOrDefault(r => r.Key == builtIn).Rights ?? new();

    private static Dictionary<string, Reaches> Records(Reaches others, params ReadOnlySpan<(string Type, Reaches Reaches)> named)
    {
        var records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = others };
        foreach (var (type, reaches) in named) records[type] = reaches;
        return records;
    }
}
