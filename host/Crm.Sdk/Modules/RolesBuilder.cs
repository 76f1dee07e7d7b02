using Crm.Sdk.Users;

namespace Crm.Sdk.Modules;

/// <summary>Adds rights.</summary>
public sealed class PermissionsBuilder
{
    private readonly ModuleDescription description;

    internal PermissionsBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Adds a right; its key begins with the module's.</summary>
    public PermissionBuilder Add(string key, string ja, string en)
    {
        description.Add(description.Permissions, new(key, new(ja, en)));
        return new(description, key);
    }
}

/// <summary>Says more of a right.</summary>
public sealed class PermissionBuilder
{
    private readonly ModuleDescription description;
    private readonly string key;

    internal PermissionBuilder(ModuleDescription description, string key) => (this.description, this.key) = (description, key);

    /// <summary>
    /// Gives it to roles of <see cref="BuiltInRole"/>, when a tenant is made with the module or first gets it. Administrators hold it anyway.
    /// </summary>
    public PermissionBuilder To(params IReadOnlyList<string> roles)
    {
        foreach (var role in roles) description.Add(description.Grants, new(RolesBuilder.Known(role), key, null));
        return this;
    }
}

/// <summary>
/// Says what the roles every tenant begins with may do with the module's records. It is given when a tenant is made with the module or first
/// gets it; what an admin changed since, or removed, stays so. Record types not spoken of here follow the role's line for all others.
/// </summary>
public sealed class RolesBuilder
{
    private readonly ModuleDescription description;

    internal RolesBuilder(ModuleDescription description) => this.description = description;

    /// <summary>Gives a role reach over records of a type of this module.</summary>
    /// <param name="role">One of <see cref="BuiltInRole"/>.</param>
    /// <param name="recordType">Key of the type.</param>
    /// <param name="reaches">How far, action by action.</param>
    public RolesBuilder Grant(string role, string recordType, Reaches reaches)
    {
        if (!recordType.StartsWith(description.Key + ".", StringComparison.Ordinal))
        {
            throw new DescriptionException(($"モジュール「{description.Key}」は、ほかのモジュールの {recordType} の権限をロールに与えられません。", $"The module {description.Key} cannot give away rights to {recordType}: it is not its own."));
        }

        description.Add(description.Grants, new(Known(role), recordType, reaches));
        return this;
    }

    internal static string Known(string role) => role is BuiltInRole.Sales or BuiltInRole.Support or BuiltInRole.Marketing or BuiltInRole.Viewer
        ? role
        : throw new DescriptionException(($"ロール「{role}」はありません。{nameof(BuiltInRole)} のいずれかにしてください。", $"There is no role {role} to give rights to; see {nameof(BuiltInRole)}."));
}
