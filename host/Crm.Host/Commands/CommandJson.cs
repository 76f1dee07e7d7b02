// Requests and their answers as JSON: members in camel case, enumerations by name, no member that the request does not have.
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Crm.Platform.Modules;
using Crm.Sdk;

namespace Crm.Host.Commands;

internal sealed class CommandJson(ModuleList modules)
{
    // What is known of types is kept as long as the modules stay the same: a plugin's types must not outlive the plugin.
    private readonly ConcurrentDictionary<int, JsonSerializerOptions> byVersion = new();

    public JsonSerializerOptions Options
    {
        get
        {
            foreach (var old in byVersion.Keys.Where(v => v != modules.Version)) byVersion.TryRemove(old, out _);
            return byVersion.GetOrAdd(modules.Version, static _ => Make());
        }
    }

    /// <summary>The request; or what is wrong with the members of the body.</summary>
    public Bound Read(ref Utf8JsonReader reader, Type type)
    {
        // The text of the object is taken out first: a reader must stand at its end even when the request does not fit.
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return new(null, new Problem("not-an-object", ("{ } の形で送ってください。", "Send a JSON object.")));
        }

        try
        {
            return new(document.RootElement.Deserialize(type, Options), null);
        }
        catch (JsonException wrong)
        {
            return new(null, Misfit(wrong, type));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            return new(null, new Problem("bad-value", ("値を読み取れません。", "A value cannot be read."), ("/openapi/v1.json で形を確認してください。", "See /openapi/v1.json for the shape.")));
        }
    }

    public void Write(Utf8JsonWriter json, object value) => JsonSerializer.Serialize(json, value, value.GetType(), Options);

    private static Problem Misfit(JsonException wrong, Type type)
    {
        var member = wrong.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : null;
        return new(
            "bad-value",
            (member is null ? "本文を読み取れません。必須の項目が足りないか、知らない項目があります。" : $"「{member}」を読み取れません。", member is null ? "The body does not fit: a member is missing or unknown." : $"“{member}” cannot be read."),
            ($"使える項目: {Members(type)}", $"The members are: {Members(type)}."), member);
    }

    private static string Members(Type type) => string.Join(", ", type.GetProperties().Where(p => p.GetIndexParameters().Length == 0).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            AllowDuplicateProperties = false,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            MaxDepth = 32,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new LabelJson());
        options.Converters.Add(new AnyValueJson());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A bound request, or why it could not be.</summary>
    internal sealed record Bound(object? Value, Problem? Problem);

    /// <summary>Labels are answered in the caller's language and taken in both.</summary>
    private sealed class LabelJson : JsonConverter<Label>
    {
        public override Label Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return Label.Same(reader.GetString()!);
            var both = JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader);
            return both is not null && both.TryGetValue("ja", out var ja) && both.TryGetValue("en", out var en) && both.Count == 2
                ? new Label(ja, en)
                : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, Label value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    /// <summary>Values of fields inside requests come as plain values, so that broken text is found while reading.</summary>
    private sealed class AnyValueJson : JsonConverter<object>
    {
        public override bool HandleNull => false;

        public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => reader.TryGetDecimal(out var number) ? number : throw new JsonException(),
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.StartArray => JsonSerializer.Deserialize<string[]>(ref reader),
            _ => throw new JsonException(),
        };

        public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
        {
            if (value.GetType() == typeof(object)) writer.WriteNullValue();
            else JsonSerializer.Serialize(writer, value, value.GetType(), options);
        }
    }
}
