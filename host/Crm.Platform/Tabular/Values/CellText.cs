// How people type: full width, ideographic blanks, an apostrophe in front. Made plain before a value is read.
using System.Text;

namespace Crm.Platform.Tabular;

internal static class CellText
{
    private const string Blanks = " \t\r\n\u3000\u00A0\u200B\uFEFF";

    public static string Trim(string text) => text.AsSpan().IndexOfAny(Blanks) < 0 ? text : text.Trim(Blanks.ToCharArray());

    /// <summary>Trimmed, half width, without the apostrophe that forces text in a spreadsheet. For reading values only.</summary>
    public static string Normal(string text)
    {
        var plain = text;
        if (!Ascii.IsValid(text))
        {
            try { plain = text.Normalize(NormalizationForm.FormKC); }
            catch (ArgumentException) { return Trim(text); } // half a surrogate pair: no value will be read from it
        }
        plain = Trim(plain);
        return plain.Length > 1 && plain[0] == '\'' ? plain[1..] : plain;
    }
}
