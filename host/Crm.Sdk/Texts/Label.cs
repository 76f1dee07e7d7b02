using System.Globalization;

namespace Crm.Sdk;

/// <summary>
/// A text a person sees, in both languages of the product, written beside each other so that neither can be missing.
/// </summary>
/// <param name="Ja">Japanese.</param>
/// <param name="En">English.</param>
public readonly record struct Label(string Ja, string En)
{
    /// <summary>The text in the language of <paramref name="culture"/>; English for all but Japanese.</summary>
    public string In(CultureInfo culture) => IsJapanese(culture) ? Ja : En;

    /// <summary>The text in the language of the current request.</summary>
    public override string ToString() => In(CultureInfo.CurrentUICulture);

    /// <summary>A label with the same text in both languages, such as a product name.</summary>
    public static Label Same(string text) => new(text, text);

    /// <summary>Lets a pair stand where a label is asked for.</summary>
    public static implicit operator Label((string Ja, string En) pair) => new(pair.Ja, pair.En);

    internal static bool IsJapanese(CultureInfo culture) => culture.TwoLetterISOLanguageName == "ja";
}
