namespace Crm.Platform.Import;

/// <summary>How a file becomes records: how to read it, which column fills which field, how rows find their records.</summary>
internal sealed record ImportSettings
{
    /// <summary>Name of the encoding; found out when null.</summary>
    public string? Encoding { get; init; }

    /// <summary>What separates cells; found out when null.</summary>
    public string? Delimiter { get; init; }

    /// <summary>First row of the header, from 1; 0 when there is none; found out when null.</summary>
    public int? HeaderRow { get; init; }

    /// <summary>Sheet of a workbook; the first with rows when null.</summary>
    public string? Sheet { get; init; }

    /// <summary>Key of the format of another system by which it is read; <see cref="ImportFormats.None"/> for none; found out when null.</summary>
    public string? Format { get; init; }

    /// <summary>Which column fills which field.</summary>
    public IReadOnlyList<ColumnMapping> Columns { get; init; } = [];

    /// <summary>Values that every row gets, by field key.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Fields by which a row finds the record it changes; empty when every row makes one.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    /// <summary>Whether an empty cell empties the field; otherwise it leaves it as it is.</summary>
    public bool EmptyClears { get; init; }
}

/// <summary>One column on its way into one field.</summary>
/// <param name="Column">From 1.</param>
/// <param name="Field">Key of the field; <c>id</c> for the record's id.</param>
internal sealed record ColumnMapping(int Column, string Field)
{
    /// <summary>
    /// Which part of the cell: <c>first</c> or <c>rest</c>, to split 山田 太郎; the name of a part of an address, such as <c>city</c>, to split
    /// 東京都港区芝5-29-11 三田ビル; the whole cell when null.
    /// </summary>
    public string? Part { get; init; }

    /// <summary>.NET pattern of dates that cannot be read otherwise, such as <c>d-M-yy</c>.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Gives back the leading zero that a spreadsheet took from phone numbers and postal codes. Never done unasked.</summary>
    public bool RestoreZero { get; init; }
}

/// <summary>Where an import stands; persisted names.</summary>
internal static class ImportState
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
    public const string Undone = "undone";
}
