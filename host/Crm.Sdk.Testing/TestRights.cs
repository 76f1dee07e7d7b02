using Crm.Platform.Identity.Rights;
using Crm.Sdk.Users;

namespace Crm.Sdk.Testing;

/// <summary>What a user of a test may do; nothing unless it is said.</summary>
public sealed class TestRights
{
    private readonly Dictionary<string, Reaches> reaches = new(StringComparer.Ordinal);
    private readonly List<string> permissions = [];
    private readonly List<string> hidden = [];

    /// <summary>Lets the user <paramref name="action"/> records of a type.</summary>
    public TestRights On(string recordType, RecordAction action, Reach reach = Reach.All)
    {
        reaches[recordType] = reaches.GetValueOrDefault(recordType, Reaches.None).With(action, reach);
        return this;
    }

    /// <summary>Lets the user do all to records of a type.</summary>
    public TestRights All(string recordType)
    {
        reaches[recordType] = Reaches.All;
        return this;
    }

    /// <summary>Gives a permission, such as <c>visits.see-all</c>.</summary>
    public TestRights May(string permission)
    {
        permissions.Add(permission);
        return this;
    }

    /// <summary>Hides a field.</summary>
    public TestRights Hide(string recordType, string field)
    {
        hidden.Add($"{recordType}/{field}");
        return this;
    }

    internal RoleRights Role() => new() { Records = reaches, Permissions = permissions, Hidden = hidden };
}
