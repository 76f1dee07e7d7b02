// Problems as RFC 9457 problem details, in the caller's language, each with the field it is about and its cure.
using System.Text.Json;
using Crm.Host.Api.Json;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api;

internal static class ApiProblems
{
    public const string ContentType = "application/problem+json";

    public static Task Write(HttpContext http, int status, IReadOnlyList<Problem> problems, RecordType? type = null, TenantInfo? tenant = null)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        if (status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0) response.Headers.WWWAuthenticate = "Bearer";
        if (status == StatusCodes.Status429TooManyRequests && response.Headers.RetryAfter.Count == 0) response.Headers.RetryAfter = "10";
        using var json = ApiCall.Writer(response.BodyWriter);
        json.WriteStartObject();
        WriteHead(json, status, http.Request.Path.Value ?? "/", problems);
        json.WritePropertyName("errors");
        WriteErrors(json, problems, type, tenant);
        json.WriteEndObject();
        json.Flush();
        return Task.CompletedTask;
    }

    public static void WriteHead(Utf8JsonWriter json, int status, string path, IReadOnlyList<Problem> problems)
    {
        json.WriteString("type"u8, "urn:crm:problem:" + (problems.Count > 0 ? problems[0].Code : "error"));
        json.WriteString("title"u8, TitleOf(status).ToString());
        json.WriteNumber("status"u8, status);
        if (problems.Count > 0) json.WriteString("detail"u8, problems[0].Message.ToString());
        json.WriteString("instance"u8, path);
    }

    public static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<Problem> problems, RecordType? type, TenantInfo? tenant)
    {
        json.WriteStartArray();
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            WriteOne(json, problem, type, tenant);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The members of one problem; a conflict shows what is stored and what was sent.</summary>
    public static void WriteOne(Utf8JsonWriter json, Problem problem, RecordType? type, TenantInfo? tenant)
    {
        json.WriteString("field"u8, problem.Field);
        json.WriteString("code"u8, problem.Code);
        json.WriteString("message"u8, problem.Message.ToString());
        json.WriteString("cure"u8, problem.Cure?.ToString());
        if (problem.Right is not null) json.WriteString("right"u8, problem.Right);
        if (problem.Kind != ProblemKind.Conflict || problem.Field is null) return;
        var kind = type is not null && type.TryGet(problem.Field, out var field) ? field.Kind : FieldKind.Text;
        json.WritePropertyName("theirs"u8);
        FieldJson.Write(json, kind, problem.Theirs);
        json.WritePropertyName("yours"u8);
        FieldJson.Write(json, kind, problem.Yours);
        if (kind == FieldKind.Money && tenant is not null) json.WriteString("currency"u8, tenant.Currency);
    }

    private static Label TitleOf(int status) => status switch
    {
        400 => ("リクエストを読み取れません", "The request cannot be read"),
        401 => ("認証が必要です", "Sign-in is needed"),
        403 => ("権限がありません", "Not allowed"),
        404 => ("見つかりません", "Not found"),
        405 => ("この操作はできません", "Not possible here"),
        409 => ("ほかの変更と競合しました", "Somebody else changed it"),
        413 => ("大きすぎます", "Too large"),
        415 => ("このデータ形式は扱えません", "Not a format that is understood"),
        422 => ("入力内容に誤りがあります", "The input has mistakes"),
        429 => ("リクエストが多すぎます", "Too many requests"),
        _ => ("エラーが発生しました", "Something went wrong"),
    };
}
