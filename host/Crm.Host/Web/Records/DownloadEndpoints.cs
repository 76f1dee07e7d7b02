// What leaves the screens as a file: a list in the form it is shown, and files kept in records.
using System.Globalization;
using Crm.Host.Web.Lists;
using Crm.Platform.Export;
using Crm.Platform.Tenancy;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Crm.Host.Web.Records;

internal static class DownloadEndpoints
{
    private static readonly HashSet<string> Pictures = new(StringComparer.Ordinal) { "image/png", "image/jpeg", "image/gif", "image/webp" };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/r/{type}/export", Export);
        routes.MapGet("/r/{type}/{id:guid}/file/{field}", File);
    }

    private static async Task<IResult> Export(string type, string? format, HttpContext http, IMediator mediator, Current current, TimeProvider clock)
    {
        if (!current.Catalog.TryGet(type, out var known)) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var address = ListAddress.Parse(type, http.Request.Query);
        format = format is ExportFormat.CsvCp932 or ExportFormat.Xlsx ? format : ExportFormat.CsvUtf8;
        var name = $"{known.Plural}-{clock.Today(current.Tenant).ToString("yyyyMMdd", CultureInfo.InvariantCulture)}.{(format == ExportFormat.Xlsx ? "xlsx" : "csv")}";
        http.Response.ContentType = format switch
        {
            ExportFormat.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ExportFormat.CsvCp932 => "text/csv; charset=shift_jis",
            _ => "text/csv; charset=utf-8",
        };
        http.Response.Headers.ContentDisposition = Attachment(name);

        // The writers of files write without waiting now and then; they are small writes into a buffer.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        var written = await mediator.Send(new ExportRecords(type, format, http.Response.Body)
        {
            Filter = address.ToFilter(known, current.Tenant, current.Actor, clock),
            Sort = address.Sort,
            Fields = address.Columns is null ? null : RecordList.Columns(known, address.Columns),
        }, http.RequestAborted);
        if (!written.Failed) return Results.Empty;
        if (http.Response.HasStarted) http.Abort();
        else http.Response.Headers.Remove(HeaderNames.ContentDisposition);
        return Page.Problem(http, written.Problems);
    }

    /// <summary>Who may see the field may open the file.</summary>
    private static async Task<IResult> File(string type, Guid id, string field, HttpContext http, IMediator mediator, IFiles files)
    {
        var record = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        if (record.Failed) return Page.Problem(http, record.Problems);
        if (record.Value[field] is not Guid file || !record.Value.Type.TryGet(field, out var described) || described.Kind != FieldKind.File
            || await files.Open(file, http.RequestAborted) is not { } stored)
        {
            return Page.Problem(http, [Sdk.Problems.NotFound(type, id)]);
        }

        // Pictures are shown; anything else might carry script and is only saved.
        var isPicture = Pictures.Contains(stored.ContentType);
        http.Response.Headers.ContentDisposition = isPicture ? "inline" : Attachment(stored.Name);
        return Results.Stream(stored.Content, isPicture ? stored.ContentType : "application/octet-stream");
    }

    private static string Attachment(string name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        return disposition.ToString();
    }
}
