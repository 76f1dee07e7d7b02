namespace Crm.Sdk.Messaging;

/// <summary>
/// Names a public request: it can be sent by <c>POST /api/v1/commands/{key}</c>, by a form and by other modules.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CommandAttribute(string key) : Attribute
{
    /// <summary><c>deals.move</c>: the module's key, a dot, a verb.</summary>
    public string Key { get; } = key;
}

/// <summary>The right a caller needs for a request, such as <c>deals.move</c> or <c>admin.users</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RequiresAttribute(string permission) : Attribute
{
    /// <summary>Key of the permission.</summary>
    public string Permission { get; } = permission;
}
