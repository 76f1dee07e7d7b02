// The commands: one path each, its schema worked out of the request's type as the serialiser sees it.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;
using MediatR;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

internal static class CommandPaths
{
    private const string Tag = "commands";
    private const int Depth = 6;

    public static void Add(OpenApiDocument document, JsonSerializerOptions options, IEnumerable<(string Key, Type Type)> commands)
    {
        document.Tags!.Add(new OpenApiTag { Name = Tag, Description = ApiDescription.Text(("操作", "Commands")) });
        foreach (var (key, type) in commands)
        {
            var responses = new OpenApiResponses();
            if (AnswerOf(type) is { } answer) responses["200"] = new OpenApiResponse { Description = ApiDescription.Text(("成功", "Done")), Content = Shape.Json(Of(answer, options, Depth)) };
            else responses["204"] = new OpenApiResponse { Description = ApiDescription.Text(("成功", "Done")) };
            ApiDescription.AddRefusals(document, responses, 400, 403, 404, 409, 413, 422);
            var name = RecordSchemas.Name(key);
            document.Components!.Schemas![name + "Command"] = Of(type, options, Depth);
            document.Paths[$"{ApiCall.Root}/commands/{key}"] = new OpenApiPathItem
            {
                Operations = new Dictionary<HttpMethod, OpenApiOperation>
                {
                    [HttpMethod.Post] = new()
                    {
                        OperationId = "command" + name, Summary = ApiDescription.Text(($"操作 {key}", $"The command {key}")), Responses = responses,
                        RequestBody = new OpenApiRequestBody { Required = true, Content = Shape.Json(new OpenApiSchemaReference(name + "Command", document)) },
                        Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
                    },
                },
            };
        }
    }

    /// <summary>The addresses that modules and plugins add.</summary>
    public static void Add(OpenApiDocument document, JsonSerializerOptions options, IEnumerable<EndpointDescription> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var responses = new OpenApiResponses();
            var (answer, name) = (AnswerOf(endpoint.Request), RecordSchemas.Name(endpoint.Module + "." + endpoint.Key));
            if (answer == typeof(Download)) responses["200"] = new OpenApiResponse { Description = ApiDescription.Text(("ファイル", "A file")), Content = FilePaths.Content() };
            else if (answer is not null) responses["200"] = new OpenApiResponse { Description = ApiDescription.Text(("成功", "Done")), Content = Shape.Json(Of(answer, options, Depth)) };
            else responses["204"] = new OpenApiResponse { Description = ApiDescription.Text(("成功", "Done")) };
            ApiDescription.AddRefusals(document, responses, 400, 403, 404, 409, 413, 422);
            var request = Of(endpoint.Request, options, Depth);
            var operation = new OpenApiOperation
            {
                OperationId = endpoint.Method.ToLowerInvariant() + name, Summary = ApiDescription.Text(endpoint.Name), Responses = responses,
                Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
            };
            if (endpoint.Method == "POST")
            {
                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Shape.Json(request) };
            }
            else
            {
                operation.Parameters = [.. request.Properties!.Select(p => new OpenApiParameter { Name = p.Key, In = ParameterLocation.Query, Required = request.Required!.Contains(p.Key), Schema = p.Value })];
            }

            var path = $"{ApiCall.Root}/x/{endpoint.Module}/{endpoint.Key}";
            if (!document.Paths.TryGetValue(path, out var item)) document.Paths[path] = item = new OpenApiPathItem();
            ((OpenApiPathItem)item).AddOperation(HttpMethod.Parse(endpoint.Method), operation);
        }
    }

    private static Type? AnswerOf(Type command)
    {
        var answer = command.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
        if (answer.IsGenericType && answer.GetGenericTypeDefinition() == typeof(Result<>)) return answer.GetGenericArguments()[0];
        return answer == typeof(Result) || answer == typeof(Unit) ? null : answer;
    }

    private static OpenApiSchema Of(Type type, JsonSerializerOptions options, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } bare) return Of(bare, options, depth).Nullable();
        if (Simple(type) is { } simple) return simple;
        if (type.IsEnum) return Shape.OneOf(Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName));
        if (depth == 0) return Shape.Any();
        var shape = options.GetTypeInfo(type);
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return Shape.List(Of(shape.ElementType!, options, depth - 1));
            case JsonTypeInfoKind.Dictionary:
                return new() { Type = JsonSchemaType.Object, AdditionalProperties = Of(shape.ElementType!, options, depth - 1) };
            case JsonTypeInfoKind.Object:
                var schema = Shape.Object();
                schema.AdditionalPropertiesAllowed = false;
                foreach (var member in shape.Properties)
                {
                    var value = Of(member.PropertyType, options, depth - 1);
                    schema.Properties![member.Name] = member.IsSetNullable && !member.PropertyType.IsValueType ? value.Nullable() : value;
                    if (member.IsRequired || member.AssociatedParameter is { HasDefaultValue: false }) schema.Required!.Add(member.Name);
                }

                return schema;
            default:
                return Shape.Any();
        }
    }

    private static OpenApiSchema? Simple(Type type) =>
        type == typeof(string) || type == typeof(Label) ? Shape.Text()
        : type == typeof(Guid) ? Shape.Id()
        : type == typeof(bool) ? Shape.YesNo()
        : type == typeof(int) || type == typeof(long) || type == typeof(short) ? Shape.Whole()
        : type == typeof(decimal) || type == typeof(double) ? new() { Type = JsonSchemaType.Number }
        : type == typeof(DateOnly) ? new() { Type = JsonSchemaType.String, Format = "date" }
        : type == typeof(DateTimeOffset) ? Shape.Moment()
        : type == typeof(TimeOnly) ? Shape.Text()
        : type == typeof(object) || type == typeof(JsonNode) || type == typeof(JsonElement) ? Shape.Any()
        : null;
}
