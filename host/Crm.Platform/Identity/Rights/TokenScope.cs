using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;

namespace Crm.Platform.Identity.Rights;

/// <summary>How much of its owner's rights a personal token carries; never more than the owner has at that moment.</summary>
internal static class TokenScope
{
    /// <summary>Seeing and taking out records.</summary>
    public const string Read = "read";

    /// <summary>Also changing records and the commands of modules; not administration.</summary>
    public const string Write = "write";

    /// <summary>All the owner may do.</summary>
    public const string Admin = "admin";

    /// <summary>Seeing records, in one feed and nowhere else: its address lies with programs of others.</summary>
    public const string Feed = "feed";

    /// <summary>Those a user chooses from.</summary>
    public static readonly IReadOnlyList<string> All = [Read, Write, Admin];

    /// <summary>What it is called.</summary>
    public static Label Name(string scope) => scope switch
    {
        Read => ("閲覧のみ", "Read"),
        Write => ("閲覧と変更", "Read and change"),
        Admin => ("管理を含むすべて", "Everything, administration included"),
        Feed => ("フィードの閲覧のみ", "One feed, to read"),
        _ => Label.Same(scope),
    };

    public static AccessRights Limit(AccessRights rights, string scope, TenantCatalog catalog) => scope switch
    {
        Admin => rights,
        Write => new()
        {
            Permissions = PlatformPermissions.Of(catalog).Select(p => p.Key).Where(p => !p.StartsWith("admin.", StringComparison.Ordinal) && rights.May(p)).ToHashSet(),
            Reaches = Reaches(rights, catalog, Enum.GetValues<RecordAction>()),
            HiddenFields = rights.HiddenFields,
            LockedFields = rights.LockedFields,
            TeamMembers = rights.TeamMembers,
        },
        Feed => new()
        {
            Reaches = Reaches(rights, catalog, RecordAction.Read),
            HiddenFields = rights.HiddenFields,
            LockedFields = rights.LockedFields,
            TeamMembers = rights.TeamMembers,
        },
        Read => new()
        {
            Reaches = Reaches(rights, catalog, RecordAction.Read, RecordAction.Export),
            HiddenFields = rights.HiddenFields,
            LockedFields = rights.LockedFields,
            TeamMembers = rights.TeamMembers,
        },
        _ => AccessRights.Nothing,
    };

    private static Dictionary<(string, RecordAction), Reach> Reaches(AccessRights rights, TenantCatalog catalog, params IReadOnlyList<RecordAction> actions) =>
        catalog.RecordTypes.Select(t => t.Key).SelectMany(type => actions.Select(action => (type, action))).ToDictionary(x => x, x => rights.Reach(x.type, x.action));
}
