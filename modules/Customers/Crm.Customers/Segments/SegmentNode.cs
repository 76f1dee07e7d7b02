// What a segment asks: a tree of conditions, kept as JSON. The builder, the API and campaigns all speak of this tree.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crm.Customers.Segments;

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Any), "any")]
[JsonDerivedType(typeof(None), "none")]
[JsonDerivedType(typeof(FieldIs), "field")]
[JsonDerivedType(typeof(Purchases), "purchases")]
[JsonDerivedType(typeof(Rfm), "rfm")]
[JsonDerivedType(typeof(Related), "related")]
[JsonDerivedType(typeof(Named), "condition")]
[JsonDerivedType(typeof(InSegment), "segment")]
internal abstract record SegmentNode
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 40, AllowOutOfOrderMetadataProperties = true };

    private SegmentNode()
    {
    }

    /// <summary>A node with others under it.</summary>
    public abstract record Group(IReadOnlyList<SegmentNode> Parts) : SegmentNode;

    /// <summary>All of them hold.</summary>
    public sealed record All(IReadOnlyList<SegmentNode> Parts) : Group(Parts);

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(IReadOnlyList<SegmentNode> Parts) : Group(Parts);

    /// <summary>None of them holds.</summary>
    public sealed record None(IReadOnlyList<SegmentNode> Parts) : Group(Parts);

    /// <summary>A field of the customer: core, of a plugin or of the tenant's own.</summary>
    /// <param name="Field">Its key.</param>
    /// <param name="Op"><see cref="SegmentOps"/>.</param>
    /// <param name="Value">Text as typed; several answers with commas; dates may be relative: <c>today+60</c>.</param>
    public sealed record FieldIs(string Field, string Op, string? Value) : SegmentNode;

    /// <summary>What they bought: lines counted, days counted or amounts added up.</summary>
    /// <param name="Measure"><c>lines</c>, <c>days</c> or <c>amount</c>.</param>
    /// <param name="Op">How it is compared.</param>
    /// <param name="Value">With what.</param>
    public sealed record Purchases(string Measure, string Op, decimal Value) : SegmentNode
    {
        /// <summary>Only of the last so many days; all when null.</summary>
        public int? WithinDays { get; init; }

        public Guid? Product { get; init; }

        public string? Channel { get; init; }
    }

    /// <summary>Points of recency (R), frequency (F) or monetary value (M), 1 to 5; nobody who never bought has any.</summary>
    public sealed record Rfm(string Letter, string Op, int Value) : SegmentNode;

    /// <summary>Records of any type that point to the customer: deals, inquiries, stays, permits.</summary>
    /// <param name="Type">Key of the record type.</param>
    /// <param name="Reference">Its field that points to the customer.</param>
    /// <param name="Op">How their number is compared.</param>
    /// <param name="Value">With what.</param>
    public sealed record Related(string Type, string Reference, string Op, decimal Value) : SegmentNode
    {
        /// <summary>Only those for which this holds.</summary>
        public FieldIs? Where { get; init; }
    }

    /// <summary>A condition of a module or plugin.</summary>
    public sealed record Named(string Key, string? Value) : SegmentNode;

    /// <summary>Whoever is in another segment.</summary>
    public sealed record InSegment(Guid Segment) : SegmentNode;

    public static SegmentNode Empty { get; } = new All([]);

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a tree; null when it is none.</summary>
    public static SegmentNode? Read(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return Empty;
        try
        {
            return JsonSerializer.Deserialize<SegmentNode>(json, Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>How conditions compare; persisted.</summary>
internal static class SegmentOps
{
    public static readonly IReadOnlyList<Sdk.Records.Choice> All =
    [
        Sdk.Records.Choice.Of("eq", "＝ 等しい", "= is"), Sdk.Records.Choice.Of("ne", "≠ 等しくない", "≠ is not"), Sdk.Records.Choice.Of("gte", "≧ 以上", "≥ at least"), Sdk.Records.Choice.Of("lte", "≦ 以下", "≤ at most"),
        Sdk.Records.Choice.Of("gt", "＞ より大きい", "> more than"), Sdk.Records.Choice.Of("lt", "＜ より小さい", "< less than"), Sdk.Records.Choice.Of("in", "いずれか", "one of"),
        Sdk.Records.Choice.Of("contains", "含む", "contains"), Sdk.Records.Choice.Of("starts", "で始まる", "begins with"), Sdk.Records.Choice.Of("empty", "空である", "is empty"), Sdk.Records.Choice.Of("filled", "空でない", "is filled"),
    ];

    /// <summary>The first six compare numbers.</summary>
    public static IReadOnlyList<Sdk.Records.Choice> OfNumbers => [.. All.Take(6)];

    private static readonly IReadOnlyList<Sdk.Records.Choice> OfDays =
    [
        Sdk.Records.Choice.Of("gte", "以後", "on or after"), Sdk.Records.Choice.Of("lte", "以前", "on or before"), Sdk.Records.Choice.Of("eq", "その日", "on"), Sdk.Records.Choice.Of("gt", "より後", "after"), Sdk.Records.Choice.Of("lt", "より前", "before"),
        .. All.Where(o => o.Key is "empty" or "filled"),
    ];

    /// <summary>How a field can be compared; the first is meant when nothing else is said.</summary>
    public static IReadOnlyList<Sdk.Records.Choice> Of(Sdk.Records.Field field) => field.Kind switch
    {
        Sdk.Records.FieldKind.Date => OfDays,
        Sdk.Records.FieldKind.DateTime => [.. OfDays.Where(o => o.Key is not "eq")],
        Sdk.Records.FieldKind.Number or Sdk.Records.FieldKind.Money => [.. All.Where(o => o.Key is "gte" or "lte" or "eq" or "ne" or "gt" or "lt" or "empty" or "filled")],
        Sdk.Records.FieldKind.Choice => [.. All.Where(o => o.Key is "eq" or "ne" or "in" or "empty" or "filled")],
        Sdk.Records.FieldKind.MultiChoice => [.. All.Where(o => o.Key is "contains" or "empty" or "filled")],
        Sdk.Records.FieldKind.YesNo or Sdk.Records.FieldKind.Reference or Sdk.Records.FieldKind.User => [.. All.Where(o => o.Key is "eq" or "ne" or "empty" or "filled")],
        Sdk.Records.FieldKind.File => [.. All.Where(o => o.Key is "empty" or "filled")],
        _ => [.. All.Where(o => o.Key is "contains" or "starts" or "eq" or "ne" or "in" or "empty" or "filled")],
    };

    public static Sdk.Records.FilterOp? Of(string op) => op switch
    {
        "eq" => Sdk.Records.FilterOp.Eq, "ne" => Sdk.Records.FilterOp.Ne, "gte" => Sdk.Records.FilterOp.Gte, "lte" => Sdk.Records.FilterOp.Lte, "gt" => Sdk.Records.FilterOp.Gt, "lt" => Sdk.Records.FilterOp.Lt,
        "in" => Sdk.Records.FilterOp.In, "contains" => Sdk.Records.FilterOp.Contains, "starts" => Sdk.Records.FilterOp.Starts, "empty" or "filled" => Sdk.Records.FilterOp.Empty,
        _ => null,
    };
}
