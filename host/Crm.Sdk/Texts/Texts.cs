using System.Globalization;

namespace Crm.Sdk;

/// <summary>Short texts written where they are shown, in both languages. Razor files have <c>@using static Crm.Sdk.Texts</c>.</summary>
public static class Texts
{
    /// <summary>The text in the language of the current request.</summary>
    public static string L(string ja, string en) => Label.IsJapanese(CultureInfo.CurrentUICulture) ? ja : en;

    /// <summary>A name as it stands inside an English sentence: <c>company</c>; abbreviations and Japanese stay as they are.</summary>
    public static string Inside(Label name)
    {
        var text = name.ToString();
        return text.Length > 1 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
