using System.Text.Json.Nodes;
using Crm.Sdk;
using Microsoft.OpenApi;

namespace Crm.Host.Api.OpenApi;

/// <summary>Small words for schemas.</summary>
internal static class Shape
{
    public static OpenApiSchema Text(Label? meaning = null) => new() { Type = JsonSchemaType.String, Description = meaning?.ToString() };

    public static OpenApiSchema Id(Label? meaning = null) => new() { Type = JsonSchemaType.String, Format = "uuid", Description = meaning?.ToString() };

    public static OpenApiSchema Moment() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    public static OpenApiSchema Whole(Label? meaning = null) => new() { Type = JsonSchemaType.Integer, Description = meaning?.ToString() };

    public static OpenApiSchema YesNo(Label? meaning = null) => new() { Type = JsonSchemaType.Boolean, Description = meaning?.ToString() };

    public static OpenApiSchema Any() => new();

    public static OpenApiSchema List(IOpenApiSchema item) => new() { Type = JsonSchemaType.Array, Items = item };

    public static OpenApiSchema OneOf(params IEnumerable<string> values) => new() { Type = JsonSchemaType.String, Enum = [.. values.Select(v => (JsonNode)JsonValue.Create(v))] };

    public static OpenApiSchema Nullable(this OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        if (schema.Enum is { Count: > 0 }) schema.Enum.Add(JsonNullSentinel.JsonNull);
        return schema;
    }

    /// <summary>An object; names that end in a question mark may be missing.</summary>
    public static OpenApiSchema Object(params ReadOnlySpan<(string Name, IOpenApiSchema Schema)> members)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(), Required = new HashSet<string>() };
        foreach (var (name, member) in members)
        {
            schema.Properties[name.TrimEnd('?')] = member;
            if (!name.EndsWith('?')) schema.Required.Add(name);
        }

        return schema;
    }

    public static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) => new() { ["application/json"] = new OpenApiMediaType { Schema = schema } };
}
