// GET and POST /x/{module}/{key}: the addresses that modules and plugins add to the API.
using System.Text.Json;
using Crm.Host.Api;
using Crm.Host.Api.Json;
using Crm.Host.Web;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;

namespace Crm.Host.Commands;

internal static class EndpointApi
{
    public static async Task Get(ApiCall call)
    {
        if (Find(call, "GET") is not { } endpoint)
        {
            await call.Refuse(NoSuchAddress(call.Http));
            return;
        }

        var query = CommandForm.Read(endpoint.Request, call.Http.Request.Query, call.Tenant);
        if (query.Request is { } request) await Answer(call, endpoint, request);
        else await call.Misunderstood(query.Problems);
    }

    public static async Task Post(ApiCall call)
    {
        if (Find(call, "POST") is { } endpoint) await Receive(call, endpoint);
        else await call.Refuse(NoSuchAddress(call.Http));
    }

    /// <summary>Sends the request that the body holds as JSON.</summary>
    public static async Task Receive(ApiCall call, EndpointDescription endpoint)
    {
        var json = call.Get<CommandJson>();
        var (request, problem, status) = await JsonBody.Read(call, endpoint.Longest ?? JsonBody.OneRecord, (ref Utf8JsonReader reader) => json.Read(ref reader, endpoint.Request));
        if (request?.Value is { } read && endpoint.Public) Tell(read, call.Http);
        if (problem is not null) await ApiProblems.Write(call.Http, status, [problem]);
        else if (request!.Problem is { } wrong) await call.Refuse(wrong);
        else await Answer(call, endpoint, request.Value!);
    }

    /// <summary>Tells a public request what the address said and where it came from; both stand over what was sent.</summary>
    public static void Tell(object request, HttpContext http)
    {
        if (request is IKeyedAddress keyed) keyed.AddressKey = http.Request.Query["key"];
        if (request is ISentFrom sent) sent.SentFrom = Identity.AddressLimit.KeyOf(http);
    }

    public static Problem NoSuchAddress(HttpContext http) => new(
        "no-such-address", ($"{http.Request.Path} というアドレスはありません。", $"There is no address {http.Request.Path}."),
        ("モジュールまたはプラグインが無効になっている可能性があります。", "Its module or plugin may be switched off."), Kind: ProblemKind.NotFound);

    /// <summary>The file of a query, for whoever is signed in.</summary>
    public static async Task<IResult> Download(string module, string key, HttpContext http, Current current, CommandDoor door)
    {
        var endpoint = current.Catalog.Endpoints.FirstOrDefault(e => e.Module == module && e.Key == key && e is { Method: "GET", Public: false });
        if (endpoint is null) return Page.Problem(http, [NoSuchAddress(http)]);
        var query = CommandForm.Read(endpoint.Request, http.Request.Query, current.Tenant);
        var answer = query.Request is { } request
            ? await door.Send(current.Catalog.Set.Request(endpoint.Request)!, request, http.RequestAborted)
            : Result<object?>.Fail(query.Problems);
        if (answer.Failed) return Page.Problem(http, answer.Problems);
        if (answer.Value is not Download file) return Page.Problem(http, [NoSuchAddress(http)]);
        await Save(http, file);
        return Results.Empty;
    }

    /// <summary>The address of the call, when it is there for the tenant.</summary>
    private static EndpointDescription? Find(ApiCall call, string method) =>
        call.Catalog.Endpoints.FirstOrDefault(e => e.Module == call.Route("module") && e.Key == call.Route("key") && e.Method == method && !e.Public);

    public static async Task Answer(ApiCall call, EndpointDescription endpoint, object request)
    {
        var answer = await call.Get<CommandDoor>().Send(call.Catalog.Set.Request(endpoint.Request)!, request, call.Aborted);
        if (answer.Failed) await call.Refuse(answer.Problems);
        else if (answer.Value is Download file) await Save(call.Http, file);
        else if (answer.Value is { } value) await call.Json(StatusCodes.Status200OK, writer => call.Get<CommandJson>().Write(writer, value));
        else await call.NoContent();
    }

    /// <summary>Answers with a file to be saved, never shown in place: it must not run as a page of this host.</summary>
    public static async Task Save(HttpContext http, Download file)
    {
        http.Response.ContentType = file.ContentType;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        var disposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        http.Response.Headers.ContentDisposition = disposition.ToString();
        await file.Write(http.Response.Body, http.RequestAborted);
    }
}
