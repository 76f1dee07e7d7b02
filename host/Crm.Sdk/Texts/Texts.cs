using System.Globalization;

namespace Crm.Sdk;

/// <summary>Short texts written where they are shown, in both languages. Razor files have <c>@using static Crm.Sdk.Texts</c>.</summary>
public static class Texts
{
    /// <summary>The text in the language of the current request.</summary>
    public static string L(string ja, string en) => Label.IsJapanese(CultureInfo.CurrentUICulture) ? ja : en;
}
