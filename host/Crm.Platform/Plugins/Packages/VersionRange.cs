using System.Diagnostics.CodeAnalysis;

namespace Crm.Platform.Plugins.Packages;

/// <summary>Versions from one, which is in it, to another, which is not: <c>[1.2.0, 2.0.0)</c>. Both ends are always there.</summary>
internal sealed record VersionRange(Version From, Version To)
{
    public bool Has(Version version) => version >= From && version < To;

    public static bool TryParse(string? text, [MaybeNullWhen(false)] out VersionRange range)
    {
        range = null;
        if (text is null || !text.StartsWith('[') || !text.EndsWith(')') || text[1..^1].Split(',') is not [var from, var to]) return false;
        if (!Version.TryParse(from.Trim(), out var low) || !Version.TryParse(to.Trim(), out var high) || high <= low) return false;
        range = new(low, high);
        return true;
    }

    public override string ToString() => $"[{From}, {To})";
}
