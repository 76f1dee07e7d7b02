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

    /// <summary>What the file is for: key of one of <see cref="ExportUses"/>, which leaves some out; null for oneself.</summary>
    public string? Use { get; init; }

    /// <summary>Those who are left out instead, with the reason.</summary>
    public bool LeftOut { get; init; }
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

internal sealed class ExportRecordsHandler(Current current, IMediator mediator, ExportUses uses, AccessLog log) : IRequestHandler<ExportRecords, Result<TabularExport>>
{
    private const int RowsAtOnce = 500;

    public async Task<Result<TabularExport>> Handle(ExportRecords export, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(export.Type, out var type)) return ListRecordsHandler.UnknownType(export.Type);
        if (await uses.Check(type, export.Use, export.LeftOut, cancellationToken) is { } misunderstood) return misunderstood;
        var shown = type.Fields.Where(f => f.Section != "system" && !current.Actor.Rights.Hides(type, f)).Select(f => f.Key);
        var fields = export.LeftOut ? [.. shown.Where(type.TitleFields.Contains)] : export.Fields ?? [.. shown];
        var list = new ListRecords(export.Type)
        {
            Action = RecordAction.Export, Filter = export.Filter, Sort = export.Sort, Fields = fields, Limit = RowsAtOnce, Titles = true,
        };
        var first = await Read(list, type, export.Use, cancellationToken);
        if (first.Failed) return Result<TabularExport>.Fail(first.Problems);
        await using var writer = export.Format switch
        {
            ExportFormat.Xlsx => TabularWriter.Xlsx(export.Target, type.Plural.ToString()),
            ExportFormat.CsvCp932 => TabularWriter.Csv(export.Target, TextEncoding.Cp932.Name),
            _ => TabularWriter.Csv(export.Target),
        };
        string[] reason = export.LeftOut ? [Texts.L("書き出さない理由", "Why they are left out")] : [];
        await writer.Header(["id", .. first.Value.Page.Fields.Select(f => f.Label.ToString()), .. reason], cancellationToken);
        for (var (page, held) = first.Value; ;)
        {
            foreach (var row in page.Rows.Where(r => held.ContainsKey(r.Id) == export.LeftOut))
            {
                Cell[] why = export.LeftOut ? [Cell.Of(held[row.Id].ToString())] : [];
                await writer.Row([Cell.Of(row.Id.ToString()), .. page.Fields.Select((f, i) => ToCell(f, row.Values[i], page.Titles)), .. why], cancellationToken);
            }

            if (page.Next is null) break;
            var next = await Read(list with { After = page.Next }, type, export.Use, cancellationToken);
            if (next.Failed) return Result<TabularExport>.Fail(next.Problems);
            (page, held) = next.Value;
        }

        var written = await writer.Finish(cancellationToken);
        var reach = current.Actor.Reach(type.Key, RecordAction.Export);
        string?[] how = [export.Format, reach == Reach.All ? null : ReachNames.Of(reach), export.Use, export.LeftOut ? "left-out" : null];
        log.Exported(type, written.Rows, string.Join(' ', how.OfType<string>()));
        return written;
    }

    private async Task<Result<(RecordPage Page, IReadOnlyDictionary<Guid, Label> Held)>> Read(ListRecords list, RecordType type, string? use, CancellationToken cancellation)
    {
        var page = await mediator.Send(list, cancellation);
        if (page.Failed) return Result<(RecordPage, IReadOnlyDictionary<Guid, Label>)>.Fail(page.Problems);
        var held = await uses.Holds(type, use, [.. page.Value.Rows.Select(r => r.Id)], cancellation);
        return held.Failed ? Result<(RecordPage, IReadOnlyDictionary<Guid, Label>)>.Fail(held.Problems) : (page.Value, held.Value);
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
