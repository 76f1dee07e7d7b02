// Opens any file of rows: looks at its content, finds encoding, columns and header, and hands back a stream of rows.
namespace Crm.Platform.Tabular;

internal static class TabularFile
{
    private const int FirstRows = 300;

    /// <summary>
    /// Finds out what the file is; nothing a file holds makes it throw. The stream is seekable and local, stays open and
    /// belongs to the caller; the name is only compared with what the content turns out to be.
    /// </summary>
    public static async Task<TabularResult<TabularSource>> Open(
        Stream file, string fileName, TabularOptions? options = null, CancellationToken ct = default)
    {
        options ??= new();
        file.Position = 0;
        var head = new byte[1024];
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        if (length == 0) return TabularProblems.Empty;

        var warnings = new List<TabularProblem>();
        var opened = head switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => XlsxRows.Open(file, options, ct),
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => XlsRows.Open(file, options),
            _ => await OpenText(file, head.AsMemory(0, length), options, warnings, ct),
        };
        if (opened.Value is not { } reader) return opened.Problem!;
        if (Differs(fileName, reader.Kind) is { } extension) warnings.Add(TabularProblems.KindDiffers(extension, reader.Kind));

        var rows = new List<RawRow>();
        await foreach (var row in reader.Read(ct))
        {
            rows.Add(row);
            if (rows.Count == FirstRows) break;
        }
        return Judge(reader, rows, options, warnings);
    }

    private static TabularResult<TabularSource> Judge(
        RowReader reader, List<RawRow> rows, TabularOptions options, List<TabularProblem> warnings)
    {
        if (rows.SelectMany(r => r.Problems).FirstOrDefault(p => p.Code == TabularCodes.FileTooManyColumns) is { } tooWide) return tooWide;
        if (rows is [{ Last: true } broken, ..]) return broken.Problems[0];
        if (rows.TrueForAll(r => r.IsBlank)) return TabularProblems.Empty;
        if (options.HeaderRow is { } chosen && (chosen < 0 || chosen > rows[^1].Number))
            return TabularProblems.UnknownOption("見出し行", "Header row", $"{chosen}");
        return new TabularSource(reader, Header.Find(rows, options), rows, warnings);
    }

    private static async Task<TabularResult<RowReader>> OpenText(
        Stream file, ReadOnlyMemory<byte> head, TabularOptions options, List<TabularProblem> warnings, CancellationToken ct)
    {
        if (IsWebPage(head.Span)) return TabularProblems.WebPage;
        if (head.Span.StartsWith("%PDF"u8)) return TabularProblems.NotATable;
        if (options.Delimiter is { } delimiter && delimiter != Delimiters.FixedWidth && (delimiter.Length != 1 || delimiter[0] is '"' or '\r' or '\n'))
            return TabularProblems.UnknownOption("区切り文字", "Delimiter", delimiter);

        TextEncoding? encoding;
        if (options.Encoding is { } name)
        {
            encoding = TextEncoding.ByName(name);
            if (encoding is null) return TabularProblems.UnknownOption("文字コード", "Encoding", name);
        }
        else
        {
            var detected = await DetectedEncoding.Of(file, ct);
            if (detected is null) return TabularProblems.EncodingUnknown;
            if (!detected.Certain) warnings.Add(TabularProblems.EncodingUncertain(detected.Encoding.Name));
            encoding = detected.Encoding;
        }
        return await TextRows.Open(file, encoding, options, ct);
    }

    private static bool IsWebPage(ReadOnlySpan<byte> head)
    {
        var text = System.Text.Encoding.Latin1.GetString(head).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        return text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<table", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Differs(string fileName, string kind)
    {
        var extension = Path.GetExtension(fileName).ToLowerInvariant();
        var expected = extension switch { ".xlsx" or ".xlsm" => "xlsx", ".xls" => "xls", ".csv" or ".tsv" or ".txt" => "csv", _ => null };
        return expected is null || expected == kind || (expected == "csv" && kind == "text") ? null : extension;
    }
}
