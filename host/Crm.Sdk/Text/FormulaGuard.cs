// Keeps a spreadsheet program from running a cell of a CSV file as a formula, and undoes exactly that on the way back.
using System.Buffers;

namespace Crm.Sdk.Text;

/// <summary>
/// An apostrophe goes before text that starts like a formula, and before text that already starts with such an
/// apostrophe, so that taking one away always gives the original back.
/// </summary>
public static class FormulaGuard
{
    // Japanese Excel takes the full-width signs for formulas too; − (U+2212) becomes one of them in code page 932.
    private static readonly SearchValues<char> Starts = SearchValues.Create("=+-@\t\r\n＝＋－＠\u2212");

    /// <summary>Whether the text is changed by <see cref="Protect"/>.</summary>
    public static bool IsNeeded(string text) => text.Length > 0 && (Starts.Contains(text[0]) || IsProtected(text));

    /// <summary>The text as it is written into a cell.</summary>
    public static string Protect(string text) => IsNeeded(text) ? "'" + text : text;

    /// <summary>What was protected, from what a cell holds.</summary>
    public static string Undo(string text) => text.Length > 1 && text[0] == '\'' && IsProtected(text) ? text[1..] : text;

    /// <summary>Also '0123: the apostrophe people type so that a spreadsheet keeps the zero.</summary>
    private static bool IsProtected(string text)
    {
        var at = 0;
        while (at < text.Length && text[at] == '\'') at++;
        return at > 0 && at < text.Length && (Starts.Contains(text[at]) || char.IsDigit(text[at]));
    }
}
