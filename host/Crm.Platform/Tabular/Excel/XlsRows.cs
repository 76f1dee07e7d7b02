// Rows of the old .xls format (Excel 97–2003, and 5.0/95 with its code pages).
using System.Runtime.CompilerServices;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace Crm.Platform.Tabular;

internal sealed class XlsRows : RowReader
{
    private readonly Stream file;
    private readonly string sheet;

    private XlsRows(Stream file, IReadOnlyList<string> sheets, string sheet, long rows) =>
        (this.file, Sheets, this.sheet, ApproximateRows) = (file, sheets, sheet, rows);

    public override string Kind => "xls";
    public override IReadOnlyList<string> Sheets { get; }
    public override string? Sheet => sheet;
    public override long? ApproximateRows { get; }

    public static TabularResult<RowReader> Open(Stream file, TabularOptions options)
    {
        if (file.Length > options.Limits.MaxExcelFileBytes)
            return TabularProblems.Unsafe("この形式 (.xls) としては大きすぎます", "it is too large for its format, .xls");
        try
        {
            using var reader = Reader(file);
            var all = new List<(string Name, bool Visible, int Rows)>();
            do all.Add((reader.Name, reader.VisibleState == "visible", reader.RowCount));
            while (reader.NextResult());
            var visible = all.Where(s => s.Visible).ToList();
            if (visible.Count == 0) visible = all;

            var chosen = options.Sheet is null ? visible.FirstOrDefault() : all.Find(s => s.Name == options.Sheet);
            if (chosen.Name is null)
                return options.Sheet is null ? TabularProblems.NotATable : TabularProblems.UnknownOption("シート", "Sheet", options.Sheet);
            return new XlsRows(file, [.. visible.Select(s => s.Name)], chosen.Name, chosen.Rows);
        }
        catch (InvalidPasswordException)
        {
            return TabularProblems.Password;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The library has no one exception for damaged files.
            return IsEncryptedPackage(file) ? TabularProblems.Password : TabularProblems.Broken;
        }
    }

    public override async IAsyncEnumerable<RawRow> Read([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask; // a local file of bounded size
        using var cursor = new Cursor(file, sheet);
        while (cursor.Next() is { } row)
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
            if (row.Last) yield break;
        }
    }

    private static IExcelDataReader Reader(Stream file)
    {
        System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance); // the library asks for code pages by number
        file.Position = 0;
        return ExcelReaderFactory.CreateBinaryReader(file, new() { LeaveOpen = true, FallbackEncoding = TextEncoding.Cp932.Encoding });
    }

    /// <summary>An .xlsx with a password is wrapped in the same container as an .xls.</summary>
    private static bool IsEncryptedPackage(Stream file)
    {
        var name = System.Text.Encoding.Unicode.GetBytes("EncryptedPackage");
        var buffer = new byte[1 << 20];
        file.Position = 0;
        for (var kept = 0; ;)
        {
            var read = file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            var filled = buffer.AsSpan(0, kept + read);
            if (filled.IndexOf(name) >= 0) return true;
            if (read == 0) return false;
            kept = Math.Min(name.Length, filled.Length);
            filled[^kept..].CopyTo(buffer);
        }
    }

    /// <summary>One pass over the sheet.</summary>
    private sealed class Cursor(Stream file, string sheet) : IDisposable
    {
        private const int SheetRows = 65_536, SheetColumns = 256;

        private readonly Cell[] cells = new Cell[SheetColumns];
        private IExcelDataReader? reader;
        private long number;

        public void Dispose() => reader?.Dispose();

        public RawRow? Next()
        {
            try
            {
                if (reader is null)
                {
                    reader = Reader(file);
                    while (reader.Name != sheet)
                        if (!reader.NextResult()) return null;
                }
                if (!reader.Read()) return null;
                if (++number > SheetRows) return Broken();
                var filled = 0;
                for (var column = 0; column < Math.Min(reader.FieldCount, SheetColumns); column++)
                {
                    cells[column] = Read(reader, column);
                    if (!cells[column].IsEmpty) filled = column + 1;
                }
                return new(number, number, filled == 0 ? [] : cells[..filled], []);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                return Broken();
            }
        }

        private RawRow Broken() => new(number, number, [], [TabularProblems.Broken.At(number)], Last: true);

        private static Cell Read(IExcelDataReader reader, int column)
        {
            var value = reader.GetValue(column);
            if (value is int whole) value = (double)whole;
            if (value is not double number)
                return value switch
                {
                    string text => Cell.Of(text),
                    bool truth => Cell.Of(truth),
                    DateTime date when date.Year < 1900 => Cell.Of(TimeOnly.FromDateTime(date)),
                    DateTime date => Cell.Of(date),
                    TimeSpan time when time >= TimeSpan.Zero && time < TimeSpan.FromDays(1) => Cell.Of(TimeOnly.FromTimeSpan(time)),
                    TimeSpan time => Cell.Of(time.TotalDays),
                    null => default,
                    _ => Cell.Of(value.ToString()),
                };
            // Japan's built-in formats (令和8年1月5日 and so on) are unknown to the library.
            var format = ExcelFormat.Of(reader.GetNumberFormatIndex(column), reader.GetNumberFormatString(column));
            if (format.IsDate && number is >= 0 and < 1) return Cell.Of(ExcelSerial.ToTime(number));
            if (format.IsDate && ExcelSerial.ToDate(number, date1904: false) is { } day) return Cell.Of(day);
            return format.Zeros > 0 && number == Math.Floor(number) && number is >= 0 and < 1e15
                ? Cell.Of(number, ((long)number).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(format.Zeros, '0'))
                : Cell.Of(number);
        }
    }
}
