using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Crm.Sdk.Records;

/// <summary>
/// The values of plugin and tenant fields of one record, kept as one JSON object:
/// <c>{"waste":{"zone":"A"},"custom":{"grade":3}}</c>.
/// </summary>
/// <remarks>
/// Dates are ISO 8601 text, moments ISO 8601 in UTC with milliseconds (so that text order is time order), numbers and money JSON numbers,
/// several choices an array, ids text.
/// </remarks>
public sealed class ExtensionData
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private string? text;
    private JsonObject? root;

    /// <summary>Empty.</summary>
    public ExtensionData()
    {
    }

    /// <summary>From stored JSON; parsed when first read.</summary>
    public ExtensionData(string? json) => text = json;

    /// <summary>Whether there is no value.</summary>
    public bool IsEmpty => root is null ? string.IsNullOrEmpty(text) || text == "{}" : root.Count == 0;

    /// <summary>The value of a field as its CLR type, or null when empty or of another kind.</summary>
    public object? Get(Field field)
    {
        if (IsEmpty) return null;
        JsonNode? node = Root;
        foreach (var step in field.Path)
        {
            if (node is not JsonObject parent || !parent.TryGetPropertyValue(step, out node)) return null;
        }

        return node is null ? null : field.Opened(FromJson(node, field.Kind));
    }

    /// <summary>Sets the value of a field; null removes it.</summary>
    public void Set(Field field, object? value)
    {
        var parent = Root;
        for (var i = 0; i < field.Path.Count - 1; i++)
        {
            if (parent[field.Path[i]] is JsonObject next)
            {
                parent = next;
            }
            else
            {
                if (value is null) return;
                var made = new JsonObject();
                parent[field.Path[i]] = made;
                parent = made;
            }
        }

        if (value is null) parent.Remove(field.Path[^1]);
        else parent[field.Path[^1]] = ToJson(field.Stored(value)!);
    }

    /// <summary>The stored form.</summary>
    public string ToJson() => root is null ? (string.IsNullOrEmpty(text) ? "{}" : text) : root.ToJsonString(Compact);

    /// <summary>An independent copy.</summary>
    public ExtensionData Copy() => new(ToJson());

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    private JsonObject Root => root ??= string.IsNullOrEmpty(text) ? [] : JsonNode.Parse(text) as JsonObject ?? [];

    internal static JsonNode ToJson(object value) => value switch
    {
        string s => JsonValue.Create(s),
        decimal d => JsonValue.Create(d),
        bool b => JsonValue.Create(b),
        _ when ToText(value) is { } s => JsonValue.Create(s),
        string[] many => new JsonArray([.. many.Select(m => (JsonNode)JsonValue.Create(m))]),
        _ => throw new ArgumentException($"A field cannot hold a {value.GetType()}.", nameof(value)),
    };

    internal static string? ToText(object value) => value switch
    {
        DateOnly d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset t => t.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        TimeOnly t => t.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        Guid g => g.ToString(),
        _ => null,
    };

    internal static object? FromJson(JsonNode node, FieldKind kind)
    {
        if (node is JsonArray array)
        {
            return kind == FieldKind.MultiChoice ? array.Select(item => item?.ToString() ?? "").ToArray() : null;
        }

        if (node is not JsonValue value) return null;
        switch (kind)
        {
            case FieldKind.Number or FieldKind.Money:
                return value.TryGetValue<decimal>(out var number) ? number : null;
            case FieldKind.YesNo:
                return value.TryGetValue<bool>(out var yes) ? yes : null;
            case FieldKind.MultiChoice:
                return null;
        }

        return value.TryGetValue<string>(out var s) ? FromText(s, kind) : null;
    }

    internal static object? FromText(string s, FieldKind kind) => kind switch
    {
        FieldKind.Date => DateOnly.TryParseExact(s, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) ? d : null,
        FieldKind.DateTime => DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var t) ? t : null,
        FieldKind.Time => TimeOnly.TryParse(s, CultureInfo.InvariantCulture, out var t) ? t : null,
        FieldKind.Reference or FieldKind.User or FieldKind.File => Guid.TryParse(s, out var g) ? g : null,
        _ => s,
    };
}
