using System.Globalization;
using System.Text.Json;

namespace Crm.Sdk.Records;

/// <summary>One value of a field in JSON, for programs that ask and as it is kept; <see cref="ExtensionData.FromText"/> reads it back.</summary>
internal static class FieldJson
{
    /// <summary>For the API: moments with all their digits, money as text so that no reader rounds it.</summary>
    public static void Write(Utf8JsonWriter json, FieldKind kind, object? value)
    {
        switch (value)
        {
            case decimal amount when kind == FieldKind.Money:
                Span<byte> digits = stackalloc byte[40];
                json.WriteStringValue(digits[..Digits(amount, digits)]);
                break;
            case DateTimeOffset moment:
                json.WriteStringValue(moment.UtcDateTime);
                break;
            default:
                Write(json, value);
                break;
        }
    }

    /// <summary>As it is kept: days, moments and times in the form of <see cref="ExtensionData.ToText"/>, several choices as an array.</summary>
    public static void Write(Utf8JsonWriter json, object? value)
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
                Span<byte> digits = stackalloc byte[40];
                json.WriteRawValue(digits[..Digits(number, digits)], skipInputValidation: true);
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
                json.WriteStringValue(ExtensionData.ToText(value) ?? throw new ArgumentException($"No field holds a {value.GetType()}.", nameof(value)));
                break;
        }
    }

    // Databases give one amount with different numbers of zeros behind the point; readers always see none.
    private static int Digits(decimal number, Span<byte> digits)
    {
        number.TryFormat(digits, out var length, "0.####", CultureInfo.InvariantCulture);
        return length;
    }
}
