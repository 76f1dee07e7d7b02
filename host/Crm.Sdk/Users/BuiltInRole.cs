namespace Crm.Sdk.Users;

/// <summary>Keys of the roles a tenant begins with, besides the administrators', who hold all rights. An admin may rename, change or remove them.</summary>
public static class BuiltInRole
{
    /// <summary>Who sells.</summary>
    public const string Sales = "sales";

    /// <summary>Who answers.</summary>
    public const string Support = "support";

    /// <summary>Who writes to many.</summary>
    public const string Marketing = "marketing";

    /// <summary>Who looks only.</summary>
    public const string Viewer = "viewer";
}
