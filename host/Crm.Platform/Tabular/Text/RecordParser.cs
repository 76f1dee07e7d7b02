// Splits text into the cells of one row: by a delimiter with quotes, by runs of blanks, or by fixed places.
namespace Crm.Platform.Tabular;

/// <summary>What one record was found to be; cells go to the caller's list.</summary>
/// <param name="Length">Characters used including the line end; 0 when the text ends too early to tell.</param>
/// <param name="Fault">Null for a sound record.</param>
internal readonly record struct Record(int Length, TabularProblem? Fault = null);

internal abstract class RecordParser
{
    /// <summary>Reads one record from the start of the text into the list of cells.</summary>
    /// <param name="text">What is in the buffer.</param>
    /// <param name="final">Nothing follows the text, or nothing more is allowed to.</param>
    /// <param name="cells">Emptied first.</param>
    public abstract Record Read(ReadOnlySpan<char> text, bool final, List<string> cells);

    public static RecordParser For(string delimiter, IReadOnlyList<int>? starts = null) => delimiter switch
    {
        Delimiters.Blanks => new BlankSeparated(),
        Delimiters.FixedWidth => new FixedWidth(starts ?? []),
        _ => new Delimited(delimiter[0]),
    };

    /// <summary>Finds the end of the line.</summary>
    /// <returns>Length of the line without and with its end; (0, 0) when the end is not in sight.</returns>
    protected static (int Text, int All) Line(ReadOnlySpan<char> text, bool final)
    {
        var end = text.IndexOfAny('\r', '\n');
        if (end < 0) return final ? (text.Length, text.Length) : (0, 0);
        if (text[end] == '\n') return (end, end + 1);
        if (end + 1 == text.Length) return final ? (end, end + 1) : (0, 0);
        return (end, text[end + 1] == '\n' ? end + 2 : end + 1);
    }
}

/// <summary>RFC 4180 as spreadsheets write it, and lenient where people break it.</summary>
internal sealed class Delimited(char delimiter) : RecordParser
{
    public override Record Read(ReadOnlySpan<char> text, bool final, List<string> cells)
    {
        cells.Clear();
        TabularProblem? fault = null;
        var at = 0;
        while (true)
        {
            var quote = SkipBlanks(text, at);
            if (quote == text.Length && !final) return default;

            if (quote < text.Length && text[quote] == '"')
            {
                var (close, doubled) = Close(text, quote + 1, final);
                if (close == Unknown) return default;
                if (close == Never) return GiveUp(text, quote, final, cells);

                var after = SkipBlanks(text, close + 1);
                if (after == text.Length && !final) return default;
                var inside = text[(quote + 1)..close];
                if (after == text.Length || IsEnd(text[after]))
                {
                    cells.Add(doubled ? inside.ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : inside.ToString());
                    at = after;
                }
                else
                {
                    // A forgotten closing quote swallows the lines up to the next opening one: give that line up, not its neighbours.
                    if (inside.IndexOfAny('\r', '\n') >= 0) return GiveUp(text, quote, final, cells);
                    fault = TabularProblems.StrayQuote;
                    var end = End(text, close);
                    if (end < 0 && !final) return default;
                    if (end < 0) end = text.Length;
                    cells.Add(text[quote..end].ToString());
                    at = end;
                }
            }
            else
            {
                var end = End(text, at);
                if (end < 0 && !final) return default;
                if (end < 0) end = text.Length;
                cells.Add(end == at ? "" : text[at..end].ToString());
                at = end;
            }

            if (at == text.Length) return new(at, fault);
            if (text[at] == delimiter)
            {
                at++;
                if (at < text.Length || final) continue;
                return default;
            }
            var (_, all) = Line(text[at..], final);
            return all == 0 ? default : new(at + all, fault);
        }
    }

    private const int Unknown = -1, Never = -2;

    private static (int At, bool Doubled) Close(ReadOnlySpan<char> text, int from, bool final)
    {
        var doubled = false;
        while (true)
        {
            var next = text[from..].IndexOf('"');
            if (next < 0) return (final ? Never : Unknown, doubled);
            from += next;
            if (from + 1 == text.Length) return (final ? from : Unknown, doubled);
            if (text[from + 1] != '"') return (from, doubled);
            doubled = true;
            from += 2;
        }
    }

    private Record GiveUp(ReadOnlySpan<char> text, int quote, bool final, List<string> cells)
    {
        var (length, all) = Line(text[quote..], final);
        if (all == 0) return default;
        foreach (var cell in text.Slice(quote, length).ToString().Split(delimiter)) cells.Add(cell);
        return new(quote + all, TabularProblems.UnclosedQuote);
    }

    private int End(ReadOnlySpan<char> text, int from)
    {
        var end = text[from..].IndexOfAny(delimiter, '\r', '\n');
        return end < 0 ? end : from + end;
    }

    private bool IsEnd(char c) => c == delimiter || c is '\r' or '\n';

    private static int SkipBlanks(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && text[from] == ' ') from++;
        return from;
    }
}

/// <summary>Columns apart by one or more blanks; a leading blank opens no column.</summary>
internal sealed class BlankSeparated : RecordParser
{
    public override Record Read(ReadOnlySpan<char> text, bool final, List<string> cells)
    {
        cells.Clear();
        var (length, all) = Line(text, final);
        if (all == 0) return default;
        foreach (var cell in text[..length].ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) cells.Add(cell);
        return new(all);
    }
}

/// <summary>Columns start at display places, where a full-width character takes two as on paper.</summary>
internal sealed class FixedWidth(IReadOnlyList<int> starts) : RecordParser
{
    public override Record Read(ReadOnlySpan<char> text, bool final, List<string> cells)
    {
        cells.Clear();
        var (length, all) = Line(text, final);
        if (all == 0) return default;
        var line = text[..length];
        var (from, place, column, cut) = (0, 0, 0, false);
        for (var at = 0; at < line.Length; at++)
        {
            if (column < starts.Count && place >= starts[column])
            {
                cut |= at > 0 && line[at - 1] != ' ' && line[at] != ' ';
                if (column > 0) cells.Add(line[from..at].Trim(' ').ToString());
                if (column > 0) from = at;
                column++;
            }
            place += Width(line[at]);
        }
        cells.Add(line[from..].Trim(' ').ToString());
        return new(all, cut ? TabularProblems.Cut : null);
    }

    public static int Width(char c) => c < '\u0100' || c is >= '\uFF61' and <= '\uFF9F' ? 1 : 2;
}
