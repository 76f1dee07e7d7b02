// What a sheet's cells refer to: sheet names, shared texts, and which number formats mean a date.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Crm.Platform.Tabular;

internal sealed record XlsxSheet(string Name, string Part, bool Hidden);

/// <summary>What a number format says about the value.</summary>
/// <param name="IsDate">Numbers in this format are days or times.</param>
/// <param name="Zeros">Digits shown at least: 5 for the format 00000, else 0.</param>
internal readonly record struct XlsxFormat(bool IsDate, int Zeros);

internal sealed partial class XlsxWorkbook
{
    private const long SmallPart = 32 << 20;

    public required IReadOnlyList<XlsxSheet> Sheets { get; init; }
    public required IReadOnlyList<string> SharedTexts { get; init; }
    public required IReadOnlyList<XlsxFormat> Formats { get; init; }
    public required bool Date1904 { get; init; }

    /// <summary>Reads all but the sheets themselves.</summary>
    /// <returns>Null when the package is no workbook.</returns>
    public static XlsxWorkbook? Read(XlsxPackage package, TabularLimits limits, CancellationToken ct)
    {
        var part = Relations(package, "").Values.FirstOrDefault(r => r.Type.EndsWith("/officeDocument", StringComparison.Ordinal)).Part ?? "xl/workbook.xml";
        if (!package.Has(part)) return null;
        var relations = Relations(package, part);
        var shared = relations.Values.FirstOrDefault(r => r.Type.EndsWith("/sharedStrings", StringComparison.Ordinal)).Part;
        var styles = relations.Values.FirstOrDefault(r => r.Type.EndsWith("/styles", StringComparison.Ordinal)).Part;

        var (sheets, date1904) = (new List<XlsxSheet>(), false);
        using var xml = package.Xml(part, SmallPart)!;
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element) continue;
            if (xml.LocalName == "workbookPr") date1904 = xml.GetAttribute("date1904") is "1" or "true";
            if (xml.LocalName != "sheet" || sheets.Count >= 1_000) continue;
            var id = xml.GetAttribute("id", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
                ?? xml.GetAttribute("id", "http://purl.oclc.org/ooxml/officeDocument/relationships");
            if (id is not null && relations.TryGetValue(id, out var target) && target.Type.EndsWith("/worksheet", StringComparison.Ordinal))
                sheets.Add(new(xml.GetAttribute("name") ?? target.Part, target.Part, xml.GetAttribute("state") is "hidden" or "veryHidden"));
        }
        return new()
        {
            Sheets = sheets,
            Date1904 = date1904,
            SharedTexts = shared is null ? [] : ReadShared(package, shared, limits, ct),
            Formats = styles is null ? [] : ReadFormats(package, styles),
        };
    }

    private static Dictionary<string, (string Type, string Part)> Relations(XlsxPackage package, string of)
    {
        var folder = of.Contains('/', StringComparison.Ordinal) ? of[..(of.LastIndexOf('/') + 1)] : "";
        var relations = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        using var xml = package.Xml($"{folder}_rels/{of[folder.Length..]}.rels", SmallPart);
        while (xml is not null && xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element || xml.LocalName != "Relationship") continue;
            if (xml.GetAttribute("TargetMode") == "External") continue;
            if (xml.GetAttribute("Id") is { } id && xml.GetAttribute("Target") is { } target)
                relations.TryAdd(id, (xml.GetAttribute("Type") ?? "", Resolve(folder, target)));
        }
        return relations;
    }

    private static string Resolve(string folder, string target)
    {
        if (target.StartsWith('/')) return target.TrimStart('/');
        var steps = new List<string>();
        foreach (var step in (folder + target).Split('/'))
        {
            if (step == ".." && steps.Count > 0) steps.RemoveAt(steps.Count - 1);
            else if (step is not ("." or ".." or "")) steps.Add(step);
        }
        return string.Join('/', steps);
    }

    private static List<string> ReadShared(XlsxPackage package, string part, TabularLimits limits, CancellationToken ct)
    {
        var (texts, piece) = (new List<string>(), new char[512]);
        using var xml = package.Xml(part, limits.MaxSharedTextBytes);
        while (xml is not null && xml.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (xml.NodeType is not XmlNodeType.Element || xml.LocalName != "si") continue;
            if (texts.Count == limits.MaxSharedTexts) throw new UnsafePackageException(TabularProblems.Unsafe("共有文字列が多すぎます", "too many shared texts"));
            texts.Add(RichText(xml, piece, limits, ct));
        }
        return texts;
    }

    /// <summary>All text of an si or is element; the furigana Excel keeps beside it (rPh) is not part of it.</summary>
    public static string RichText(XmlReader xml, char[] piece, TabularLimits limits, CancellationToken ct)
    {
        if (xml.IsEmptyElement) return "";
        var (depth, reading, runs) = (xml.Depth, 0, 0);
        string? single = null;
        StringBuilder? more = null;
        while (xml.Read() && !(xml.NodeType is XmlNodeType.EndElement && xml.Depth == depth))
        {
            ct.ThrowIfCancellationRequested();
            if (xml.LocalName == "rPh" && !xml.IsEmptyElement)
                reading += xml.NodeType is XmlNodeType.Element ? 1 : xml.NodeType is XmlNodeType.EndElement ? -1 : 0;
            if (xml.NodeType is not XmlNodeType.Element || xml.LocalName != "t") continue;
            if (++runs > limits.MaxRuns) throw new UnsafePackageException(TabularProblems.Unsafe("セルの書式が細かすぎます", "a cell has too many formatted parts"));
            if (reading > 0) continue;
            var text = PlainText(xml, piece, limits.MaxCellChars - (more?.Length ?? single?.Length ?? 0));

            // Nearly every text is one run; more of them are collected, for adding one to another would copy all that came before.
            if (single is null) single = text;
            else (more ??= new StringBuilder(single)).Append(text);
        }
        return Unescape(more?.ToString() ?? single ?? "");
    }

    /// <summary>The text of the element the reader stands on, read in pieces so that a huge one cannot be held whole.</summary>
    public static string PlainText(XmlReader xml, char[] piece, int maxChars)
    {
        if (xml.IsEmptyElement) return "";
        var depth = xml.Depth;
        string? single = null;
        StringBuilder? more = null;
        while (xml.Read() && !(xml.NodeType is XmlNodeType.EndElement && xml.Depth == depth))
        {
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)) continue;
            for (int read; (read = xml.ReadValueChunk(piece, 0, piece.Length)) > 0;)
            {
                if (single is null) single = new(piece, 0, read);
                else (more ??= new StringBuilder(single)).Append(piece, 0, read);
                if ((more?.Length ?? single.Length) > maxChars)
                    throw new UnsafePackageException(TabularProblems.Unsafe("セルが長すぎます", "a cell is too long"));
            }
        }
        return more?.ToString() ?? single ?? "";
    }

    /// <summary>Excel writes characters XML cannot hold as _x000D_.</summary>
    public static string Unescape(string text) => text.Contains("_x", StringComparison.Ordinal)
        ? Escaped().Replace(text, m => ((char)int.Parse(m.ValueSpan[2..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
        : text;

    private static List<XlsxFormat> ReadFormats(XlsxPackage package, string part)
    {
        var codes = new Dictionary<int, string>();
        var formats = new List<XlsxFormat>();
        using var xml = package.Xml(part, SmallPart);
        var inside = false;
        while (xml is not null && xml.Read())
        {
            if (xml.LocalName == "cellXfs") inside = xml.NodeType is XmlNodeType.Element;
            if (xml.NodeType is not XmlNodeType.Element || xml.LocalName is not ("numFmt" or "xf")) continue;
            _ = int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out var id); // absent means General
            if (xml.LocalName == "numFmt") codes[id] = xml.GetAttribute("formatCode") ?? "";
            else if (inside) formats.Add(ExcelFormat.Of(id, codes.GetValueOrDefault(id)));
        }
        return formats;
    }

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escaped();
}

/// <summary>Reads number formats: is it a date, does it pad with zeros?</summary>
internal static partial class ExcelFormat
{
    /// <summary>Reads one format.</summary>
    /// <param name="id">The format's number.</param>
    /// <param name="code">Null for the built-in formats, which files do not spell out; 27–36 and 50–58 are Japan's.</param>
    public static XlsxFormat Of(int id, string? code)
    {
        if (code is null) return new(id is (>= 14 and <= 22) or (>= 27 and <= 36) or 45 or 47 or (>= 50 and <= 58), Zeros: 0);
        var zeros = code.Length is > 1 and < 30 && code.AsSpan().IndexOfAnyExcept('0') < 0 ? code.Length : 0;
        var bare = Literal().Replace(code.Split(';')[0], "");
        // [h]:mm counts hours beyond a day and is an amount; E+ is an exponent, e alone the year of an era.
        var isDate = !bare.StartsWith("General", StringComparison.OrdinalIgnoreCase)
            && !Elapsed().IsMatch(code) && DatePart().IsMatch(bare);
        return new(isDate, zeros);
    }

    [GeneratedRegex("""
        "[^"]*" | \\. | _. | \*. | \[[^\]]*\]
        """, RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\[(?:h+|m+|s+)\]", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Elapsed();

    [GeneratedRegex("[ymdhsg]|e(?![-+])", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DatePart();
}
