using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;

namespace Crm.Platform.Identity.Rights;

/// <summary>Rights as the form of a role calls them, for people who lack one.</summary>
internal static class RightNames
{
    /// <summary>The problems with rights called by their names.</summary>
    public static IReadOnlyList<Problem> Named(this Current current, IReadOnlyList<Problem> problems) =>
        !current.HasTenant || problems.All(p => p.Right is null) ? problems
        : [.. problems.Select(p => p.Right is { } right ? Told(current, p, right) : p)];

    /// <summary>Who holds a right that their token does not carry is told so: nobody needs to grant them anything.</summary>
    private static Problem Told(Current current, Problem problem, string right)
    {
        var name = Of(current.Catalog, right);
        if (current.Actor.Token is not { } token || !Holds(token.Owner, right)) return problem with { Message = Problems.Forbidden(right, name).Message };
        var scope = TokenScope.Name(token.Scope);
        return problem with
        {
            Message = ($"このAPIトークンの範囲は「{scope.Ja}」のため、「{name.Ja}」はできません。", $"This token carries “{scope.En}” alone, which leaves out “{name.En}”."),
            Cure = ("アカウントの画面で、必要な範囲のトークンを作り直してください。", "Make another token with the scope it needs on the page of your account."),
        };
    }

    private static bool Holds(AccessRights rights, string right) =>
        right.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && Enum.TryParse<RecordAction>(right[(colon + 1)..], ignoreCase: true, out var action)
            ? rights.Reach(right[..colon], action) != Reach.None
            : rights.May(right);

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
