// GET /record-types: what kinds of records there are for the caller, with their fields.
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Host.Api.Records;

internal static class RecordTypesApi
{
    public static async Task List(ApiCall call)
    {
        if (call.UnknownParameter() is { } unknown)
        {
            await call.Misunderstood(unknown);
            return;
        }

        var types = await call.Send(new GetRecordTypes());
        await call.Json(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items"u8);
            foreach (var type in types.Value) Write(json, type, call.Current.Actor);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static async Task Get(ApiCall call)
    {
        var types = await call.Send(new GetRecordTypes());
        if (types.Value.FirstOrDefault(t => t.Key == call.Route("type")) is not { } type)
        {
            await call.NoSuchType();
            return;
        }

        await call.Json(StatusCodes.Status200OK, json => Write(json, type, call.Current.Actor));
    }

    private static void Write(Utf8JsonWriter json, RecordType type, IUser user)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, type.Key);
        Name(json, type.Label);
        json.WriteString("plural"u8, type.Plural.ToString());
        json.WriteString("owner"u8, type.Owner);
        json.WriteString("icon"u8, type.Icon);
        json.WriteString("defaultSort"u8, type.DefaultSort);
        Strings(json, "titleFields", type.TitleFields);
        json.WriteStartObject("rights"u8);
        foreach (var action in Enum.GetValues<RecordAction>())
        {
            json.WriteString(JsonNamingPolicy.CamelCase.ConvertName(action.ToString()), JsonNamingPolicy.CamelCase.ConvertName(user.Reach(type.Key, action).ToString()));
        }

        json.WriteEndObject();
        json.WriteStartArray("sections"u8);
        foreach (var section in type.Sections)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, section.Key);
            Name(json, section.Label);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("fields"u8);
        foreach (var field in type.Fields) Write(json, field);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Field field)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, field.Key);
        json.WriteString("type"u8, JsonNamingPolicy.CamelCase.ConvertName(field.Kind.ToString()));
        Name(json, field.Label);
        if (field.Hint is { } hint) json.WriteString("hint"u8, hint.ToString());
        json.WriteString("section"u8, field.Section);
        json.WriteString("owner"u8, field.Owner);
        json.WriteBoolean("required"u8, field.Required);
        json.WriteBoolean("unique"u8, field.Unique);
        json.WriteBoolean("indexed"u8, field.Indexed);
        json.WriteBoolean("searchable"u8, field.Searchable);
        json.WriteBoolean("readOnly"u8, field.ReadOnly);
        json.WriteBoolean("matchKey"u8, field.MatchKey);
        if (field.MaxLength is { } longest) json.WriteNumber("maxLength"u8, longest);
        if (field.Pattern is { } pattern) json.WriteString("pattern"u8, pattern.Text);
        if (field.Min is { } min) json.WriteNumber("min"u8, min);
        if (field.Max is { } max) json.WriteNumber("max"u8, max);
        if (field.Kind is FieldKind.Number or FieldKind.Money) json.WriteNumber("decimals"u8, field.Decimals);
        if (field.References is { } target) json.WriteString("references"u8, target);
        if (field.Personal != PersonalData.None) json.WriteString("personal"u8, JsonNamingPolicy.CamelCase.ConvertName(field.Personal.ToString()));
        json.WriteStartArray("choices"u8);
        foreach (var choice in field.Choices)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, choice.Key);
            Name(json, choice.Label);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Name(Utf8JsonWriter json, Label label)
    {
        json.WriteString("label"u8, label.ToString());
        json.WriteStartObject("labels"u8);
        json.WriteString("ja"u8, label.Ja);
        json.WriteString("en"u8, label.En);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
