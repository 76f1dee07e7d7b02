using Crm.Platform.Catalog;
using Crm.Sdk.Modules;

namespace Crm.Platform.Identity.Rights;

/// <summary>The rights of the platform itself; those of modules come from their descriptions.</summary>
internal static class PlatformPermissions
{
    /// <summary>Users, roles and teams.</summary>
    public const string Users = "admin.users";

    /// <summary>Taking files in, and taking an import back.</summary>
    public const string Import = "records.import";

    /// <summary>Changing or deleting at once all that a filter finds, or the ticked rows of a list.</summary>
    public const string Bulk = "records.bulk";

    /// <summary>The tenant's name, language, time zone, currency and fiscal year.</summary>
    public const string Settings = "admin.settings";

    /// <summary>Held by those who administer the installation, in no tenant.</summary>
    public const string Installation = "installation.admin";

    /// <summary>Those a role of a tenant can hold, in the order of the form.</summary>
    public static readonly IReadOnlyList<PermissionDescription> OfRoles =
    [
        new(Import, ("ファイルの取り込み", "Import files")),
        new(Bulk, ("一括編集・一括削除", "Edit and delete many records at once")),
        new(Users, ("ユーザー・ロール・チームの管理", "Manage users, roles and teams")),
        new("admin.fields", ("項目・データ種別・用語の管理", "Manage fields, record types and words")),
        new("admin.modules", ("モジュール・プラグインの管理", "Switch modules and plugins on and off")),
        new(Settings, ("テナント設定の管理", "Change the tenant's settings")),
        new(Editions.EditionRights.Key, ("エディションの適用・更新", "Apply and upgrade the edition")),
        new("admin.audit", ("変更履歴・閲覧記録の確認", "Read the audit and access logs")),
        new("admin.jobs", ("ジョブの管理", "Manage jobs")),
        new("admin.outbox", ("イベント配信の管理", "Manage the delivery of events")),
        new("admin.undo", ("他のユーザーの変更の取り消し", "Undo changes of other users")),
    ];

    /// <summary>All a role of this tenant can hold.</summary>
    public static IReadOnlyList<PermissionDescription> Of(TenantCatalog catalog) => [.. OfRoles, .. catalog.Permissions];
}
