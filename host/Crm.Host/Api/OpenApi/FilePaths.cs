// The paths that take or give files: imports, exports, stored files.
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

internal static class FilePaths
{
    private const string Tag = "files";

    public static void Add(OpenApiDocument document)
    {
        document.Tags!.Add(new OpenApiTag { Name = Tag, Description = ApiDescription.Text(("ファイル", "Files")) });
        var schemas = document.Components!.Schemas!;
        schemas["Import"] = Shape.Object(
            ("id", Shape.Id()), ("type", Shape.Text()), ("fileName", Shape.Text()), ("state", Shape.OneOf("queued", "running", "done", "failed", "undone")), ("dryRun", Shape.YesNo()),
            ("at", Shape.Moment()), ("finishedAt", Shape.Moment().Nullable()), ("rows", Shape.Whole()), ("total?", Shape.Whole()), ("created", Shape.Whole()), ("updated", Shape.Whole()),
            ("unchanged", Shape.Whole()), ("refused", Shape.Whole()), ("message", Shape.Text().Nullable()), ("errors?", Shape.List(new OpenApiSchemaReference("ImportError", document))));
        schemas["ImportError"] = Shape.Object(
            ("row", Shape.Whole()), ("field", Shape.Text().Nullable()), ("code", Shape.Text()), ("message", Shape.Text()), ("cure", Shape.Text().Nullable()), ("value", Shape.Text().Nullable()));
        var import = new OpenApiSchemaReference("Import", document);

        Add(document, "/imports", HttpMethod.Post, "startImport", ("ファイルを取り込む", "Import a file"), "202", import, [400, 403, 404, 413, 422],
            [
                new OpenApiParameter { Name = "type", In = ParameterLocation.Query, Required = true, Schema = Shape.Text() },
                ApiDescription.Query("match", Shape.Text(), ("照合する項目（カンマ区切り）", "Fields that find the record, with commas")),
                ApiDescription.Query("dryRun", Shape.YesNo(), ("検査だけ行う", "Only check")),
            ],
            Multipart(Shape.Object(("file", Binary()), ("mapping?", Shape.Text((
                """列の対応（JSON）。例: {"会社名":"name"}""",
                """Which column fills which field, as JSON: {"Company name":"name"}"""))))));
        Add(document, "/imports", HttpMethod.Get, "listImports", ("取り込みの一覧", "Imports"), "200", Shape.Object(("items", Shape.List(import))), [400, 403],
            [ApiDescription.Query("type", Shape.Text(), ("レコード種別", "Record type"))]);
        Add(document, "/imports/{id}", HttpMethod.Get, "getImport", ("取り込みの状況と誤りのある行", "Where an import stands, and its bad rows"), "200", import, [400, 404],
            [ApiDescription.InPath("id", Shape.Id()), ApiDescription.Query("afterRow", Shape.Whole(), ("この行より後の誤り", "Errors after this row"))]);
        Add(document, "/imports/{id}/undo", HttpMethod.Post, "undoImport", ("取り込みを取り消す", "Take an import back"), "200", import, [403, 404, 409, 422], [ApiDescription.InPath("id", Shape.Id())]);
        Add(document, "/files", HttpMethod.Post, "uploadFile", ("ファイル項目に入れるファイルを保存する", "Store a file for a file field"), "201", Shape.Object(("id", Shape.Id()), ("name", Shape.Text())), [400, 413, 422], [],
            Multipart(Shape.Object(("file", Binary()))));
    }

    /// <summary>The paths of one record type.</summary>
    public static void Add(OpenApiDocument document, RecordType type, string name, bool mayExport, IEnumerable<OpenApiParameter> filters)
    {
        var file = new OpenApiResponse
        {
            Description = ApiDescription.Text(("ファイル", "A file")), Content = Content(),
        };
        var all = $"/records/{type.Key}";
        if (mayExport)
        {
            OpenApiParameter[] uses = type.HasExportUses
                ? [ApiDescription.Query("use", Shape.Text(), ("用途。使ってよいものだけが書き出されます", "What for; only what may be used for it comes out")), ApiDescription.Query("leftOut", Shape.YesNo(), ("代わりに、除外されたものと理由", "Those left out instead, and why"))]
                : [];
            Add(document, all + "/export", HttpMethod.Get, "export" + name, (type.Label.Ja + "をファイルに書き出す", $"Take {type.Plural.En} out in a file"), "200", file, [400, 403, 404, 422],
                [ApiDescription.Query("format", Shape.OneOf("csv", "csv-cp932", "xlsx"), ("形式", "Format")), .. uses, .. filters], tag: type.Key);
        }

        if (type.Fields.Any(f => f.Kind == FieldKind.File))
        {
            Add(document, all + "/{id}/files/{field}", HttpMethod.Get, "file" + name, ("ファイル項目のファイル", "The file of a file field"), "200", file, [404],
                [ApiDescription.InPath("id", Shape.Id()), ApiDescription.InPath("field", Shape.Text())], tag: type.Key);
        }
    }

    public static Dictionary<string, OpenApiMediaType> Content() => new() { ["application/octet-stream"] = new() { Schema = Binary() } };

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiRequestBody Multipart(OpenApiSchema schema) =>
        new() { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = new() { Schema = schema } } };

    private static void Add(
        OpenApiDocument document, string path, HttpMethod method, string operation, Label summary, string status, IOpenApiSchema answer, int[] refusals,
        IEnumerable<OpenApiParameter> parameters, OpenApiRequestBody? body = null) =>
        Add(document, path, method, operation, summary, status, new OpenApiResponse { Description = ApiDescription.Text(("成功", "Done")), Content = Shape.Json(answer) }, refusals, parameters, body);

    private static void Add(
        OpenApiDocument document, string path, HttpMethod method, string operation, Label summary, string status, OpenApiResponse answer, int[] refusals,
        IEnumerable<OpenApiParameter> parameters, OpenApiRequestBody? body = null, string tag = Tag)
    {
        var responses = new OpenApiResponses { [status] = answer };
        ApiDescription.AddRefusals(document, responses, refusals);
        if (!document.Paths.TryGetValue(ApiCall.Root + path, out var item)) document.Paths[ApiCall.Root + path] = item = new OpenApiPathItem();
        ((OpenApiPathItem)item).AddOperation(method, new OpenApiOperation
        {
            OperationId = operation, Summary = ApiDescription.Text(summary), Parameters = [.. parameters], Responses = responses, RequestBody = body,
            Tags = new HashSet<OpenApiTagReference> { new(tag, document) },
        });
    }
}
