using Crm.Platform.Identity.Rights;
using Crm.Platform.Import;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tabular;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Export;

/// <summary>
/// Writes the rows that an import refused, as they stood in its file, with what is wrong and how to mend it in two columns at the end: to be
/// corrected and imported again. An Excel file for an Excel file, CSV in UTF-8 otherwise.
/// </summary>
/// <param name="Import">The import; of a rehearsal too.</param>
/// <param name="Target">Written forwards only; stays open.</param>
/// <remarks>Answers with the format. Problems: <c>not-found</c>, <c>no-file</c> when the file was deleted meanwhile.</remarks>
[Requires(PlatformPermissions.Import)]
internal sealed record ExportRefusedRows(Guid Import, Stream Target) : IRequest<Result<ExportFile>>;

internal sealed class ExportRefusedRowsHandler(Session session, Current current, IMediator mediator, IFiles files, AccessLog log) : IRequestHandler<ExportRefusedRows, Result<ExportFile>>
{
    public async Task<Result<ExportFile>> Handle(ExportRefusedRows export, CancellationToken cancellationToken)
    {
        var import = await mediator.Send(new GetImport(export.Import), cancellationToken);
        if (import.Failed) return Result<ExportFile>.Fail(import.Problems);
        var opened = await ImportFile.Open(files, import.Value.File, import.Value.Settings, cancellationToken);
        if (opened.Failed) return Result<ExportFile>.Fail(opened.Problems);
        await using var file = opened.Value;
        var wrong = await Wrong(export.Import, cancellationToken);
        var columns = file.Source.Columns;
        var format = file.Source.Kind is "xlsx" or "xls" ? ExportFormat.Xlsx : ExportFormat.CsvUtf8;
        await using var writer = format == ExportFormat.Xlsx ? TabularWriter.Xlsx(export.Target) : TabularWriter.Csv(export.Target);
        await writer.Header([.. columns.Select(c => Texts.L(c.Ja, c.En)), Texts.L("理由", "Why"), Texts.L("直し方", "Cure")], cancellationToken);
        await foreach (var row in file.Source.Rows(cancellationToken))
        {
            if (!wrong.TryGetValue(row.Number, out var problems)) continue;
            await writer.Row([.. row.Cells, Cell.Of(Together(problems.Select(p => p.Message))), Cell.Of(Together(problems.Select(p => p.Cure)))], cancellationToken);
        }

        var written = await writer.Finish(cancellationToken);
        if (current.Catalog.TryGet(import.Value.RecordType, out var type)) log.Exported(type, written.Rows, $"{format} refused {export.Import}");
        return ExportFile.Of(format)!;
    }

    private async Task<Dictionary<long, List<(string? Message, string? Cure)>>> Wrong(Guid import, CancellationToken cancellation)
    {
        var sql = await session.Sql(cancellation);
        var rows = await sql.Rows(
            $"SELECT row_number, ja, en, cure_ja, cure_en FROM platform_import_problem WHERE tenant_id = {current.Tenant.Id} AND import_id = {import} ORDER BY row_number, position",
            r => (Row: r.Long(0), Message: Texts.L(r.Text(1), r.Text(2)), Cure: r.MaybeText(3) is { } ja ? Texts.L(ja, r.MaybeText(4) ?? ja) : null), cancellation);
        return rows.GroupBy(r => r.Row).ToDictionary(g => g.Key, g => g.Select(r => ((string?)r.Message, r.Cure)).ToList());
    }

    private static string Together(IEnumerable<string?> texts) => string.Join(' ', texts.OfType<string>().Distinct());
}
