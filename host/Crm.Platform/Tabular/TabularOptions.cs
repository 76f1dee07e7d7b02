// What the user may decide instead of the detection, and the limits that keep memory bounded.
namespace Crm.Platform.Tabular;

/// <summary>Null everywhere means: find out.</summary>
internal sealed record TabularOptions
{
    /// <summary>One of <see cref="TextEncoding.All"/> by name; "shift_jis" means cp932.</summary>
    public string? Encoding { get; init; }

    /// <summary>One character, <see cref="Delimiters.Blanks"/> or <see cref="Delimiters.FixedWidth"/>.</summary>
    public string? Delimiter { get; init; }

    /// <summary>First row of the header, from 1; 0 says that there is none.</summary>
    public int? HeaderRow { get; init; }

    /// <summary>1, or 2 when merged headings stand above the names.</summary>
    public int? HeaderHeight { get; init; }

    public string? Sheet { get; init; }
    public TabularLimits Limits { get; init; } = new();
}

internal static class Delimiters
{
    public const string Comma = ",", Semicolon = ";", Tab = "\t", Pipe = "|";

    /// <summary>Columns stand apart by one or more blanks.</summary>
    public const string Blanks = " ";

    /// <summary>Columns start at the same place in each line; found from the first lines.</summary>
    public const string FixedWidth = "fixed";
}

internal sealed record TabularLimits
{
    public int MaxColumns { get; init; } = 2_000;

    /// <summary>Characters of one text row; also how far an unclosed quote is followed.</summary>
    public int MaxRowChars { get; init; } = 4 << 20;

    /// <summary>Characters of one Excel cell; Excel itself stops at 32,767.</summary>
    public int MaxCellChars { get; init; } = 1 << 20;

    public int MaxZipEntries { get; init; } = 10_000;

    /// <summary>Excel's shared texts stand in memory, so they bound it.</summary>
    public long MaxSharedTextBytes { get; init; } = 256L << 20;

    /// <summary>A text of one letter takes 30 bytes of memory, however little of the file; a full sheet has about a million of them.</summary>
    public int MaxSharedTexts { get; init; } = 4 << 20;

    /// <summary>Parts of one cell's text with formats of their own; Excel stops at its 32,767 characters.</summary>
    public int MaxRuns { get; init; } = 1 << 15;

    public long MaxSheetBytes { get; init; } = 4L << 30;

    /// <summary>Inflated to packed, looked at once 16 MB came out; real sheets stay below 100.</summary>
    public int MaxZipRatio { get; init; } = 250;

    /// <summary>An .xls file or the directory of a zip is read into memory up to about this size.</summary>
    public long MaxExcelFileBytes { get; init; } = 256L << 20;
}
