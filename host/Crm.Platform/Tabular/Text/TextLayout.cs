// How the first lines of a text fall into columns: the delimiter that splits them most evenly.
namespace Crm.Platform.Tabular;

/// <summary>How lines fall into columns; the places where columns start matter for <see cref="Delimiters.FixedWidth"/> only.</summary>
internal sealed record TextLayout(string Delimiter, IReadOnlyList<int> Starts)
{
    private const int Records = 200;

    public RecordParser Parser => RecordParser.For(Delimiter, Starts);

    public static TextLayout Of(ReadOnlySpan<char> sample, bool whole, string? chosen)
    {
        if (chosen is Delimiters.FixedWidth) return new(chosen, Columns(Lines(sample, whole)));
        if (chosen is { Length: > 0 }) return new(chosen, []);

        var best = (Score: 0d, Delimiter: "");
        foreach (var delimiter in new[] { Delimiters.Comma, Delimiters.Tab, Delimiters.Semicolon, Delimiters.Pipe })
        {
            var score = Evenness(sample, whole, delimiter);
            if (score > best.Score) best = (score, delimiter);
        }
        if (best.Score >= 0.5) return new(best.Delimiter, []);

        var lines = Lines(sample, whole);
        if (AreBlankSeparated(lines)) return new(Delimiters.Blanks, []);
        var starts = Columns(lines);
        if (lines.Count >= 10 && starts.Count > 1) return new(Delimiters.FixedWidth, starts);
        return new(best.Delimiter.Length > 0 ? best.Delimiter : Delimiters.Comma, []);
    }

    /// <summary>Share of records with the usual number of cells, raised by how many cells these are; 0 for a single column.</summary>
    private static double Evenness(ReadOnlySpan<char> sample, bool whole, string delimiter)
    {
        var counts = new List<int>();
        var cells = new List<string>();
        var parser = RecordParser.For(delimiter);
        while (counts.Count < Records && sample.Length > 0)
        {
            var record = parser.Read(sample, whole, cells);
            if (record.Length == 0) break;
            sample = sample[record.Length..];
            if (cells.Exists(c => c.Length > 0)) counts.Add(record.Fault is null ? cells.Count : 0);
        }
        if (counts.Count == 0) return 0;
        var usual = counts.GroupBy(n => n).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First();
        var share = (double)usual.Count() / counts.Count;
        return usual.Key < 2 ? 0 : share * share * share * (1 + Math.Log2(usual.Key));
    }

    private static List<string> Lines(ReadOnlySpan<char> sample, bool whole)
    {
        var lines = new List<string>();
        var end = whole ? sample.Length : sample.LastIndexOfAny('\r', '\n');
        if (end <= 0) return lines;
        foreach (var line in sample[..end].EnumerateLines())
        {
            if (!line.IsWhiteSpace()) lines.Add(line.ToString());
            if (lines.Count == Records) break;
        }
        return lines;
    }

    /// <summary>Every line has the same number of words, three or more (a list of 姓 名 is one column).</summary>
    private static bool AreBlankSeparated(List<string> lines)
    {
        if (lines.Count < 2) return false;
        var words = lines.Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length).ToList();
        return words[0] >= 2 && words.TrueForAll(n => n == words[0])
            && (words[0] >= 3 || lines.TrueForAll(l => l.Trim().Contains("  ", StringComparison.Ordinal)));
    }

    /// <summary>Where text begins after a place that is blank in every line.</summary>
    private static List<int> Columns(List<string> lines)
    {
        var used = new List<bool>();
        foreach (var line in lines)
        {
            var place = 0;
            foreach (var c in line)
            {
                for (var width = FixedWidth.Width(c); width > 0; width--, place++)
                {
                    if (place == used.Count) used.Add(false);
                    used[place] |= c != ' ';
                }
            }
        }
        return [.. Enumerable.Range(0, used.Count).Where(p => used[p] && (p == 0 || !used[p - 1]))];
    }
}
