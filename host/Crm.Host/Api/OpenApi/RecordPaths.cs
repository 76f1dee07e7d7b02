// The paths of one record type, as far as the caller's rights reach.
using Crm.Host.Api.Filters;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

internal sealed class RecordPaths(OpenApiDocument document, ITenant tenant, IUser user)
{
    private readonly RecordSchemas schemas = new(tenant);

    public void Add(RecordType type)
    {
        var name = RecordSchemas.Name(type.Key);
        var components = document.Components!.Schemas!;
        components[name] = schemas.Answered(type);
        components[name + "Create"] = schemas.Created(type);
        components[name + "Update"] = schemas.Changed(type);
        components[name + "Page"] = Shape.Object(
            ("items", Shape.List(Ref(name))), ("next", Shape.Text(("次のページの after。最後は null", "“after” of the next page; null on the last")).Nullable()),
            ("count?", Shape.Whole()), ("countIsEstimate?", Shape.YesNo()));
        components[name + "Batch"] = Shape.Object(
            ("rows", Shape.List(Ref(name + "Update"))), ("match?", Shape.List(Shape.Text(("照合する項目", "Fields that find the record")))), ("atomic?", Shape.YesNo()), ("dryRun?", Shape.YesNo()), ("reason?", Shape.Text()));
        document.Tags!.Add(new OpenApiTag { Name = type.Key, Description = type.Label.ToString() });

        bool May(RecordAction action) => user.Reach(type.Key, action) != Reach.None;
        var all = $"{ApiCall.Root}/records/{type.Key}";
        var one = all + "/{id}";
        var label = type.Label;

        Operation(all, HttpMethod.Get, type, "list" + name, (label.Ja + "の一覧", "List of " + label.En), Ok(Ref(name + "Page")), [400, 403, 422], ListParameters(type));
        Operation(one, HttpMethod.Get, type, "get" + name, (label.Ja + "を取得", "One " + label.En), Ok(Ref(name)), [404], [Id()]);
        Operation(one + "/history", HttpMethod.Get, type, "history" + name, (label.Ja + "の変更履歴", "History of one " + label.En), Ok(Ref("History")), [404], [Id(), Limit(100)]);
        Operation(
            one + "/timeline", HttpMethod.Get, type, "timeline" + name, (label.Ja + "のタイムライン", "Timeline of one " + label.En), Ok(Ref("Timeline")), [404],
            [Id(), Limit(100), ApiDescription.Query("before", Shape.Moment(), ("この日時より前", "Before this moment"))]);
        FilePaths.Add(document, type, name, May(RecordAction.Export), FilterParameters(type));
        if (May(RecordAction.Create))
        {
            var created = Ok(Ref(name), "201", ("登録した", "Created"));
            ((OpenApiResponse)created["201"]).Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Location"] = new OpenApiHeader { Schema = Shape.Text() }, ["ETag"] = new OpenApiHeader { Schema = Shape.Text() },
            };
            Operation(all, HttpMethod.Post, type, "create" + name, (label.Ja + "を登録", "Create one " + label.En), created, [400, 403, 413, 422], [], Ref(name + "Create"));
        }

        if (May(RecordAction.Create) || May(RecordAction.Edit))
        {
            Operation(
                all + "/batch", HttpMethod.Post, type, "batch" + name, (label.Ja + "をまとめて登録・更新（5,000 行まで）", $"Create or change up to 5,000 {type.Plural.En}"), Ok(Ref("BatchResult")), [400, 403, 413, 422],
                [ApiDescription.Query("atomic", Shape.YesNo(), ("一行でも誤りがあれば何も保存しない", "One bad row refuses all")), ApiDescription.Query("dryRun", Shape.YesNo(), ("検査だけ行う", "Only check"))], Ref(name + "Batch"));
        }

        if (May(RecordAction.Edit))
        {
            Operation(all, HttpMethod.Patch, type, "edit" + name, (label.Ja + "を条件で一括編集", $"Change all {type.Plural.En} a filter finds"), Ok(Ref("BatchResult")), [400, 403, 413, 422], FilterParameters(type), Ref(name + "Update"));
            Operation(one, HttpMethod.Patch, type, "update" + name, (label.Ja + "を変更", "Change one " + label.En), Ok(Ref(name)), [400, 403, 404, 409, 413, 422], [Id(), IfMatch()], Ref(name + "Update"));
        }

        if (!May(RecordAction.Delete)) return;
        var gone = new OpenApiResponses { ["204"] = new OpenApiResponse { Description = ApiDescription.Text(("ゴミ箱に入れた", "In the bin")) } };
        Operation(one, HttpMethod.Delete, type, "delete" + name, (label.Ja + "をゴミ箱に入れる", "Put one into the bin"), gone, [400, 403, 404, 409], [Id(), IfMatch()]);
        Operation(one + "/restore", HttpMethod.Post, type, "restore" + name, (label.Ja + "をゴミ箱から戻す", "Take one out of the bin"), Ok(Ref(name)), [403, 404, 422], [Id()]);
    }

    private static OpenApiResponses Ok(IOpenApiSchema answer, string status = "200", Label? meaning = null) => new()
    {
        [status] = new OpenApiResponse { Description = ApiDescription.Text(meaning ?? ("成功", "Done")), Content = Shape.Json(answer) },
    };

    private static OpenApiParameter Id() => ApiDescription.InPath("id", Shape.Id());

    private static OpenApiParameter IfMatch() => new()
    {
        Name = "If-Match", In = ParameterLocation.Header, Schema = Shape.Text(),
        Description = ApiDescription.Text(("読み取ったときの ETag。ないときは上書きする", "The ETag that was read; without it the record is saved over")),
    };

    private static OpenApiParameter Limit(int most) =>
        ApiDescription.Query("limit", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = most.ToString(System.Globalization.CultureInfo.InvariantCulture) }, ("件数", "How many at most"));

    private List<OpenApiParameter> ListParameters(RecordType type) =>
    [
        .. FilterParameters(type),
        ApiDescription.Query("sort", Shape.Text(), ("並べ替える項目（カンマ区切り、降順は -）", "Fields to sort by, with commas; a leading minus for descending")),
        Limit(500),
        ApiDescription.Query("after", Shape.Text(), ("前のページの next", "“next” of the page before")),
        ApiDescription.Query("fields", Shape.Text(), ("必要な項目（カンマ区切り）", "Fields wanted, with commas")),
        ApiDescription.Query("count", Shape.YesNo(), ("件数も数える", "Count too")),
        ApiDescription.Query("deleted", Shape.YesNo(), ("ゴミ箱の中を見る", "Look into the bin")),
    ];

    private List<OpenApiParameter> FilterParameters(RecordType type)
    {
        var ops = string.Join(' ', FilterQuery.OpNames);
        var parameters = new List<OpenApiParameter>
        {
            ApiDescription.Query("filter", Shape.Text(), (
                """条件の JSON: {"or":[{"field":"…","op":"eq","value":"…"}]}。演算子: """ + ops,
                """Conditions as JSON: {"or":[{"field":"…","op":"eq","value":"…"}]}. Operators: """ + ops)),
            ApiDescription.Query("q", Shape.Text(), ("全文検索", "Words to be found in the record")),
        };
        foreach (var field in type.Fields.Where(f => f.Indexed || f.InList))
        {
            if (field.Kind == FieldKind.MultiChoice)
            {
                parameters.Add(ApiDescription.Query($"filter[{field.Key}][contains]", Shape.Text(), field.Label));
                continue;
            }

            parameters.Add(ApiDescription.Query($"filter[{field.Key}]", Shape.Text(), field.Label));
            if (field.Kind is not (FieldKind.Number or FieldKind.Money or FieldKind.Date or FieldKind.DateTime)) continue;
            parameters.Add(ApiDescription.Query($"filter[{field.Key}][gte]", Shape.Text(), (field.Label.Ja + "（以上）", field.Label.En + ", at least")));
            parameters.Add(ApiDescription.Query($"filter[{field.Key}][lte]", Shape.Text(), (field.Label.Ja + "（以下）", field.Label.En + ", at most")));
        }

        return parameters;
    }

    private void Operation(
        string path, HttpMethod method, RecordType type, string id, Label summary, OpenApiResponses responses, int[] refusals, IEnumerable<OpenApiParameter> parameters, OpenApiSchemaReference? body = null)
    {
        ApiDescription.AddRefusals(document, responses, refusals);
        if (!document.Paths.TryGetValue(path, out var item)) document.Paths[path] = item = new OpenApiPathItem();
        ((OpenApiPathItem)item).AddOperation(method, new OpenApiOperation
        {
            OperationId = id, Summary = ApiDescription.Text(summary), Parameters = [.. parameters], Responses = responses,
            RequestBody = body is null ? null : new OpenApiRequestBody { Required = true, Content = Shape.Json(body) },
            Tags = new HashSet<OpenApiTagReference> { new(type.Key, document) },
        });
    }

    private OpenApiSchemaReference Ref(string name) => new(name, document);
}
