// GET /openapi/v1.json: the API as the caller's tenant has it, with the fields and commands of the modules that are on.
using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Crm.Host.Api.OpenApi;

internal static class OpenApiEndpoint
{
    public static async Task Get(ApiCall call)
    {
        var document = await call.Get<OpenApiDocuments>().Of(call);
        var response = call.Http.Response;
        response.Headers.ETag = document.ETag;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = $"{HeaderNames.AcceptLanguage}, {HeaderNames.Authorization}";
        if (call.Http.Request.Headers.IfNoneMatch.ToString() == document.ETag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = document.Json.Length;
        await response.Body.WriteAsync(document.Json, call.Aborted);
    }

    public static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
}
