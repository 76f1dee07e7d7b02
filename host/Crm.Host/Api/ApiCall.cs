// One call of the API: who calls, what they sent, how they are answered.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Api;

/// <summary>A call that was let in: its caller belongs to a tenant.</summary>
internal sealed class ApiCall(HttpContext http, Current current)
{
    public const string Root = "/api/v1";

    // The answer is never HTML (nosniff), so kanji, quotes and signs stand as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public HttpContext Http => http;

    public Current Current => current;

    public TenantCatalog Catalog => current.Catalog;

    public TenantInfo Tenant => current.Tenant;

    public IMediator Mediator => Get<IMediator>();

    public CancellationToken Aborted => http.RequestAborted;

    public T Get<T>() where T : notnull => http.RequestServices.GetRequiredService<T>();

    public string Route(string name) => http.Request.RouteValues[name] as string ?? "";

    /// <summary>The record type of the address, when it is on for the tenant.</summary>
    public bool TryRecordType([MaybeNullWhen(false)] out RecordType type) => Catalog.TryGet(Route("type"), out type);

    /// <summary>The id of the address; a malformed one is the id of nothing.</summary>
    public bool TryId(out Guid id) => Guid.TryParseExact(Route("id"), "D", out id);

    /// <summary>A yes or no of the query; absent is no.</summary>
    public bool Flag(string name) => http.Request.Query[name].ToString() is "true" or "1";

    public Task<Result<T>> Send<T>(IRequest<Result<T>> request) => Mediator.Send(request, Aborted);

    /// <summary>Answers with JSON.</summary>
    public Task Json(int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        using var json = Writer(http.Response.BodyWriter);
        write(json);
        json.Flush();
        return Task.CompletedTask;
    }

    public Task NoContent()
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Answers that it did not work out.</summary>
    public Task Refuse(IReadOnlyList<Problem> problems, RecordType? type = null) => ApiProblems.Write(http, ProblemStatus.Of(problems), problems, type, Tenant);

    public Task Refuse(Problem problem) => Refuse([problem]);

    /// <summary>Answers that the call itself cannot be understood.</summary>
    public Task Misunderstood(params IReadOnlyList<Problem> problems) => ApiProblems.Write(http, StatusCodes.Status400BadRequest, problems, null, Tenant);

    public Task NoSuchType() => Refuse(Platform.Records.ListRecordsHandler.UnknownType(Route("type")));

    public Task NoSuchRecord() => Refuse(new Problem(
        "not-found", ($"{Route("type")} の {Route("id")} は見つかりません。", $"There is no {Route("type")} with the id {Route("id")}."),
        ("ID は UUID で指定してください。", "Ids are UUIDs."), Kind: ProblemKind.NotFound));

    /// <summary>Null when the query has known parameters only: a misspelt filter must not mean "all".</summary>
    public Problem? UnknownParameter(params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in http.Request.Query)
        {
            if (known.Contains(name)) continue;
            var list = string.Join(", ", known.ToArray());
            return new Problem(
                "unknown-parameter", ($"「{name}」というパラメータはありません。", $"There is no parameter “{name}”."),
                known.Length == 0 ? ("パラメータを外してください。", "Leave it out.") : ($"使えるもの: {list}", $"There are: {list}."), name);
        }

        return null;
    }

    public static Utf8JsonWriter Writer(IBufferWriter<byte> target) => new(target, Plain);
}
