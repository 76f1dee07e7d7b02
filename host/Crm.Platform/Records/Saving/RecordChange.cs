using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>One record on its way into the storage: what is written, noted in the history, searched by and told to others.</summary>
internal sealed record RecordChange(RecordType Type, Record Record, string Action, IReadOnlyList<FieldDelta> Fields);

/// <summary>A field before and after.</summary>
internal readonly record struct FieldDelta(Field Field, object? Before, object? After)
{
    /// <summary>Worked out by the system from other fields; stored, but no news for the history.</summary>
    public bool IsComputed { get; init; }
}

/// <summary>Persisted names of what can be done to a record.</summary>
internal static class RecordActions
{
    public const string Created = "created";
    public const string Updated = "updated";
    public const string Deleted = "deleted";
    public const string Restored = "restored";
}

/// <summary>The history's form of field changes: <c>{"name":["before","after"]}</c>.</summary>
internal static class ChangesJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true };

    public static string? Write(IReadOnlyList<FieldDelta> deltas)
    {
        if (deltas.All(d => d.IsComputed)) return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var delta in deltas)
            {
                if (delta.IsComputed) continue;
                json.WriteStartArray(delta.Field.Key);
                FieldJson.Write(json, delta.Field.Stored(delta.Before));
                FieldJson.Write(json, delta.Field.Stored(delta.After));
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads it back; fields that are gone keep their key and come as text.</summary>
    public static IEnumerable<(string Key, object? Before, object? After)> Read(string? json, RecordType type)
    {
        if (string.IsNullOrEmpty(json)) yield break;
        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            type.TryGet(property.Name, out var field);
            yield return (property.Name, Value(property.Value[0], field), Value(property.Value[1], field));
        }
    }

    private static object? Value(JsonElement json, Field? field) => json.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => json.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => json.EnumerateArray().Select(e => e.GetString() ?? "").ToArray(),
        _ => field is null ? json.GetString() : field.Opened(ExtensionData.FromText(json.GetString()!, field.Kind)),
    };
}
