// Everything that people type for a hyphen between numbers.
using System.Buffers;

namespace Crm.Sdk.Japan;

internal static class Dashes
{
    /// <summary>Hyphens, dashes, minus signs, box lines and the long vowel mark; as they are and as they fold.</summary>
    public static readonly SearchValues<char> Any = SearchValues.Create("-‐‑‒–—―−－ーｰ─━﹣˗⁃");
}
