// CSV that Excel opens as it is: UTF-8 with BOM or code page 932, CRLF, nothing that runs as a formula.
using System.Buffers;
using System.Globalization;
using System.Text;
using Crm.Sdk.Japan;
using Crm.Sdk.Text;

namespace Crm.Platform.Tabular;

internal sealed class CsvWriter(Stream target, bool cp932, char delimiter) : TabularWriter
{
    /// <summary>Japan's mark for a character that is missing; the export is reported as incomplete.</summary>
    private const char Missing = '〓';

    private const int FlushAt = 64 << 10;

    private readonly ArrayBufferWriter<byte> bytes = new(FlushAt * 2);
    private readonly SearchValues<char> quoted = SearchValues.Create([delimiter, '"', '\r', '\n']);
    private readonly StringBuilder line = new();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

        if (!cp932 && Current == 1) bytes.Write(Encoding.UTF8.Preamble);
        if (!cp932) Encoding.UTF8.GetBytes(line.ToString(), bytes);
        else if (!Cp932.TryEncode(line.ToString(), bytes)) throw new InvalidOperationException("A cell was let through that code page 932 cannot hold.");
        if (bytes.WrittenCount >= FlushAt) await Complete(ct);
    }

    protected override async Task Complete(CancellationToken ct)
    {
        await target.WriteAsync(bytes.WrittenMemory, ct);
        bytes.ResetWrittenCount();
    }

    private void Append(Cell cell, int column)
    {
        var text = cp932 ? InCp932(cell.ToString(), column) : InUtf8(cell.ToString(), column);
        if (cell.Kind is CellKind.Text or CellKind.Error) text = FormulaGuard.Protect(text);
        // Without a BOM a file that begins with ID is taken for a SYLK spreadsheet by Excel.
        var looksLikeSylk = Current == 1 && column == 1 && text.StartsWith("ID", StringComparison.Ordinal);
        if (!looksLikeSylk && text.AsSpan().IndexOfAny(quoted) < 0) line.Append(text);
        else line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private string InCp932(string text, int column)
    {
        if (Ascii.IsValid(text) && !text.Contains('\0', StringComparison.Ordinal)) return text;
        var missing = Cp932.Missing(text);
        foreach (var piece in missing) Leave(column, piece.Text, TabularProblems.Unencodable(piece.Text, CodePoints(piece.Text)));
        foreach (var piece in missing.Reverse())
            text = string.Concat(text.AsSpan(0, piece.Index), [Missing], text.AsSpan(piece.Index + piece.Text.Length));
        // The platform has bytes for some more, which neither our reader nor other programs take for text.
        for (var at = text.AsSpan().IndexOfAny(TextEncoding.Cp932.Undecodable); at >= 0; at = text.AsSpan().IndexOfAny(TextEncoding.Cp932.Undecodable))
        {
            Leave(column, text[at].ToString(), TabularProblems.Unencodable(text[at].ToString(), CodePoints(text[at].ToString())));
            text = string.Concat(text.AsSpan(0, at), [Missing], text.AsSpan(at + 1));
        }
        return text;
    }

    private string InUtf8(string text, int column)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 < text.Length && char.IsSurrogatePair(text, at)) at++;
            else Leave(column, text[at].ToString(), TabularProblems.BrokenCharacter(CodePoints(text[at].ToString())));
        }
        return text;
    }

    /// <summary>"U+845B U+E0100"</summary>
    private static string CodePoints(string character)
    {
        var points = new List<string>();
        for (var at = 0; at < character.Length; at++)
        {
            var pair = at + 1 < character.Length && char.IsSurrogatePair(character, at);
            points.Add("U+" + (pair ? char.ConvertToUtf32(character, at) : character[at]).ToString("X4", CultureInfo.InvariantCulture));
            if (pair) at++;
        }
        return string.Join(' ', points);
    }
}
