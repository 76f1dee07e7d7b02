using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;

namespace Crm.Platform.Identity.Rights;

/// <summary>Rights as the form of a role calls them, for people who lack one.</summary>
internal static class RightNames
{
    /// <summary>The problems with rights called by their names.</summary>
    public static IReadOnlyList<Problem> Named(this Current current, IReadOnlyList<Problem> problems) =>
        !current.HasTenant || problems.All(p => p.Right is null) ? problems
        : [.. problems.Select(p => p.Right is { } right ? p with { Message = Problems.Forbidden(right, Of(current.Catalog, right)).Message } : p)];

    public static Label Of(TenantCatalog catalog, string right)
    {
        if (PlatformPermissions.Of(catalog).FirstOrDefault(p => p.Key == right) is { } permission) return permission.Name;
        var colon = right.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !catalog.TryGet(right[..colon], out var type)) return Label.Same(right);
        var (ja, en) = right[(colon + 1)..] switch
        {
            "read" => ("閲覧", "see"),
            "create" => ("作成", "create"),
            "edit" => ("編集", "change"),
            "delete" => ("削除", "delete"),
            "export" => ("出力", "export"),
            var other => (other, other),
        };
        return ($"{type.Label.Ja}: {ja}", $"{type.Label.En}: {en}");
    }
}
