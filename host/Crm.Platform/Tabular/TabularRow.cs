// A row as an import consumes it, and the raw rows the readers of each file kind make it from.
namespace Crm.Platform.Tabular;

/// <summary>A row fitted to the columns.</summary>
/// <param name="Number">Row as a spreadsheet program shows it, from 1; blank rows count.</param>
/// <param name="Line">First line in a text editor; differs from Number once a cell holds a line break.</param>
/// <param name="Cells">As many as the file has columns.</param>
/// <param name="Problems">Empty for a sound row; a row with problems must not be imported as it is.</param>
/// <param name="Last">The file cannot be read beyond this row; Problems says why and Cells may be empty.</param>
internal sealed record TabularRow(
    long Number, long Line, Cell[] Cells, IReadOnlyList<TabularProblem> Problems, bool Last = false);

/// <summary>A row before it is fitted to the header. Cells end with the last filled one.</summary>
internal readonly record struct RawRow(
    long Number, long Line, Cell[] Cells, IReadOnlyList<TabularProblem> Problems, bool Last = false)
{
    public bool IsBlank => Cells.Length == 0 && Problems.Count == 0;
    public Cell this[int column] => column < Cells.Length ? Cells[column] : default;
}

/// <summary>The rows of one file kind, read from the top each time they are asked for.</summary>
internal abstract class RowReader
{
    public abstract string Kind { get; }
    public virtual string? Encoding => null;
    public virtual string? Delimiter => null;
    public virtual IReadOnlyList<string> Sheets => [];
    public virtual string? Sheet => null;
    public virtual bool Date1904 => false;

    /// <summary>Rows of the whole file, header and titles included; null when the file does not tell.</summary>
    public abstract long? ApproximateRows { get; }

    public abstract IAsyncEnumerable<RawRow> Read(CancellationToken ct);
}
