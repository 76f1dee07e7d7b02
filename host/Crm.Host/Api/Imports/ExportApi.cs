// GET /records/{type}/export?format=csv|csv-cp932|xlsx: what the caller may export of what a filter finds, as a file;
// the header X-Export-Reach says how far that went: own, team or all. With &use= only those who may be used for it; with &leftOut=true the others, and why.
using Crm.Host.Api.Files;
using Crm.Host.Api.Filters;
using Crm.Platform.Export;
using Crm.Platform.Identity.Rights;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Host.Api.Imports;

internal static class ExportApi
{
    public static async Task Export(ApiCall call)
    {
        if (!call.TryRecordType(out var type))
        {
            await call.NoSuchType();
            return;
        }

        var query = call.Http.Request.Query;
        var format = query["format"].ToString() is { Length: > 0 } asked ? asked : ExportFormat.CsvUtf8;
        var (list, problems) = ListQuery.Read(type.Key, new QueryCollection(query.Where(q => q.Key is not ("format" or "use" or "leftOut")).ToDictionary(q => q.Key, q => q.Value, StringComparer.Ordinal)));
        var file = ExportFile.Of(format);
        if (file is null)
        {
            problems.Add(new Problem("bad-format", ($"「{format}」という形式はありません。", $"There is no format “{format}”."), Label.Same(string.Join(", ", ExportFile.All.Select(f => f.Format))), "format"));
        }

        if (file is null || problems.Count > 0)
        {
            await call.Misunderstood(problems);
            return;
        }

        var response = call.Http.Response;
        response.ContentType = file.ContentType;
        response.Headers.ContentDisposition = FileApi.Attachment($"{type.Plural}.{file.Extension}");

        response.Headers["X-Export-Reach"] = ReachNames.Of(call.Current.Actor.Reach(type.Key, RecordAction.Export));

        // Refusals come before the first byte; from then on the file goes out as it is written.
        var exported = await call.Send(new ExportRecords(type.Key, format, response.Body) { Filter = list.Filter, Sort = list.Sort, Fields = list.Fields, Use = query["use"].ToString() is { Length: > 0 } use ? use : null, LeftOut = query["leftOut"] == "true" });
        if (!exported.Failed) return;
        if (response.HasStarted)
        {
            call.Http.Abort();
            return;
        }

        response.Headers.Remove("Content-Disposition");
        response.Headers.Remove("X-Export-Reach");
        await call.Refuse(exported.Problems);
    }
}
