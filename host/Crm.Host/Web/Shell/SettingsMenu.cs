
using Crm.Sdk.Users;

namespace Crm.Host.Web.Shell;

/// <summary>The door to the admin screens; open to whoever holds any right that begins with <c>admin.</c></summary>
internal static class SettingsMenu
{
    public const string Home = "/settings";

    /// <summary>Rights that let somebody see it.</summary>
    public static readonly IReadOnlyList<string> Rights = ["admin.users", "admin.modules", "admin.fields", "admin.settings", "admin.edition", "admin.jobs", "admin.outbox", "admin.audit"];

    public static bool IsFor(IUser user) => Rights.Any(user.May);
}
