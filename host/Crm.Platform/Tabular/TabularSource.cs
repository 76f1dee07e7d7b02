// An opened file: what was found out about it, and its rows as a stream.
using System.Runtime.CompilerServices;

namespace Crm.Platform.Tabular;

/// <summary>A column and its name in both languages.</summary>
/// <param name="Position">From 1.</param>
/// <param name="Ja">Name in the file, or 列3 when the file names none.</param>
/// <param name="En">Name in the file, or Column 3.</param>
/// <param name="Named">False when the name was made up here.</param>
internal sealed record TabularColumn(int Position, string Ja, string En, bool Named);

/// <summary>Reads the caller's stream; the caller keeps it open as long as rows are read, one pass at a time.</summary>
internal sealed class TabularSource
{
    public const int SampleSize = 20;

    private readonly RowReader reader;
    private readonly Header header;

    private readonly Func<TabularRow, TabularRow>? shape;

    private TabularSource(TabularSource file, IReadOnlyList<TabularColumn> columns, Func<TabularRow, TabularRow> shape)
    {
        (reader, header, this.shape, Columns) = (file.reader, file.header, shape, columns);
        (SampleRows, ApproximateRows, Warnings) = ([.. file.SampleRows.Select(shape)], file.ApproximateRows, file.Warnings);
    }

    public TabularSource(RowReader reader, Header header, IReadOnlyList<RawRow> firstRows, IReadOnlyList<TabularProblem> warnings)
    {
        Columns = header.Columns;
        (this.reader, this.header) = (reader, header);
        SampleRows = [.. firstRows.Where(IsData).Take(SampleSize).Select(Fit)];
        ApproximateRows = reader.ApproximateRows is { } all ? Math.Max(0, all - header.DataFrom + 1) : null;
        Warnings = [.. warnings, .. header.Warnings, .. firstRows.Where(r => r.Number >= header.Row && r.Number < header.DataFrom).SelectMany(r => r.Problems)];
    }

    /// <summary>"csv", "text", "xlsx" or "xls": what the content is, whatever the file is called.</summary>
    public string Kind => reader.Kind;

    /// <summary>Name of a <see cref="TextEncoding"/>; null for Excel.</summary>
    public string? Encoding => reader.Encoding;

    public string? Delimiter => reader.Delimiter;
    public IReadOnlyList<string> Sheets => reader.Sheets;
    public string? Sheet => reader.Sheet;

    /// <summary>The workbook counts days from 1904; hand it on to <see cref="CellOptions"/>.</summary>
    public bool Date1904 => reader.Date1904;

    public IReadOnlyList<TabularColumn> Columns { get; }

    /// <summary>First row of the header, 0 when there is none.</summary>
    public int HeaderRow => header.Row;

    public int HeaderHeight => header.Height;

    /// <summary>The first 20 data rows.</summary>
    public IReadOnlyList<TabularRow> SampleRows { get; }

    /// <summary>Data rows, exact for small files, otherwise estimated; null when the file does not tell.</summary>
    public long? ApproximateRows { get; }

    public IReadOnlyList<TabularProblem> Warnings { get; }

    /// <summary>The same file with other columns, which are made of its own row by row.</summary>
    public TabularSource As(IReadOnlyList<TabularColumn> columns, Func<TabularRow, TabularRow> of) => new(this, columns, of);

    /// <summary>Every row below the header that is not blank. Never throws for what the file holds.</summary>
    public async IAsyncEnumerable<TabularRow> Rows([EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var row in reader.Read(ct))
        {
            if (IsData(row)) yield return shape is null ? Fit(row) : shape(Fit(row));
            if (row.Last) yield break;
        }
    }

    private bool IsData(RawRow row) => row.Last || (row.Number >= header.DataFrom && !row.IsBlank);

    private TabularRow Fit(RawRow row)
    {
        var (cells, problems) = (row.Cells, row.Problems);
        if (cells.Length > header.Columns.Count)
            problems = [.. problems, TabularProblems.TooManyCells(cells.Length, header.Columns.Count).At(row.Number)];
        if (cells.Length != header.Columns.Count) Array.Resize(ref cells, header.Columns.Count);
        return new(row.Number, row.Line, cells, problems, row.Last);
    }
}
