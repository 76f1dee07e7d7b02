// Writes an export row by row; what a format cannot hold is listed, never replaced in silence.
namespace Crm.Platform.Tabular;

/// <summary>A cell, or a character of one, that the format cannot hold; the header is row 1.</summary>
internal sealed record UnwrittenCell(long Row, int Column, string Character, TabularProblem Problem);

/// <summary>
/// Data rows written, and what could not be (the first thousand and the count); the file must not be handed out as
/// complete while there is any.
/// </summary>
internal sealed record TabularExport(long Rows, IReadOnlyList<UnwrittenCell> Unwritten, long UnwrittenCount)
{
    public bool IsComplete => UnwrittenCount == 0;
}

/// <summary>Header, rows, Finish, in this order. The stream is written forwards only and stays open.</summary>
internal abstract class TabularWriter : IAsyncDisposable
{
    private const int Listed = 1_000;
    private readonly List<UnwrittenCell> unwritten = [];
    private long unwrittenCount;

    /// <summary>A CSV file for spreadsheet programs.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="encoding">"utf-8" (with BOM, so that Excel reads it) or "cp932".</param>
    /// <param name="delimiter">One character.</param>
    public static TabularWriter Csv(Stream target, string encoding = "utf-8", string delimiter = Delimiters.Comma) =>
        TextEncoding.ByName(encoding) is { } known && (known == TextEncoding.Cp932 || known == TextEncoding.Utf8)
            ? new CsvWriter(target, known == TextEncoding.Cp932, delimiter[0])
            : throw new ArgumentException($"CSV is written in utf-8 or cp932, not {encoding}.", nameof(encoding));

    public static TabularWriter Xlsx(Stream target, string sheet = "Sheet1") => new XlsxWriter(target, sheet);

    /// <summary>Row of the file written last, the header included.</summary>
    protected long Current { get; set; }

    protected bool HasHeader { get; private set; }

    public async Task Header(IReadOnlyList<string> names, CancellationToken ct = default)
    {
        HasHeader = true;
        await Write([.. names.Select(n => Cell.Of(n))], header: true, ct);
    }

    public Task Row(IReadOnlyList<Cell> cells, CancellationToken ct = default) => Write(cells, header: false, ct);

    /// <summary>Completes the file.</summary>
    public async Task<TabularExport> Finish(CancellationToken ct = default)
    {
        await Complete(ct);
        return new(Current - (HasHeader ? 1 : 0), unwritten, unwrittenCount);
    }

    public abstract ValueTask DisposeAsync();

    protected abstract Task Write(IReadOnlyList<Cell> cells, bool header, CancellationToken ct);

    protected abstract Task Complete(CancellationToken ct);

    protected void Leave(int column, string character, TabularProblem problem)
    {
        unwrittenCount++;
        if (unwritten.Count < Listed) unwritten.Add(new(Current, column, character, problem.At(Current, column)));
    }
}
