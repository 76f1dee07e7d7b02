using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Crm.Tests.Api;

/// <summary>Makes an instance of a schema, knowing nothing else about it.</summary>
internal static class SchemaSample
{
    /// <param name="schema">What is wanted.</param>
    /// <param name="whole">Whether optional members are filled too.</param>
    /// <param name="id">Stands wherever an id is asked for; null leaves optional ones out.</param>
    public static JsonNode? Of(IOpenApiSchema schema, bool whole, Guid? id = null)
    {
        if (schema.Enum?.FirstOrDefault() is { } first) return first.DeepClone();
        switch ((schema.Type ?? JsonSchemaType.Object) & ~JsonSchemaType.Null)
        {
            case JsonSchemaType.Object:
                var made = new JsonObject();
                foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
                {
                    var isNeeded = schema.Required?.Contains(name) == true;
                    if (isNeeded || (whole && (id is not null || member.Format != "uuid"))) made[name] = Of(member, whole, id);
                }

                return made;
            case JsonSchemaType.Array:
                return new JsonArray(Of(schema.Items!, whole, id));
            case JsonSchemaType.Integer or JsonSchemaType.Number:
                return JsonValue.Create(decimal.Parse(schema.Minimum ?? "1", CultureInfo.InvariantCulture));
            case JsonSchemaType.Boolean:
                return JsonValue.Create(true);
            default:
                return JsonValue.Create(Text(schema, id));
        }
    }

    private static string Text(IOpenApiSchema schema, Guid? id) => schema.Format switch
    {
        "date" => "2026-04-01",
        "date-time" => "2026-04-01T09:00:00Z",
        "email" => "hanako@example.jp",
        "uuid" => (id ?? Guid.CreateVersion7()).ToString(),
        _ when schema.Pattern?.StartsWith("^-?", StringComparison.Ordinal) == true => "100",
        _ when schema.Pattern is not null => "09:30",
        _ => "サンプル"[..Math.Min(4, schema.MaxLength ?? 4)],
    };
}
