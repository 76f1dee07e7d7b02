// The document: what all record types share, then paths and schemas of each, then commands.
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

internal sealed class ApiDescription(ITenant tenant, IUser user, JsonSerializerOptions commandJson)
{
    private const string Security = "token";

    private static readonly (string Name, int Status, Label Meaning)[] Refusals =
    [
        ("BadRequest", 400, ("リクエストを読み取れない", "The request cannot be read")),
        ("Unauthorized", 401, ("トークンがない、または無効", "No valid token")),
        ("Forbidden", 403, ("権限がない", "Not allowed")),
        ("NotFound", 404, ("見つからない、または無効な機能", "Not there, or switched off")),
        ("Conflict", 409, ("ほかの変更と競合（項目ごとに両方の値）", "Somebody else changed it; both values per field")),
        ("TooLarge", 413, ("大きすぎる", "Too large")),
        ("Invalid", 422, ("入力内容の誤り（項目・原因・直し方）", "Mistakes in the input: field, message, cure")),
        ("TooMany", 429, ("リクエストが多すぎる（Retry-After）", "Too many requests; see Retry-After")),
    ];

    private readonly OpenApiDocument document = new();

    public OpenApiDocument Of(IReadOnlyList<RecordType> types, IEnumerable<(string Key, Type Type)> commands, IEnumerable<EndpointDescription> endpoints)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Crm.Modular — " + tenant.Name, Version = "v1",
            Description = Text(
                ("日付は ISO 8601、金額は文字列、ID は UUID です。プラグインと追加項目は fields の下に名前空間ごとに入ります。空の項目は null です。",
                "Dates are ISO 8601, money is text, ids are UUIDs. Fields of plugins and of the tenant stand under “fields” by namespace. Empty fields are null.")),
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Paths = [];
        document.Tags = new HashSet<OpenApiTag>();
        document.Components = new OpenApiComponents
        {
            Schemas = new Dictionary<string, IOpenApiSchema>(), Responses = new Dictionary<string, IOpenApiResponse>(),
            Parameters = new Dictionary<string, IOpenApiParameter>(), SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Security] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = Text(("個人トークン", "A personal token")) },
            },
        };
        Shared();
        var paths = new RecordPaths(document, tenant, user);
        foreach (var type in types) paths.Add(type);
        FilePaths.Add(document);
        CommandPaths.Add(document, commandJson, commands);
        CommandPaths.Add(document, commandJson, endpoints);
        document.RegisterComponents();
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, document)] = [] }];
        return document;
    }

    public static string Text(Label label) => label.ToString();

    /// <summary>The answers with which a call may be refused.</summary>
    public static void AddRefusals(OpenApiDocument document, OpenApiResponses responses, params ReadOnlySpan<int> statuses)
    {
        foreach (var (name, status, _) in Refusals)
        {
            if (statuses.Contains(status) || status is 401 or 429) responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponseReference(name, document);
        }
    }

    public static OpenApiParameter Query(string name, OpenApiSchema schema, Label meaning) =>
        new() { Name = name, In = ParameterLocation.Query, Schema = schema, Description = Text(meaning) };

    public static OpenApiParameter InPath(string name, OpenApiSchema schema) => new() { Name = name, In = ParameterLocation.Path, Required = true, Schema = schema };

    private OpenApiSchemaReference Ref(string name) => new(name, document);

    private void Shared()
    {
        var schemas = document.Components!.Schemas!;
        schemas["FieldError"] = Shape.Object(
            ("field", Shape.Text(("項目のキー", "Key of the field")).Nullable()), ("code", Shape.Text(("変わらない識別子", "Stable, for programs"))), ("message", Shape.Text()), ("cure", Shape.Text().Nullable()),
            ("theirs?", Shape.Any()), ("yours?", Shape.Any()), ("row?", Shape.Whole()), ("right?", Shape.Text()));
        schemas["Problem"] = Shape.Object(
            ("type", Shape.Text()), ("title", Shape.Text()), ("status", Shape.Whole()), ("detail?", Shape.Text()), ("instance?", Shape.Text()), ("errors", Shape.List(Ref("FieldError"))));
        schemas["BatchResult"] = Shape.Object(
            ("created", Shape.Whole()), ("updated", Shape.Whole()), ("unchanged", Shape.Whole()), ("refused", Shape.Whole()), ("changeSet?", Shape.Id(("取り消しに使う", "Takes it back"))),
            ("rows", Shape.List(Shape.Object(("action", Shape.OneOf("created", "updated", "unchanged", "refused")), ("id?", Shape.Id()), ("errors?", Shape.List(Ref("FieldError")))))));
        schemas["History"] = Shape.Object(("items", Shape.List(Shape.Object(
            ("at", Shape.Moment()), ("action", Shape.OneOf("created", "updated", "deleted", "restored")), ("actor", Shape.Object(("id", Shape.Id().Nullable()), ("name", Shape.Text()))),
            ("source", Shape.Text()), ("reason", Shape.Text().Nullable()), ("changeSet?", Shape.Id()),
            ("changes", Shape.List(Shape.Object(("field", Shape.Text()), ("label", Shape.Text()), ("before", Shape.Any()), ("after", Shape.Any()))))))));
        schemas["Timeline"] = Shape.Object(
            ("items", Shape.List(Shape.Object(
                ("at", Shape.Moment()), ("kind", Shape.Text()), ("kindLabel", Shape.Text()), ("title", Shape.Text()), ("text", Shape.Text().Nullable()),
                ("recordType", Shape.Text().Nullable()), ("recordId", Shape.Id().Nullable())))),
            ("next", Shape.Moment().Nullable()), ("missing", Shape.List(Shape.Text())));
        schemas["SearchResult"] = Shape.Object(("groups", Shape.List(Shape.Object(
            ("type", Shape.Text()), ("label", Shape.Text()), ("hits", Shape.List(Shape.Object(("id", Shape.Id()), ("title", Shape.Text()), ("snippet", Shape.Text().Nullable()))))))));
        schemas["RecordType"] = Shape.Object(
            ("key", Shape.Text()), ("label", Shape.Text()), ("plural", Shape.Text()), ("owner", Shape.Text()),
            ("fields", Shape.List(Shape.Object(
                ("key", Shape.Text()), ("type", Shape.Text()), ("label", Shape.Text()), ("owner", Shape.Text()), ("required", Shape.YesNo()), ("indexed", Shape.YesNo()),
                ("choices", Shape.List(Shape.Object(("key", Shape.Text()), ("label", Shape.Text()))))))));
        schemas["Undone"] = Shape.Object(("restored", Shape.Whole()), ("kept", Shape.List(Shape.Object(("id", Shape.Id()), ("field", Shape.Text())))));
        foreach (var (name, _, meaning) in Refusals)
        {
            document.Components.Responses![name] = new OpenApiResponse
            {
                Description = Text(meaning), Content = new Dictionary<string, OpenApiMediaType> { [ApiProblems.ContentType] = new OpenApiMediaType { Schema = Ref("Problem") } },
            };
        }

        document.Tags!.Add(new OpenApiTag { Name = "general", Description = Text(("共通", "For all records")) });
        Path("/record-types", "listRecordTypes", ("利用できるレコード種別と項目", "Record types and their fields"), Shape.Object(("items", Shape.List(Ref("RecordType")))));
        Path("/record-types/{type}", "getRecordType", ("レコード種別と項目", "A record type and its fields"), Ref("RecordType"), InPath("type", Shape.Text()));
        Path(
            "/search", "search", ("全レコードの検索", "Search all records"), Ref("SearchResult"),
            new OpenApiParameter { Name = "q", In = ParameterLocation.Query, Required = true, Schema = Shape.Text() }, Query("type", Shape.Text(), ("レコード種別", "Record type")),
            Query("limit", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100" }, ("種別ごとの件数", "Hits per record type")));
        Path("/change-sets/{id}/undo", "undoChangeSet", ("一括保存・一括編集・取り込みを取り消す", "Take a batch, bulk edit or import back"), Ref("Undone"), HttpMethod.Post, InPath("id", Shape.Id()));
    }

    private void Path(string path, string operation, Label summary, IOpenApiSchema answer, params IEnumerable<OpenApiParameter> parameters) =>
        Path(path, operation, summary, answer, HttpMethod.Get, [.. parameters]);

    private void Path(string path, string operation, Label summary, IOpenApiSchema answer, HttpMethod method, params IEnumerable<OpenApiParameter> parameters)
    {
        var responses = new OpenApiResponses { ["200"] = new OpenApiResponse { Description = Text(("成功", "Done")), Content = Shape.Json(answer) } };
        AddRefusals(document, responses, 400, 403, 404, 422);
        document.Paths[ApiCall.Root + path] = new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation>
            {
                [method] = new()
                {
                    OperationId = operation, Summary = Text(summary), Parameters = [.. parameters], Responses = responses,
                    Tags = new HashSet<OpenApiTagReference> { new("general", document) },
                },
            },
        };
    }
}
