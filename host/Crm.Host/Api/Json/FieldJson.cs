using System.Globalization;
using System.Text.Json;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Json;

/// <summary>One value of a field in JSON: days and moments as ISO 8601, money as text so that no reader rounds it, several choices as an array.</summary>
internal static class FieldJson
{
    public static void Write(Utf8JsonWriter json, FieldKind kind, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case decimal number:
                Number(json, number, asText: kind == FieldKind.Money);
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            case DateOnly day:
                Span<byte> date = stackalloc byte[10];
                day.TryFormat(date, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                json.WriteStringValue(date);
                break;
            case DateTimeOffset moment:
                json.WriteStringValue(moment.UtcDateTime);
                break;
            case TimeOnly time:
                Span<byte> hours = stackalloc byte[8];
                time.TryFormat(hours, out _, "HH:mm:ss", CultureInfo.InvariantCulture);
                json.WriteStringValue(hours);
                break;
            case string[] many:
                json.WriteStartArray();
                foreach (var one in many) json.WriteStringValue(one);
                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"No field holds a {value.GetType()}.", nameof(value));
        }
    }

    // Databases give one amount with different numbers of zeros behind the point; callers always see none.
    private static void Number(Utf8JsonWriter json, decimal number, bool asText)
    {
        Span<byte> digits = stackalloc byte[40];
        number.TryFormat(digits, out var length, "0.####", CultureInfo.InvariantCulture);
        if (asText) json.WriteStringValue(digits[..length]);
        else json.WriteRawValue(digits[..length], skipInputValidation: true);
    }
}
