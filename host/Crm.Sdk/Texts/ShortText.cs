namespace Crm.Sdk;

/// <summary>Makes text fit a column or a line.</summary>
internal static class ShortText
{
    /// <summary>The beginning, at most so many UTF-16 units and never through the middle of a character: half of one no database takes.</summary>
    public static string Cut(this string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    /// <summary>The same, with an ellipsis behind what was cut.</summary>
    public static string Shorten(this string text, int longest) => text.Length <= longest ? text : text.Cut(longest) + "…";
}
