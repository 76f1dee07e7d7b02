// POST /files stores a file for a file field; GET /records/{type}/{id}/files/{field} gives the file of a record to who may see that field.
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using Microsoft.Net.Http.Headers;

namespace Crm.Host.Api.Files;

internal static class FileApi
{
    public static async Task Upload(ApiCall call)
    {
        var (upload, problem, status) = await Files.Upload.Read(call);
        if (problem is not null)
        {
            await ApiProblems.Write(call.Http, status, [problem]);
            return;
        }

        await call.Json(StatusCodes.Status201Created, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, upload!.File);
            json.WriteString("name"u8, upload.Name);
            json.WriteEndObject();
        });
    }

    public static async Task Download(ApiCall call)
    {
        if (!call.TryId(out var id))
        {
            await call.NoSuchRecord();
            return;
        }

        var record = await call.Send(new GetRecord(call.Route("type"), id));
        if (record.Failed)
        {
            await call.Refuse(record.Problems);
            return;
        }

        if (!record.Value.Type.TryGet(call.Route("field"), out var field) || field.Kind != FieldKind.File || record.Value[field.Key] is not Guid fileId
            || await call.Get<IFiles>().Open(fileId, call.Aborted) is not { } file)
        {
            await call.Refuse(new Problem("no-file", ("ファイルがありません。", "There is no file."), Kind: ProblemKind.NotFound));
            return;
        }

        await using var content = file.Content;
        var response = call.Http.Response;
        response.ContentType = file.ContentType;
        response.ContentLength = file.Length;
        response.Headers.ContentDisposition = Attachment(file.Name);
        response.Headers.ContentSecurityPolicy = "sandbox";
        await content.CopyToAsync(response.Body, call.Aborted);
    }

    /// <summary>Always to be saved, never to be shown: a stored file could be a page with a script.</summary>
    public static string Attachment(string name)
    {
        var header = new ContentDispositionHeaderValue("attachment");
        header.SetHttpFileName(name);
        return header.ToString();
    }
}
