using System.Globalization;
using Crm.Platform.Records;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;

namespace Crm.Platform.Import;

/// <summary>One row of a file as values of fields, and what is wrong with it so far.</summary>
internal sealed class ImportRow(long number)
{
    /// <summary>Row as a spreadsheet program shows it.</summary>
    public long Number => number;

    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);

    public List<Problem> Problems { get; } = [];

    /// <summary>Cells that could not be read, as they stand in the file; by key of the field.</summary>
    public Dictionary<string, string> Unread { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that look as if a spreadsheet had spoilt them: taken only where the record has had them before. By field.</summary>
    public Dictionary<Field, Problem> Doubts { get; } = [];

    /// <summary>What the row says for a field, for the report.</summary>
    public string? Shown(string field) =>
        Unread.TryGetValue(field, out var text) ? text : Names.FirstOrDefault(n => n.Key.Key == field).Value ?? Saved(field);

    private string? Saved(string field) => Values.TryGetValue(field, out var value) && value is not null ? RecordCursor.ToText(value) : null;

    /// <summary>Texts that name other records, to be looked up; by field.</summary>
    public Dictionary<Field, string> Names { get; } = [];
}

/// <summary>Reads cells into values by the settings of an import.</summary>
internal sealed class ImportRowReader(RecordType type, ImportSettings settings, bool date1904, TenantInfo tenant)
{
    private readonly (ColumnMapping Mapping, Field? Field)[] columns =
        [.. settings.Columns.Select(c => (c, type.TryGet(c.Field, out var field) ? field : null))];

    public ImportRow Read(TabularRow row)
    {
        var read = new ImportRow(row.Number);
        read.Problems.AddRange(row.Problems.Select(p => ImportFile.ToProblem(p)));
        if (read.Problems.Count > 0) return read;
        foreach (var (key, text) in settings.Constants) read.Values[key] = text;
        foreach (var (mapping, field) in columns)
        {
            var cell = mapping.Column <= row.Cells.Length ? row.Cells[mapping.Column - 1] : default;
            var (value, problem) = field is null ? (cell.ToString(), null) : mapping.Part is { } part && part == field.AddressPart ? AddressPart(field, mapping, cell, read) : Value(field, mapping, cell, read);
            if (problem is not null)
            {
                read.Problems.Add(problem);
                read.Unread[mapping.Field] = cell.ToString();
            }
            else if (value is not null and not "" && field is { Kind: FieldKind.Reference or FieldKind.User } && value is string name && !Guid.TryParse(name, out _))
            {
                read.Names[field] = name;
            }
            else if (value is not null and not "")
            {
                read.Values[mapping.Field] = value;
            }
            else if (settings.EmptyClears && !read.Values.ContainsKey(mapping.Field))
            {
                read.Values[mapping.Field] = null;
            }
        }

        return read;
    }

    private (object? Value, Problem? Problem) Value(Field field, ColumnMapping mapping, Cell cell, ImportRow row)
    {
        var options = new CellOptions(mapping.DateFormat, date1904);
        switch (field.Kind)
        {
            case FieldKind.Number or FieldKind.Money:
                return Of(CellValues.Number(cell), field);
            case FieldKind.Date:
                return Of(CellValues.Date(cell, options), field);
            case FieldKind.Time:
                return Of(CellValues.Time(cell), field);
            case FieldKind.YesNo:
                return Of(CellValues.Bool(cell), field);
            case FieldKind.DateTime:
                var moment = CellValues.DateTime(cell, options);
                if (moment.Problem is not null || !moment.HasValue) return Of(moment, field);
                var local = moment.Value.Date.ToDateTime(moment.Value.Time);
                return (new DateTimeOffset(local, moment.Value.Offset ?? tenant.TimeZone.GetUtcOffset(local)).ToUniversalTime(), null);
        }

        var (text, problem) = Of(CellValues.Text(cell), field);
        if (problem is not null || text is not string s) return (null, problem);
        return field.Kind switch
        {
            FieldKind.Phone => Restored(field, mapping, s, row, Phone.TryParse(s, out _, out var flaw) ? null : flaw),
            FieldKind.PostalCode => Restored(field, mapping, s, row, PostalCode.TryParse(s, out _, out var flaw) ? null : flaw),
            _ => (Part(s, mapping.Part), null),
        };
    }

    /// <summary>A zero that was lost is given back only when the user said so; otherwise the row says what is missing.</summary>
    private static (object?, Problem?) Restored(Field field, ColumnMapping mapping, string text, ImportRow row, InputFlaw? flaw)
    {
        if (flaw?.Suggestion is not { } suggestion) return (text, null);
        if (mapping.RestoreZero) return (suggestion, null);
        row.Doubts[field] = flaw.Problem with
        {
            Field = field.Key,
            Cure = ($"この列に「先頭の 0 を補う」を選ぶと「{suggestion}」として取り込みます。", $"Choose “Give back the leading 0” for this column to take it as “{suggestion}”."),
        };
        return (text, null);
    }

    /// <summary>A part of an address in one cell; where its city cannot be told the row says so, once.</summary>
    private (object?, Problem?) AddressPart(Field field, ColumnMapping mapping, Cell cell, ImportRow row)
    {
        var (text, problem) = Of(CellValues.Text(cell), field);
        if (problem is not null || text is not string { Length: > 0 } whole) return (null, problem);
        var together = columns.Where(c => c.Mapping.Column == mapping.Column && c.Mapping.Part is not null && c.Mapping.Part == c.Field?.AddressPart).ToList();
        if (AddressKey.Split(whole) is not { } address)
        {
            return field != together[0].Field ? (null, null) : (null, new Problem(
                "address-not-split", ($"「{whole.Shorten(40)}」から市区町村を読み取れないため、住所を分けられません。", $"“{whole.Shorten(40)}” cannot be split: its city is not known."),
                ("都道府県と市区町村から書くか、この列の取り込み先を「町名・番地」にしてください。", "Write it from the prefecture and city on, or let this column fill “Street”."), field.Key));
        }

        return (mapping.Part switch
        {
            "postalCode" => address.PostalCode,
            "prefecture" => address.Prefecture,
            "city" => address.City,
            "building" => address.Building,

            // A building that has no place of its own stays behind the street.
            _ => together.Exists(c => c.Mapping.Part == "building") || address.Building is null ? address.Street : $"{address.Street} {address.Building}".Trim(),
        }, null);
    }

    private static string Part(string text, string? part)
    {
        if (part is null) return text;
        var blank = text.AsSpan().IndexOfAny(' ', '\u3000');
        if (blank < 0) return part == "first" ? text : "";
        return part == "first" ? text[..blank] : text[(blank + 1)..].Trim(' ', '\u3000');
    }

    private static (object?, Problem?) Of<T>(Parsed<T> parsed, Field field) => parsed.Problem is { } problem
        ? (null, Named(ImportFile.ToProblem(problem, field.Key), field))
        : (parsed.HasValue ? parsed.Value : null, null);

    private static Problem Named(Problem problem, Field field) => problem with
    {
        Message = new(
            string.Create(CultureInfo.InvariantCulture, $"「{field.Label.Ja}」: {problem.Message.Ja}"),
            string.Create(CultureInfo.InvariantCulture, $"“{field.Label.En}”: {problem.Message.En}")),
    };
}
