using System.Text;

namespace Crm.Customers.Shared;

/// <summary>Numbers that offices give out, as people type them.</summary>
internal static class Identifiers
{
    /// <summary>Half width, without blanks and dashes; null when nothing is left.</summary>
    public static string? Compact(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        var kept = typed.Normalize(NormalizationForm.FormKC)
            .Where(c => !char.IsWhiteSpace(c) && !"-‐‑‒–—―−ー".Contains(c, StringComparison.Ordinal));
        var text = string.Concat(kept);
        return text.Length == 0 ? null : text;
    }
}
