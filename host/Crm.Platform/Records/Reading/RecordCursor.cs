using System.Buffers.Text;
using System.Text.Json;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>A place in an ordered list: the values of the sort fields of the last row seen, and its id.</summary>
/// <param name="Order">The order it belongs to; a cursor of another order is refused.</param>
/// <param name="Values">Values of the sort fields as stored text; null for empty.</param>
/// <param name="Id">The last row.</param>
internal sealed record RecordCursor(string Order, string?[] Values, Guid Id)
{
    public string Encode() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    public static RecordCursor? Decode(string text)
    {
        try
        {
            // It comes from outside: whatever is missing in it makes it none.
            return JsonSerializer.Deserialize<RecordCursor>(Base64Url.DecodeFromChars(text)) is { Order: not null, Values: not null } cursor ? cursor : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    public static string? ToText(object? value) => value switch
    {
        null => null,
        string s => s,
        decimal d => d.ToString(System.Globalization.CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
        DateTimeOffset t => t.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture),
        string[] many => JsonSerializer.Serialize(many, Storage.Json.Compact),
        _ => ExtensionData.ToText(value),
    };

    public static object? FromText(Field field, string? text)
    {
        if (text is null) return null;
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Money => decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var d) ? d : null,
            FieldKind.YesNo => text == "true",
            FieldKind.DateTime => long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var ticks) && ticks is >= 0 and <= 3155378975999999999
                ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            FieldKind.MultiChoice => text,
            _ => ExtensionData.FromText(text, field.Kind),
        };
    }
}
