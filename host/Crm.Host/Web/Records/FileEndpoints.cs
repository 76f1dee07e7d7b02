// Files kept in fields of records.
using Crm.Host.Api.Files;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Web.Records;

internal static class FileEndpoints
{
    private static readonly HashSet<string> Pictures = new(StringComparer.Ordinal) { "image/png", "image/jpeg", "image/gif", "image/webp" };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/r/{type}/{id:guid}/file/{field}", File);

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
        http.Response.Headers.ContentDisposition = isPicture ? "inline" : FileApi.Attachment(stored.Name);
        return Results.Stream(stored.Content, isPicture ? stored.ContentType : "application/octet-stream");
    }
}
