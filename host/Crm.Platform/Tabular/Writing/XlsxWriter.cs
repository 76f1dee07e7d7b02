// A one-sheet .xlsx written straight into the zip, so that memory stays the same however long the export is.
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Crm.Sdk;
using Crm.Sdk.Text;

namespace Crm.Platform.Tabular;

internal sealed class XlsxWriter(Stream target, string sheet) : TabularWriter
{
    private const int SheetRows = 1_048_576, CellChars = 32_767, NameChars = 31;
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";

    /// <summary>Positions in the cellXfs of <see cref="Styles"/>.</summary>
    private enum Style { General, Header, Date, Moment, Time, Text, GuardedText }

    private readonly StringBuilder line = new();
    private readonly List<string> columns = [];
    private readonly Spool spool = new();
    private ZipArchive? zip;
    private StreamWriter? rows;

    public override ValueTask DisposeAsync()
    {
        rows?.Dispose();
        zip?.Dispose();
        (rows, zip) = (null, null);
        return ValueTask.CompletedTask;
    }

    protected override async Task Write(IReadOnlyList<Cell> cells, bool header, CancellationToken ct)
    {
        rows ??= Begin(header);
        Current++;
        if (Current > SheetRows)
        {
            Leave(1, "", TabularProblems.TooManyExcelRows);
            return;
        }
        line.Append(CultureInfo.InvariantCulture, $"<row r=\"{Current}\">");
        for (var column = 0; column < cells.Count; column++) Append(cells[column], column, header);
        line.Append("</row>");
        Flush();
        await spool.Drain(target, ct);
    }

    protected override async Task Complete(CancellationToken ct)
    {
        rows ??= Begin(frozenHeader: false);
        line.Append("</sheetData></worksheet>");
        Flush();
        await DisposeAsync();
        await spool.Drain(target, ct);
    }

    private StreamWriter Begin(bool frozenHeader)
    {
        zip = new ZipArchive(spool, ZipArchiveMode.Create, leaveOpen: true);
        var name = new string([.. sheet.Where(c => !@"[]:*?/\".Contains(c) && !char.IsControl(c))]).Trim('\'');
        name = name.Cut(NameChars);
        if (name.Length == 0) name = "Sheet1";
        Part("[Content_Types].xml", $"""<Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>""");
        Part("_rels/.rels", $"""<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
        Part("xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{Relationships}"><sheets><sheet name="{Escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>""");
        Part("xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relationships}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{Relationships}/styles" Target="styles.xml"/></Relationships>""");
        Part("xl/styles.xml", Styles);

        var writer = new StreamWriter(zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open(), new UTF8Encoding(false), 64 << 10);
        line.Append(CultureInfo.InvariantCulture, $"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{Main}">""");
        if (frozenHeader) line.Append("""<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>""");
        line.Append("<sheetData>");
        return writer;
    }

    private void Part(string name, string xml)
    {
        using var part = zip!.CreateEntry(name, CompressionLevel.Fastest).Open();
        part.Write(Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + xml));
    }

    private void Flush()
    {
        rows!.Write(line);
        line.Clear();
    }

    private void Append(Cell cell, int column, bool header)
    {
        while (columns.Count <= column) columns.Add(Letters(columns.Count + 1));
        switch (cell.Kind)
        {
            case CellKind.Empty: break;
            case CellKind.Number when IsKept(cell): Value(cell.Number!.Value.ToString("R", CultureInfo.InvariantCulture), Style.General); break;
            case CellKind.Date when ExcelSerial.Of(cell.Date!.Value) is { } serial:
                Value(serial.ToString("R", CultureInfo.InvariantCulture), cell.Date.Value.TimeOfDay == TimeSpan.Zero ? Style.Date : Style.Moment);
                break;
            case CellKind.Time: Value(cell.Time!.Value.ToTimeSpan().TotalDays.ToString("R", CultureInfo.InvariantCulture), Style.Time); break;
            case CellKind.Bool: Start("b", Style.General).Append("<v>").Append(cell.Bool is true ? '1' : '0').Append("</v></c>"); break;
            default:
                var text = cell.ToString();
                if (text.Length > CellChars)
                {
                    Leave(column + 1, "", TabularProblems.TooLongForExcel(text.Length));
                    text = text[..CellChars];
                }
                Start("inlineStr", header ? Style.Header : FormulaGuard.IsNeeded(text) ? Style.GuardedText : Style.Text)
                    .Append("<is><t xml:space=\"preserve\">").Append(Escape(text)).Append("</t></is></c>");
                break;
        }

        void Value(string value, Style style) => Start(type: null, style).Append("<v>").Append(value).Append("</v></c>");

        StringBuilder Start(string? type, Style style)
        {
            line.Append(CultureInfo.InvariantCulture, $"<c r=\"{columns[column]}{Current}\" s=\"{(int)style}\"");
            if (type is not null) line.Append(CultureInfo.InvariantCulture, $" t=\"{type}\"");
            return line.Append('>');
        }
    }

    /// <summary>A decimal with more digits than a double, or a padded code, is written as text: Excel would drop digits.</summary>
    private static bool IsKept(Cell cell) => double.IsFinite(cell.Number!.Value)
        && (cell.Digits is null || (decimal.TryParse(cell.Digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && Math.Abs(cell.Number.Value) < 7e27 && (decimal)cell.Number.Value == exact
            && !(cell.Digits.Length > 1 && cell.Digits[0] == '0' && char.IsDigit(cell.Digits[1]))));

    /// <summary>XML without the characters it cannot hold, which Excel writes as _x000B_.</summary>
    private static string Escape(string text)
    {
        var plain = true;
        foreach (var c in text) plain &= c is (>= ' ' and < '\uD800' and not ('&' or '<' or '>' or '"' or '_')) or (> '\uDFFF' and < '\uFFFE');
        if (plain) return text;
        var escaped = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '&') escaped.Append("&amp;");
            else if (c == '<') escaped.Append("&lt;");
            else if (c == '>') escaped.Append("&gt;");
            else if (c == '"') escaped.Append("&quot;");
            else if (c == '_' && XlsxWorkbook.Unescape(text.Substring(at, Math.Min(7, text.Length - at))).Length == 1) escaped.Append("_x005F_");
            else if (at + 1 < text.Length && char.IsSurrogatePair(text, at)) escaped.Append(c).Append(text[++at]);
            else if (c is (< ' ' and not ('\t' or '\n')) or (>= '\uD800' and <= '\uDFFF') or '\uFFFE' or '\uFFFF') escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static string Letters(int column)
    {
        var letters = "";
        for (; column > 0; column = (column - 1) / 26) letters = (char)('A' + ((column - 1) % 26)) + letters;
        return letters;
    }

    /// <summary>The zip closes its parts synchronously, which a response body refuses: it writes here, and this is passed on.</summary>
    private sealed class Spool : Stream
    {
        private readonly MemoryStream held = new();

        public async Task Drain(Stream target, CancellationToken ct)
        {
            if (held.Length == 0) return;
            await target.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), ct);
            held.SetLength(0);
        }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Write(byte[] buffer, int offset, int count) => held.Write(buffer, offset, count);
        public override void Write(ReadOnlySpan<byte> buffer) => held.Write(buffer);
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) held.Dispose();
            base.Dispose(disposing);
        }
    }

    // 14 and 21 follow the reader's own locale; 49 (@) keeps text text when a cell is edited.
    private const string Styles = $"""
        <styleSheet xmlns="{Main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy/mm/dd\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf/><xf numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="21" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/></cellXfs></styleSheet>
        """;
}
