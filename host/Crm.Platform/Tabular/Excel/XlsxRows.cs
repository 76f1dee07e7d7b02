// Streams the rows of one .xlsx sheet; of the file only the shared texts are held in memory.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml;

namespace Crm.Platform.Tabular;

internal sealed class XlsxRows : RowReader
{
    private readonly XlsxPackage package;
    private readonly XlsxWorkbook workbook;
    private readonly XlsxSheet sheet;
    private readonly TabularLimits limits;

    private XlsxRows(XlsxPackage package, XlsxWorkbook workbook, XlsxSheet sheet, TabularLimits limits, CancellationToken ct)
    {
        (this.package, this.workbook, this.sheet, this.limits) = (package, workbook, sheet, limits);
        ApproximateRows = RowsByDimension(ct);
    }

    public override string Kind => "xlsx";
    public override IReadOnlyList<string> Sheets => [.. workbook.Sheets.Where(s => !s.Hidden).Select(s => s.Name)];
    public override string? Sheet => sheet.Name;
    public override bool Date1904 => workbook.Date1904;
    public override long? ApproximateRows { get; }

    public static TabularResult<RowReader> Open(Stream file, TabularOptions options, CancellationToken ct)
    {
        try
        {
            var opened = XlsxPackage.Open(file, options.Limits);
            if (opened.Value is not { } package) return opened.Problem!;
            if (XlsxWorkbook.Read(package, options.Limits, ct) is not { Sheets.Count: > 0 } workbook) return TabularProblems.NotATable;
            var chosen = options.Sheet is null
                ? workbook.Sheets.FirstOrDefault(s => !s.Hidden) ?? workbook.Sheets[0]
                : workbook.Sheets.FirstOrDefault(s => s.Name == options.Sheet);
            if (chosen is null) return TabularProblems.UnknownOption("シート", "Sheet", options.Sheet!);
            return new XlsxRows(package, workbook, chosen, options.Limits, ct);
        }
        catch (Exception exception) when (BadFile(exception) is { } problem)
        {
            return problem;
        }
    }

    public override async IAsyncEnumerable<RawRow> Read([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask; // the zip is a local file: reading it asynchronously would only cost
        using var cursor = new Cursor(this, ct);
        while (cursor.Next() is { } row)
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
            if (row.Last) yield break;
        }
    }

    /// <summary>What a damaged or hostile file makes the zip and XML readers throw; null for bugs of ours.</summary>
    private static TabularProblem? BadFile(Exception exception) => exception switch
    {
        UnsafePackageException e => e.Problem,
        InvalidDataException or XmlException or EndOfStreamException or NotSupportedException => TabularProblems.Broken,
        ArgumentException or OverflowException when exception.Source is "System.IO.Compression" or "System.Private.Xml" => TabularProblems.Broken,
        IOException when exception.Source is "System.IO.Compression" => TabularProblems.Broken,
        _ => null,
    };

    /// <summary>dimension ref="A1:T100001", when the writing program took the trouble.</summary>
    private long? RowsByDimension(CancellationToken ct)
    {
        using var xml = package.Xml(sheet.Part, limits.MaxSheetBytes);
        while (xml is not null && xml.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName == "sheetData") return null;
            if (xml.LocalName != "dimension") continue;
            var last = xml.GetAttribute("ref")?.Split(':') is [_, var end] ? end.TrimStart([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"]) : "";
            return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : null;
        }
        return null;
    }

    /// <summary>One pass over the sheet.</summary>
    private sealed class Cursor(XlsxRows source, CancellationToken ct) : IDisposable
    {
        private const int SheetRows = 1_048_576, SheetColumns = 16_384;

        private readonly char[] piece = new char[512];
        private readonly List<Cell> cells = [];
        private readonly List<TabularProblem> problems = [];
        private XmlReader? xml;
        private long number;
        private bool started;

        public void Dispose() => xml?.Dispose();

        public RawRow? Next()
        {
            try
            {
                if (!started) xml = source.package.Xml(source.sheet.Part, source.limits.MaxSheetBytes);
                started = true;
                while (xml is not null && xml.Read())
                {
                    ct.ThrowIfCancellationRequested();
                    if (xml.NodeType is XmlNodeType.EndElement && xml.LocalName == "sheetData") return null;
                    if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "row") return Row(xml);
                }
                return null;
            }
            catch (Exception exception) when (BadFile(exception) is { } problem)
            {
                return Broken(problem);
            }
        }

        private RawRow Broken(TabularProblem problem) => new(number, number, [], [problem.At(number)], Last: true);

        private RawRow Row(XmlReader row)
        {
            var before = number++;
            if (row.GetAttribute("r") is { } said && (!long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number <= before))
                number = before + 1 + SheetRows;
            if (number > SheetRows) return Broken(TabularProblems.Broken);

            cells.Clear();
            problems.Clear();
            var (column, widest) = (0, 0);
            var depth = row.Depth;
            while (!row.IsEmptyElement && row.Read() && !(row.NodeType is XmlNodeType.EndElement && row.Depth == depth))
            {
                ct.ThrowIfCancellationRequested();
                if (row.NodeType is not XmlNodeType.Element || row.LocalName != "c") continue;
                column = row.GetAttribute("r") is { } reference ? Column(reference) : column + 1;
                if (column is < 1 or > SheetColumns) return Broken(TabularProblems.Broken);
                var cell = Read(row, column);
                if (cell.IsEmpty) continue; // formatted but empty cells reach to the end of many a sheet
                widest = Math.Max(widest, column);
                if (column > source.limits.MaxColumns) continue;
                while (cells.Count < column) cells.Add(default);
                cells[column - 1] = cell;
            }
            if (widest > source.limits.MaxColumns) problems.Add(TabularProblems.TooManyColumns(widest, source.limits.MaxColumns).At(number));
            return new(number, number, [.. cells], problems.Count == 0 ? [] : [.. problems]);
        }

        private Cell Read(XmlReader cell, int column)
        {
            var (type, style) = (cell.GetAttribute("t"), cell.GetAttribute("s"));
            string? value = null;
            var formula = false;
            var depth = cell.Depth;
            while (!cell.IsEmptyElement && cell.Read() && !(cell.NodeType is XmlNodeType.EndElement && cell.Depth == depth))
            {
                if (cell.NodeType is not XmlNodeType.Element) continue;
                if (cell.LocalName == "v") value = XlsxWorkbook.PlainText(cell, piece, source.limits.MaxCellChars);
                else if (cell.LocalName == "is") value = XlsxWorkbook.RichText(cell, piece, source.limits, ct);
                else if (cell.LocalName == "f") formula = true;
            }
            if (value is null)
            {
                if (formula) problems.Add(TabularProblems.FormulaWithoutValue.At(number, column));
                return default;
            }
            return type switch
            {
                "s" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < source.workbook.SharedTexts.Count
                    ? Cell.Of(source.workbook.SharedTexts[index])
                    : Unreadable(value, column),
                "b" => Cell.Of(value is "1" or "true"),
                "e" => Cell.Failed(value),
                "str" => Cell.Of(XlsxWorkbook.Unescape(value)),
                "inlineStr" => Cell.Of(value),
                "d" => DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var date) ? Cell.Of(date) : Unreadable(value, column),
                _ => Number(value, style, column),
            };
        }

        private Cell Number(string value, string? style, int column)
        {
            if (value.Length == 0) return default;
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return Unreadable(value, column);
            var formats = source.workbook.Formats;
            var format = int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < formats.Count ? formats[index] : default;
            if (format.IsDate && number is >= 0 and < 1) return Cell.Of(ExcelSerial.ToTime(number));
            if (format.IsDate && ExcelSerial.ToDate(number, source.workbook.Date1904) is { } date) return Cell.Of(date);

            var whole = value.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
            if (whole && format.Zeros > value.Length) return Cell.Of(number, value.PadLeft(format.Zeros, '0'));
            return Cell.Of(number, whole && value.Length > 15 ? value : null); // programs write longer codes than a double keeps
        }

        private Cell Unreadable(string value, int column)
        {
            problems.Add(TabularProblems.Broken.At(number, column));
            return Cell.Of(value);
        }

        private static int Column(string reference)
        {
            var column = 0;
            foreach (var c in reference)
            {
                if (c is >= 'A' and <= 'Z' && column <= SheetColumns) column = (column * 26) + (c - 'A' + 1);
                else break;
            }
            return column;
        }
    }
}
