namespace Crm.Sdk.Import;

/// <summary>
/// A format in which files of another system come: recognised by its columns, it turns each row into fields of the record type it was
/// added for. Where columns only have other names than the fields, <c>Alias</c> on the field is enough.
/// </summary>
public abstract class ImportFormat
{
    /// <summary>Names of columns by which a file is known to have this format: all must be there; case and width do not matter.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Keys of the fields it fills, in the order in which the mapping shows them.</summary>
    public abstract IReadOnlyList<string> Fields { get; }

    /// <summary>Fields by which a row finds the record it changes; each row makes one when empty.</summary>
    public virtual IReadOnlyList<string> Match => [];

    /// <summary>The values of a row by field key, as a person would type them; what is left out is empty. An exception refuses the row.</summary>
    public abstract IReadOnlyDictionary<string, string?> Read(ImportCells row);
}

/// <summary>The cells of a row by the names of their columns.</summary>
public sealed class ImportCells
{
    private readonly IReadOnlyDictionary<string, int> columns;
    private readonly Func<int, string> cell;
    private readonly Func<string, string> fold;

    internal ImportCells(IReadOnlyDictionary<string, int> columns, Func<string, string> fold, Func<int, string> cell) => (this.columns, this.fold, this.cell) = (columns, fold, cell);

    /// <summary>The text of a cell, dates as <c>2026-01-10</c>, numbers with plain digits; empty when there is none or no such column.</summary>
    public string this[string column] => columns.TryGetValue(fold(column), out var position) ? cell(position).Trim() : "";
}
