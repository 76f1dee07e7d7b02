using System.Globalization;
using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Sdk.Records;
using Crm.Tests.Infrastructure;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Crm.Tests.Api;

/// <summary>The document as a stranger sees it: nothing is known but what it says.</summary>
[Collection(ApiCollection.Name)]
public sealed class OpenApiTests(ApiHosts hosts)
{
    [Theory, EveryDatabase]
    public async Task The_document_is_valid_and_complete(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;

        var document = await Load(admin);

        Assert.Contains("/api/v1/records/library.book", document.Paths.Keys);
        Assert.Contains("/api/v1/records/customers.company/{id}", document.Paths.Keys);
        Assert.Contains("/api/v1/commands/library.lend", document.Paths.Keys);
        Assert.Contains("/api/v1/search", document.Paths.Keys);
        var operations = document.Paths.SelectMany(p => p.Value.Operations!.Values).ToList();
        Assert.Equal(operations.Count, operations.Select(o => o.OperationId).Distinct(StringComparer.Ordinal).Count());
        Assert.All(operations, o => Assert.False(string.IsNullOrWhiteSpace(o.Summary)));
        Assert.All(operations, o => Assert.Contains("401", o.Responses!.Keys));
        Assert.Equal(SecuritySchemeType.Http, document.Components!.SecuritySchemes!.Single().Value.Type);
        var create = document.Components.Schemas!["LibraryBookCreate"];
        Assert.Equal(["title"], create.Required!);
        Assert.True(create.Properties!["fields"].Properties!["extra"].Properties!.ContainsKey("shelf"));
        Assert.False(create.Properties["fields"].Properties!["extra"].Properties!.ContainsKey("pricePerPage"));
    }

    [Theory, EveryDatabase]
    public async Task It_speaks_the_callers_language_and_changes_with_the_catalog(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();
        var ja = (await tenant.Admin.Get("/openapi/v1.json")).Is(200);
        var en = (await tenant.Admin.Get("/openapi/v1.json", ("Accept-Language", "en"))).Is(200);
        Assert.Contains("本の一覧", ja.Text, StringComparison.Ordinal);
        Assert.Contains("List of Book", en.Text, StringComparison.Ordinal);
        (await tenant.Admin.Get("/openapi/v1.json", ("If-None-Match", ja.Headers.ETag!.Tag))).Is(304);

        await tenant.Ask(new DefineField("library.book", "grade", new FieldDefinition { Kind = FieldKind.Number, Ja = "評価", En = "Grade", Indexed = true, Min = 1, Max = 5 }));

        var grown = await Load(tenant.Admin);
        Assert.Equal("5", grown.Components!.Schemas!["LibraryBookCreate"].Properties!["fields"].Properties!["custom"].Properties!["grade"].Maximum);
        Assert.Contains(grown.Paths["/api/v1/records/library.book"].Operations![HttpMethod.Get].Parameters!, p => p.Name == "filter[custom.grade]");
        var made = (await tenant.Admin.Post("records/library.book", new { title = "こころ", fields = new { custom = new { grade = 4 } } })).Is(201);
        Assert.Equal(4, made["fields"].GetProperty("custom").GetProperty("grade").GetInt32());
        Assert.Single((await tenant.Admin.Get("records/library.book?filter[custom.grade][gte]=4")).Is(200)["items"].EnumerateArray());
    }

    [Theory, EveryDatabase]
    public async Task It_shows_no_more_than_the_caller_may_do(string database)
    {
        var tenant = await (await hosts.On(database)).NewTenant();

        var document = await Load(await tenant.UserWith("viewer"));

        Assert.Equal([HttpMethod.Get], document.Paths["/api/v1/records/library.book"].Operations!.Keys);
        Assert.DoesNotContain("/api/v1/commands/library.close", document.Paths.Keys);
        Assert.DoesNotContain("/api/v1/commands/admin.invite-user", document.Paths.Keys);
    }

    [Theory, EveryDatabase]
    public async Task A_strangers_client_works_with_every_record_type(string database)
    {
        var admin = (await (await hosts.On(database)).NewTenant()).Admin;
        var client = new Stranger(admin, await Load(admin));
        var worked = new List<string>();

        foreach (var all in client.Document.Paths.Keys.Where(p => p.StartsWith("/api/v1/records/", StringComparison.Ordinal) && p.Count(c => c == '/') == 4).ToList())
        {
            // A rule of the type may want more than the required fields; then the documented refusal comes.
            var made = await client.Call(HttpMethod.Post, all, whole: true);
            if (made.Status == 422) made = await client.Call(HttpMethod.Post, all, whole: false);
            (await client.Call(HttpMethod.Get, all)).Is(200);
            if (made.Status == 422) continue;
            made.Is(201);
            var one = all + "/{id}";
            var id = made.Id.ToString();
            (await client.Call(HttpMethod.Get, one, id)).Is(200);
            (await client.Call(HttpMethod.Patch, one, id, whole: false)).Is(200);
            (await client.Call(HttpMethod.Get, one + "/history", id)).Is(200);
            (await client.Call(HttpMethod.Get, one + "/timeline", id)).Is(200);
            (await client.Call(HttpMethod.Delete, one, id)).Is(204);
            (await client.Call(HttpMethod.Get, one, id)).Is(404);
            (await client.Call(HttpMethod.Post, one + "/restore", id)).Is(200);
            (await client.Call(HttpMethod.Post, all + "/batch", whole: false)).Is(200);
            worked.Add(all);
        }

        Assert.Contains("/api/v1/records/library.book", worked);
        Assert.Contains("/api/v1/records/customers.company", worked);
        Assert.Contains("/api/v1/records/customers.person", worked);
        foreach (var general in new[] { "/api/v1/record-types", "/api/v1/imports" }) (await client.Call(HttpMethod.Get, general)).Is(200);
        (await client.Call(HttpMethod.Get, "/api/v1/search")).Is(200);
        (await client.Call(HttpMethod.Post, "/api/v1/commands/library.lend", whole: true)).Is(404);
    }

    private static async Task<OpenApiDocument> Load(ApiClient client)
    {
        var text = (await client.Get("/openapi/v1.json")).Is(200).Text;
        var read = OpenApiDocument.Parse(text, "json", new OpenApiReaderSettings());
        Assert.Empty(read.Diagnostic!.Errors.Select(e => e.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(e => e.ToString()));
        return read.Document!;
    }

    /// <summary>A client made of the document alone: fills in what it asks for and holds every answer against what it promises.</summary>
    private sealed class Stranger(ApiClient http, OpenApiDocument document)
    {
        public OpenApiDocument Document => document;

        public async Task<ApiAnswer> Call(HttpMethod method, string path, string? id = null, bool whole = false)
        {
            var operation = document.Paths[path].Operations![method];
            var query = string.Join('&', operation.Parameters?.Where(p => p is { In: ParameterLocation.Query, Required: true }).Select(p => $"{p.Name}={SchemaSample.Of(p.Schema!, whole)}") ?? []);
            var body = operation.RequestBody?.Content?["application/json"].Schema is { } schema ? SchemaSample.Of(schema, whole)!.ToJsonString() : null;
            var target = path.Replace("{id}", id, StringComparison.Ordinal) + (query.Length > 0 ? "?" + query : "");
            var answer = await http.Send(method, target, body);
            var status = answer.Status.ToString(CultureInfo.InvariantCulture);
            Assert.True(operation.Responses!.TryGetValue(status, out var promised), $"{method} {path} answered {status}, which the document does not tell: {answer.Text}");
            if (promised.Content is not { Count: > 0 } content)
            {
                Assert.Empty(answer.Text);
                return answer;
            }

            Assert.Equal(content.Keys.Single(), answer.ContentType);
            var flaws = new List<string>();
            Fits(content.Values.Single().Schema!, answer.Json, "$", flaws);
            Assert.True(flaws.Count == 0, $"{method} {path}: {string.Join("; ", flaws)}\n{answer.Text}");
            return answer;
        }

        private static void Fits(IOpenApiSchema schema, JsonElement value, string path, List<string> flaws)
        {
            if (schema.Type is not { } type) return;
            var kind = value.ValueKind switch
            {
                JsonValueKind.Null => JsonSchemaType.Null,
                JsonValueKind.True or JsonValueKind.False => JsonSchemaType.Boolean,
                JsonValueKind.String => JsonSchemaType.String,
                JsonValueKind.Array => JsonSchemaType.Array,
                JsonValueKind.Object => JsonSchemaType.Object,
                _ => type.HasFlag(JsonSchemaType.Integer) && value.TryGetInt64(out _) ? JsonSchemaType.Integer : JsonSchemaType.Number,
            };
            if (!type.HasFlag(kind))
            {
                flaws.Add($"{path} is {kind}, not {type}");
                return;
            }

            if (schema.Enum is { Count: > 0 } && kind != JsonSchemaType.Null && schema.Enum.All(e => e?.ToString() != value.ToString())) flaws.Add($"{path} is none of its choices");
            if (kind == JsonSchemaType.String)
            {
                var fine = schema.Format switch
                {
                    "uuid" => value.TryGetGuid(out _),
                    "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                    "date-time" => value.TryGetDateTimeOffset(out _),
                    _ => schema.Pattern is null || System.Text.RegularExpressions.Regex.IsMatch(value.GetString()!, schema.Pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)),
                };
                if (!fine) flaws.Add($"{path} is no {schema.Format ?? schema.Pattern}: {value}");
            }

            if (kind == JsonSchemaType.Array)
            {
                var index = 0;
                foreach (var item in value.EnumerateArray()) Fits(schema.Items!, item, $"{path}[{index++}]", flaws);
            }

            if (kind != JsonSchemaType.Object) return;
            foreach (var needed in schema.Required ?? new HashSet<string>())
            {
                if (!value.TryGetProperty(needed, out _)) flaws.Add($"{path}.{needed} is missing");
            }

            foreach (var member in value.EnumerateObject())
            {
                if (schema.Properties?.TryGetValue(member.Name, out var shape) == true) Fits(shape, member.Value, $"{path}.{member.Name}", flaws);
            }
        }
    }
}
