using Crm.Platform.Identity.Rights;
using Crm.Platform.Records;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Export;

/// <summary>Writes records into a file: only what the caller may export, noted in the log of personal data.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Format">One of <see cref="ExportFormat"/>.</param>
/// <param name="Target">Written forwards only; stays open.</param>
internal sealed record ExportRecords(string Type, string Format, Stream Target) : IRequest<Result<TabularExport>>
{
    /// <summary>Which; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>In what order.</summary>
    public IReadOnlyList<Sort> Sort { get; init; } = [];

    /// <summary>Which fields; all but the system's when null. The id comes first.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}

/// <summary>Names of file formats.</summary>
internal static class ExportFormat
{
    public const string CsvUtf8 = "csv";
    public const string CsvCp932 = "csv-cp932";
    public const string Xlsx = "xlsx";
}

/// <summary>What comes out of an export in a format.</summary>
internal sealed record ExportFile(string Format, string ContentType, string Extension)
{
    public static readonly IReadOnlyList<ExportFile> All =
    [
        new(ExportFormat.CsvUtf8, $"text/csv; charset={TextEncoding.Utf8.Charset}", "csv"),
        new(ExportFormat.CsvCp932, $"text/csv; charset={TextEncoding.Cp932.Charset}", "csv"),
        new(ExportFormat.Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ];

    public static ExportFile? Of(string format) => All.FirstOrDefault(f => f.Format == format);
}

internal sealed class ExportRecordsHandler(Current current, IMediator mediator, AccessLog log) : IRequestHandler<ExportRecords, Result<TabularExport>>
{
    private const int RowsAtOnce = 500;

    public async Task<Result<TabularExport>> Handle(ExportRecords export, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(export.Type, out var type)) return ListRecordsHandler.UnknownType(export.Type);
        var fields = export.Fields ?? [.. type.Fields.Where(f => f.Section != "system" && !current.Actor.Rights.Hides(type, f)).Select(f => f.Key)];
        var list = new ListRecords(export.Type)
        {
            Action = RecordAction.Export, Filter = export.Filter, Sort = export.Sort, Fields = fields, Limit = RowsAtOnce, Titles = true,
        };
        var first = await mediator.Send(list, cancellationToken);
        if (first.Failed) return Result<TabularExport>.Fail(first.Problems);
        await using var writer = export.Format switch
        {
            ExportFormat.Xlsx => TabularWriter.Xlsx(export.Target, type.Plural.ToString()),
            ExportFormat.CsvCp932 => TabularWriter.Csv(export.Target, TextEncoding.Cp932.Name),
            _ => TabularWriter.Csv(export.Target),
        };
        await writer.Header(["id", .. first.Value.Fields.Select(f => f.Label.ToString())], cancellationToken);
        for (var page = first.Value; ;)
        {
            foreach (var row in page.Rows)
            {
                Cell[] cells = [Cell.Of(row.Id.ToString()), .. page.Fields.Select((f, i) => ToCell(f, row.Values[i], page.Titles))];
                await writer.Row(cells, cancellationToken);
            }

            if (page.Next is null) break;
            var next = await mediator.Send(list with { After = page.Next }, cancellationToken);
            if (next.Failed) return Result<TabularExport>.Fail(next.Problems);
            page = next.Value;
        }

        var written = await writer.Finish(cancellationToken);
        var reach = current.Actor.Reach(type.Key, RecordAction.Export);
        log.Exported(type, written.Rows, reach == Reach.All ? export.Format : $"{export.Format} {ReachNames.Of(reach)}");
        return written;
    }

    private Cell ToCell(Field field, object? value, IReadOnlyDictionary<Guid, string> titles) => value switch
    {
        null => default,
        decimal number => Cell.Of(number),
        bool yes => Cell.Of(yes),
        DateOnly day => Cell.Of(day),
        TimeOnly time => Cell.Of(time),
        DateTimeOffset moment => Cell.Of(TimeZoneInfo.ConvertTime(moment, current.Tenant.TimeZone).DateTime),
        string key when field.Kind == FieldKind.Choice => Cell.Of(LabelOf(field, key)),
        string[] keys => Cell.Of(string.Join("、", keys.Select(k => LabelOf(field, k)))),
        Guid id => Cell.Of(titles.GetValueOrDefault(id) ?? id.ToString()),
        _ => Cell.Of(value.ToString()),
    };

    private static string LabelOf(Field field, string key) => field.Choices.FirstOrDefault(c => c.Key == key)?.Label.ToString() ?? key;
}
