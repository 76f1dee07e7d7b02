// Streams the rows of a text file through one buffer that holds a record, not the file.
using System.Runtime.CompilerServices;
using Crm.Sdk.Text;

namespace Crm.Platform.Tabular;

internal sealed class TextRows : RowReader
{
    private const int SampleChars = 256 << 10;

    private readonly Stream file;
    private readonly TextEncoding encoding;
    private readonly TextLayout layout;
    private readonly TabularLimits limits;

    private TextRows(Stream file, TextEncoding encoding, TextLayout layout, TabularLimits limits, long rows) =>
        (this.file, this.encoding, this.layout, this.limits, ApproximateRows) = (file, encoding, layout, limits, rows);

    public override string Kind => layout.Delimiter is Delimiters.Blanks or Delimiters.FixedWidth ? "text" : "csv";
    public override string? Encoding => encoding.Name;
    public override string? Delimiter => layout.Delimiter;
    public override long? ApproximateRows { get; }

    /// <summary>Looks at the first characters to tell the columns apart and to estimate the rows.</summary>
    public static async Task<TextRows> Open(Stream file, TextEncoding encoding, TabularOptions options, CancellationToken ct)
    {
        file.Position = 0;
        using var text = new StreamReader(file, encoding.Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 4096, leaveOpen: true);
        var sample = new char[SampleChars];
        var length = await text.ReadBlockAsync(sample, ct);
        var whole = length < sample.Length;
        var columns = TextLayout.Of(sample.AsSpan(0, length), whole, options.Delimiter);
        var (rows, chars) = Count(sample.AsSpan(0, length), whole, columns.Parser);
        if (!whole && rows > 0) rows = (long)(file.Length / (file.Position * ((double)chars / length) / rows));
        return new(file, encoding, columns, options.Limits, rows);
    }

    public override async IAsyncEnumerable<RawRow> Read([EnumeratorCancellation] CancellationToken ct)
    {
        file.Position = 0;
        using var text = new StreamReader(file, encoding.Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 << 10, leaveOpen: true);
        var records = new TextRecords(layout.Parser, encoding, limits);
        while (true)
        {
            while (records.Next() is { } row) yield return row;
            if (records.AtEnd) yield break;
            records.Filled(await text.ReadAsync(records.Room(), ct));
        }
    }

    private static (long Rows, int Chars) Count(ReadOnlySpan<char> sample, bool whole, RecordParser parser)
    {
        var (rows, chars, cells) = (0L, 0, new List<string>());
        while (chars < sample.Length && parser.Read(sample[chars..], whole, cells) is { Length: > 0 } record)
            (rows, chars) = (rows + 1, chars + record.Length);
        return (rows, chars);
    }
}

/// <summary>The buffer between reader and parser: grows up to the longest row allowed, then gives that row up.</summary>
internal sealed class TextRecords(RecordParser parser, TextEncoding encoding, TabularLimits limits)
{
    private readonly List<string> texts = [];
    private char[] buffer = new char[64 << 10];
    private int start, end;
    private long number, line = 1;
    private bool complete, skipping;

    /// <summary>Nothing is left and nothing will come.</summary>
    public bool AtEnd => complete && start == end;

    /// <summary>Where the next characters go.</summary>
    public Memory<char> Room()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, Math.Max(limits.MaxRowChars, end + 1)));
        return buffer.AsMemory(end);
    }

    public void Filled(int count)
    {
        end += count;
        complete = count == 0;
    }

    /// <summary>The next row in the buffer.</summary>
    /// <returns>Null when more characters are needed or the text is at its end.</returns>
    public RawRow? Next()
    {
        if (skipping && !SkipLine()) return null;
        if (start == end) return null;

        var full = !complete && end - start >= limits.MaxRowChars;
        var text = buffer.AsSpan(start, end - start);
        var record = parser.Read(text, complete || full, texts);
        if (record.Length == 0) return null;

        // One line filled the whole buffer: report it once and go on behind its end.
        var tooLong = full && record.Length == text.Length && text[^1] is not ('\r' or '\n');
        skipping = tooLong;
        var used = text[..record.Length];
        var row = new RawRow(++number, line, [], []);
        if (!tooLong) line += Math.Max(1, used.Count('\n'));
        start += record.Length;
        return tooLong
            ? row with { Problems = [TabularProblems.RowTooLong(limits.MaxRowChars).At(number)] }
            : Finish(row, record.Fault, used.IndexOfAny(encoding.Undecodable) >= 0);
    }

    private RawRow Finish(RawRow row, TabularProblem? fault, bool undecodable)
    {
        var filled = texts.FindLastIndex(t => t.Length > 0) + 1;
        if (fault is null && !undecodable && filled <= limits.MaxColumns) return row with { Cells = Cells(filled) };

        var problems = new List<TabularProblem>();
        if (fault is not null) problems.Add(fault.At(row.Number));
        if (filled > limits.MaxColumns) problems.Add(TabularProblems.TooManyColumns(filled, limits.MaxColumns).At(row.Number));
        filled = Math.Min(filled, limits.MaxColumns);
        for (var column = 0; undecodable && column < filled; column++)
        {
            if (texts[column].AsSpan().IndexOfAny(encoding.Undecodable) < 0) continue;
            var bytes = UndecodableBytes.Describe(texts[column], encoding.Undecodable);
            problems.Add(TabularProblems.Undecodable(bytes, encoding.Name).At(row.Number, column + 1));
            texts[column] = UndecodableBytes.Readable(texts[column], encoding.Undecodable);
        }
        return row with { Cells = Cells(filled), Problems = problems };
    }

    private Cell[] Cells(int count)
    {
        if (count == 0) return [];
        var cells = new Cell[count];
        for (var column = 0; column < count; column++) cells[column] = Cell.Of(FormulaGuard.Undo(texts[column]));
        return cells;
    }

    private bool SkipLine()
    {
        var at = buffer.AsSpan(start, end - start).IndexOfAny('\r', '\n');
        start = at < 0 ? end : start + at;
        if (at < 0) return false;
        if (start + 1 == end && !complete && buffer[start] == '\r') return false;
        start += buffer[start] == '\r' && start + 1 < end && buffer[start + 1] == '\n' ? 2 : 1;
        line++;
        skipping = false;
        return true;
    }
}
