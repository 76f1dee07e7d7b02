using System.Text.Json;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Json;

/// <summary>
/// Where each field stands in a record's JSON: core fields flat, fields with a dotted key under <c>fields</c> by namespace,
/// <c>{"id":…,"version":…,"name":…,"fields":{"waste":{"zone":"A"}}}</c>. Worked out once per answer, walked once per record.
/// </summary>
internal sealed class RecordLayout
{
    private readonly List<Step> steps = [];
    private readonly string currency;

    public RecordLayout(IReadOnlyList<Field> fields, string currency)
    {
        this.currency = currency;
        var root = new Node();
        var nested = new Node();
        for (var i = 0; i < fields.Count; i++)
        {
            var path = fields[i].Key.Split('.');
            var node = path.Length == 1 ? root : nested;
            foreach (var step in path.AsSpan(0, path.Length - 1)) node = node.Child(step);
            node.Fields.Add((path[^1], fields[i], i));
        }

        Plan(root);
        if (nested.Children.Count == 0) return;
        steps.Add(new(StepKind.Open, JsonEncodedText.Encode("fields")));
        Plan(nested);
        steps.Add(new(StepKind.Close, default));
    }

    /// <summary>Writes one record, its values in the order of the fields the layout was made from.</summary>
    public void Write(Utf8JsonWriter json, Guid id, int version, ReadOnlySpan<object?> values)
    {
        json.WriteStartObject();
        WriteMembers(json, id, version, values);
        json.WriteEndObject();
    }

    public void WriteMembers(Utf8JsonWriter json, Guid id, int version, ReadOnlySpan<object?> values)
    {
        json.WriteString("id"u8, id);
        json.WriteNumber("version"u8, version);
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Open:
                    json.WriteStartObject(step.Name);
                    break;
                case StepKind.Close:
                    json.WriteEndObject();
                    break;
                default:
                    json.WritePropertyName(step.Name);
                    FieldJson.Write(json, step.FieldKind, values[step.Index]);
                    if (step.FieldKind == FieldKind.Money) json.WriteString(step.Currency, currency);
                    break;
            }
        }
    }

    private void Plan(Node node)
    {
        foreach (var (name, field, index) in node.Fields)
        {
            steps.Add(new(StepKind.Value, JsonEncodedText.Encode(name))
            {
                FieldKind = field.Kind, Index = index, Currency = field.Kind == FieldKind.Money ? JsonEncodedText.Encode(name + RecordBody.Currency) : default,
            });
        }

        foreach (var (name, child) in node.Children)
        {
            steps.Add(new(StepKind.Open, JsonEncodedText.Encode(name)));
            Plan(child);
            steps.Add(new(StepKind.Close, default));
        }
    }

    private enum StepKind
    {
        Value,
        Open,
        Close,
    }

    private readonly record struct Step(StepKind Kind, JsonEncodedText Name)
    {
        public FieldKind FieldKind { get; init; }

        public int Index { get; init; }

        public JsonEncodedText Currency { get; init; }
    }

    private sealed class Node
    {
        public List<(string Name, Field Field, int Index)> Fields { get; } = [];

        public List<(string Name, Node Node)> Children { get; } = [];

        public Node Child(string name)
        {
            foreach (var (known, node) in Children)
            {
                if (known == name) return node;
            }

            var made = new Node();
            Children.Add((name, made));
            return made;
        }
    }
}
