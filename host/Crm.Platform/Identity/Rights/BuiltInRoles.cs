using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Crm.Sdk.Users;

namespace Crm.Platform.Identity.Rights;

/// <summary>The roles every new tenant begins with. All but the administrators' can be changed or removed.</summary>
internal static class BuiltInRoles
{
    public const string Administrator = "administrator";

    public const string Sales = "sales";

    public const string Support = "support";

    public const string Marketing = "marketing";

    public const string Viewer = "viewer";

    /// <summary>What people at the counter and on the road do with customers: see all, change all, remove their own.</summary>
    private static readonly Reaches Working = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.All, Delete = Reach.Own };

    /// <summary>Working on what they or their team are responsible for.</summary>
    private static readonly Reaches Responsible = new() { Read = Reach.All, Create = Reach.All, Edit = Reach.Team, Delete = Reach.Own, Export = Reach.Team };

    public static void AddTo(ControlDb db, Guid tenant)
    {
        Add(Administrator, "管理者", "Administrator", new() { Everything = true });
        Add(Sales, "営業", "Sales", new()
        {
            Records = Records(Working with { Edit = Reach.Team, Export = Reach.Own }, ("deals.deal", Responsible), ("deals.quote", Responsible), ("campaigns.campaign", Reaches.ReadOnly)),
            Permissions = ["customers.*", "deals.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        });
        Add(Support, "サポート", "Support", new()
        {
            Records = Records(Working with { Edit = Reach.Team }, ("support.inquiry", Reaches.All), ("support.article", Reaches.All), ("deals.deal", Reaches.ReadOnly), ("campaigns.campaign", Reaches.ReadOnly)),
            Permissions = ["customers.*", "support.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        });
        Add(Marketing, "マーケティング", "Marketing", new()
        {
            Records = Records(Working with { Edit = Reach.Team, Export = Reach.All }, ("campaigns.campaign", Reaches.All), ("deals.deal", Reaches.ReadOnly), ("support.inquiry", Reaches.ReadOnly)),
            Permissions = ["customers.*", "campaigns.*", PlatformPermissions.Import, PlatformPermissions.Bulk],
        });
        Add(Viewer, "閲覧のみ", "Viewer", new() { Records = Records(Reaches.ReadOnly) });

        void Add(string key, string ja, string en, RoleRights rights) =>
            db.Roles.Add(new RoleRow { TenantId = tenant, BuiltIn = key, Ja = ja, En = en, Rights = rights.ToJson() });
    }

    private static Dictionary<string, Reaches> Records(Reaches others, params ReadOnlySpan<(string Type, Reaches Reaches)> named)
    {
        var records = new Dictionary<string, Reaches> { [RoleRights.OtherTypes] = others };
        foreach (var (type, reaches) in named) records[type] = reaches;
        return records;
    }
}
