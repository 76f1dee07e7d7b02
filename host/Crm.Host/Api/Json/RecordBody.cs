// Reads a record from JSON into values by field key: the shape that is answered, or with dotted keys ("waste.zone").
using System.Buffers;
using System.Text;
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Json;

/// <summary>What a record in a body says.</summary>
internal sealed class RecordBody
{
    /// <summary>Ends the member that stands beside an amount and says its currency.</summary>
    public const string Currency = "Currency";

    // Answered with each record and therefore accepted back, but never input: who writes "version" into a body wants If-Match.
    private static readonly string[] Answers = ["id", "version", "createdAt", "updatedAt", "deletedAt"];

    private readonly RecordType type;
    private readonly string currency;
    private readonly bool keepId;

    private RecordBody(RecordType type, string currency, bool keepId) => (this.type, this.currency, this.keepId) = (type, currency, keepId);

    public Dictionary<string, object?> Values { get; } = new(StringComparer.Ordinal);

    public List<Problem> Problems { get; } = [];

    /// <summary>The id the body carries, or null.</summary>
    public string? Id { get; private set; }

    /// <summary>Reads an object; the reader stands on its first token.</summary>
    /// <param name="reader">Left on the last token of the object.</param>
    /// <param name="type">The type the record is of.</param>
    /// <param name="currency">The tenant's; an amount in another is refused.</param>
    /// <param name="keepId">Whether the id is a value too: rows of a batch name the record they change by it.</param>
    public static RecordBody Read(ref Utf8JsonReader reader, RecordType type, string currency, bool keepId = false)
    {
        var body = new RecordBody(type, currency, keepId);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            body.Members(ref reader, prefix: "", nested: false);
        }
        else
        {
            body.Problems.Add(new Problem("not-an-object", ("レコードは { } の形で送ってください。", "A record must be a JSON object.")));
            reader.Skip();
        }

        return body;
    }

    private void Members(ref Utf8JsonReader reader, string prefix, bool nested)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (prefix.Length == 0 && !nested && !type.TryGet(name, out _))
            {
                if (name == "fields")
                {
                    if (reader.TokenType == JsonTokenType.StartObject) Members(ref reader, "", nested: true);
                    else if (reader.TokenType != JsonTokenType.Null) Wrong(ref reader, name, "{ }");
                    continue;
                }
            }

            if (prefix.Length == 0 && !nested && Answers.Contains(name))
            {
                Answer(ref reader, name);
                continue;
            }

            Member(ref reader, prefix + name, nested);
        }
    }

    private void Answer(ref Utf8JsonReader reader, string name)
    {
        var value = Scalar(ref reader);
        if (name != "id") return;
        Id = value?.ToString();
        if (keepId) Keep("id", value);
    }

    private void Member(ref Utf8JsonReader reader, string key, bool nested)
    {
        if (!type.TryGet(key, out var field))
        {
            if (nested && reader.TokenType == JsonTokenType.StartObject) Members(ref reader, key + ".", nested: true);
            else if (IsCurrency(key)) CheckCurrency(ref reader, key);
            else Keep(key, Scalar(ref reader)); // Refused by the record engine, which knows what there is.
            return;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray when field.Kind == FieldKind.MultiChoice:
                Keep(key, Many(ref reader, key));
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
            case JsonTokenType.True or JsonTokenType.False when field.ValueType == typeof(string) && field.Kind != FieldKind.Choice:
                Wrong(ref reader, key, Expected(field));
                break;
            default:
                Keep(key, Scalar(ref reader));
                break;
        }
    }

    private void Keep(string key, object? value)
    {
        if (Values.TryAdd(key, value)) return;
        Problems.Add(new Problem("given-twice", ($"「{key}」が二度指定されています。", $"“{key}” is given twice."), ("一つにしてください。", "Give it once."), key));
    }

    private string[] Many(ref Utf8JsonReader reader, string key)
    {
        var items = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number) items.Add(Scalar(ref reader)!.ToString()!);
            else Wrong(ref reader, key, "[\"…\", \"…\"]");
        }

        return [.. items];
    }

    /// <summary>The value as the record engine takes it; of arrays and objects nothing but that they were there.</summary>
    private static object? Scalar(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return reader.TryGetDecimal(out var number) ? number : Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                return "";
        }
    }

    private bool IsCurrency(string key) =>
        key.EndsWith(Currency, StringComparison.Ordinal) && type.TryGet(key[..^Currency.Length], out var amount) && amount.Kind == FieldKind.Money;

    private void CheckCurrency(ref Utf8JsonReader reader, string key)
    {
        var given = Scalar(ref reader);
        if (given is null || string.Equals(given.ToString(), currency, StringComparison.OrdinalIgnoreCase)) return;
        Problems.Add(new Problem(
            "other-currency", ($"通貨は {currency} だけ使えます。", $"The currency can only be {currency}."), ($"{currency} に換算してください。", $"Convert to {currency}."), key));
    }

    private void Wrong(ref Utf8JsonReader reader, string key, string expected)
    {
        reader.Skip();
        Problems.Add(new Problem(
            "wrong-json-type", ($"「{key}」の値の形が違います。", $"The value of “{key}” is of the wrong kind."), ($"{expected} の形で送ってください。", $"Send {expected}."), key));
    }

    private static string Expected(Field field) => field.Kind switch
    {
        FieldKind.Number => "123.45",
        FieldKind.Money => "\"1234.5\"",
        FieldKind.YesNo => "true / false",
        _ => "\"…\"",
    };
}
