// CSV that Excel opens as it is: UTF-8 with BOM or code page 932, CRLF, nothing that runs as a formula.
using System.Buffers;
using System.Text;

namespace Crm.Platform.Tabular;

internal sealed class CsvWriter(Stream target, bool cp932, char delimiter) : TabularWriter
{
    private readonly StreamWriter writer = new(target, cp932 ? TextEncoding.Cp932.Encoding : new UTF8Encoding(true), 64 << 10, leaveOpen: true);
    private readonly SearchValues<char> quoted = SearchValues.Create([delimiter, '"', '\r', '\n']);
    private readonly StringBuilder line = new();

    public override ValueTask DisposeAsync() => writer.DisposeAsync();

    protected override async Task Write(IReadOnlyList<Cell> cells, bool header, CancellationToken ct)
    {
        Current++;
        line.Clear();
        for (var column = 0; column < cells.Count; column++)
        {
            if (column > 0) line.Append(delimiter);
            Append(cells[column], column + 1);
        }
        if (cells.Count == 1 && cells[0].IsEmpty) line.Append("\"\""); // else the row would be a blank line
        line.Append("\r\n");
        await writer.WriteAsync(line, ct);
    }

    protected override Task Complete(CancellationToken ct) => writer.FlushAsync(ct);

    private void Append(Cell cell, int column)
    {
        var text = Writable(cell.ToString(), column);
        if (cell.Kind is CellKind.Text or CellKind.Error) text = FormulaGuard.Protect(text);
        // Without a BOM a file that begins with ID is taken for a SYLK spreadsheet by Excel.
        var looksLikeSylk = Current == 1 && column == 1 && text.StartsWith("ID", StringComparison.Ordinal);
        if (!looksLikeSylk && text.AsSpan().IndexOfAny(quoted) < 0) line.Append(text);
        else line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private string Writable(string text, int column)
    {
        if (cp932) return Cp932.Writable(text, c => Leave(column, c, TabularProblems.Unencodable(c, Cp932.CodePoints(c))));
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 < text.Length && char.IsSurrogatePair(text, at)) at++;
            else Leave(column, text[at].ToString(), TabularProblems.BrokenCharacter(Cp932.CodePoints(text[at].ToString())));
        }
        return text;
    }
}
