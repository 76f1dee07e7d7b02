// Whatever goes wrong under /api and /openapi is answered with problem details, never with a page and never with a stack trace.
using System.Diagnostics;
using Crm.Platform.Pipeline;
using Crm.Sdk;

namespace Crm.Host.Api;

internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        ApiLanguage.Use(http, tenant: null);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null }) await ApiProblems.Write(http, http.Response.StatusCode, [Of(http)]);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await Answer(http, e);
        }
    }

    private Task Answer(HttpContext http, Exception e)
    {
        var headers = http.Response.Headers.Where(h => h.Key is "X-Content-Type-Options" or "Cache-Control").ToList();
        http.Response.Clear();
        foreach (var header in headers) http.Response.Headers[header.Key] = header.Value;
        switch (e)
        {
            case RefusedException refused:
                return ApiProblems.Write(http, ProblemStatus.Of(refused.Problems), refused.Problems);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiProblems.Write(http, StatusCodes.Status413PayloadTooLarge, [Json.JsonBody.TooLarge()]);
            case BadHttpRequestException bad:
                return ApiProblems.Write(http, bad.StatusCode, [new Problem("bad-request", ("リクエストを読み取れません。", "The request cannot be read."))]);
            default:
                LogBug(log, e, http.Request.Method, http.Request.Path);
                var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
                return ApiProblems.Write(http, StatusCodes.Status500InternalServerError, [new Problem(
                    "bug", ($"サーバー側の不具合です（{trace}）。", $"This is a fault of the server ({trace})."), ("この番号を管理者に伝えてください。", "Tell an administrator this number."))]);
        }
    }

    /// <summary>What routing and sign-in answer without a body.</summary>
    private static Problem Of(HttpContext http) => http.Response.StatusCode switch
    {
        401 => NotSignedIn(),
        403 => new("forbidden", ("このトークンでは利用できません。", "This token does not reach here."), ("権限の範囲が広いトークンを使ってください。", "Use a token with a wider scope."), Kind: ProblemKind.Forbidden),
        404 => new("no-such-address", ($"{http.Request.Path} という API はありません。", $"There is no API at {http.Request.Path}."), ("/openapi/v1.json に一覧があります。", "/openapi/v1.json lists all.")),
        405 => new("method-not-allowed", ($"{http.Request.Method} は使えません。", $"{http.Request.Method} is not possible here."), ("Allow ヘッダーにある方法を使ってください。", "Use a method of the Allow header.")),
        _ => new("error", ($"処理できませんでした（{http.Response.StatusCode}）。", $"It did not work out ({http.Response.StatusCode}).")),
    };

    public static Problem NotSignedIn() => new(
        "not-signed-in", ("有効なトークンがありません。", "There is no valid token."),
        ("Authorization: Bearer <トークン> を付けてください。トークンは個人設定または ./crm token create で発行できます。", "Send Authorization: Bearer <token>. Make a token in your preferences or with ./crm token create."));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogBug(ILogger logger, Exception exception, string method, string path);
}
