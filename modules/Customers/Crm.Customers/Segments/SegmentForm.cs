// The builder's inputs and the tree they stand for: tree.0.kind=all, tree.0.0.kind=field, tree.0.0.field=rank … so that the page works
// as a plain form, without a script.
using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Sdk;

namespace Crm.Customers.Segments;

internal static class SegmentForm
{
    private const int MostParts = 40;
    private const int Deepest = 8;

    /// <summary>Reads the tree out of inputs.</summary>
    /// <param name="input">The text of an input by its name without <c>tree.</c>; null when there is none.</param>
    public static SegmentNode Read(Func<string, string?> input) => Node("0", 0, input) ?? SegmentNode.Empty;

    private static SegmentNode? Node(string at, int depth, Func<string, string?> input)
    {
        string? Of(string name) => input($"{at}.{name}") is { Length: > 0 } text ? text.Trim() : null;
        var kind = Of("kind");
        if (kind is null || depth > Deepest) return null;
        decimal Number() => decimal.TryParse(Of("value"), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var op = Of("op") ?? "gte";
        switch (kind)
        {
            case "all" or "any" or "none":
                var parts = new List<SegmentNode>();
                for (var i = 0; i < MostParts; i++)
                {
                    if (input($"{at}.{i}.kind") is null) break;
                    if (Node($"{at}.{i}", depth + 1, input) is { } part) parts.Add(part);
                }

                return kind switch { "all" => new SegmentNode.All(parts), "any" => new SegmentNode.Any(parts), _ => new SegmentNode.None(parts) };
            case "field":
                return new SegmentNode.FieldIs(Of("field") ?? "rank", Of("op") ?? "eq", Of("value"));
            case "purchases":
                return new SegmentNode.Purchases(Of("measure") ?? "days", op, Number())
                {
                    WithinDays = int.TryParse(Of("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days : null,
                    Product = Guid.TryParse(Of("product"), out var product) ? product : null, Channel = Of("channel"),
                };
            case "rfm":
                return new SegmentNode.Rfm(Of("letter") ?? "R", op, (int)Math.Clamp(Number(), 1, 5));
            case "related":
                var (type, reference) = (Of("type") ?? "|").Split('|') is [var t, var r] ? (t, r) : ("", "");
                return new SegmentNode.Related(type, reference, op, Number()) { Where = Of("field") is { } field ? new SegmentNode.FieldIs(field, Of("whereOp") ?? "eq", Of("where")) : null };
            case "condition":
                return new SegmentNode.Named(Of("key") ?? "", Of("value"));
            case "segment":
                return new SegmentNode.InSegment(Guid.TryParse(Of("segment"), out var segment) ? segment : Guid.Empty);
            default:
                return null;
        }
    }

    /// <summary>Does what a button of the builder says: <c>add:0.1:field</c>, <c>remove:0.2</c>.</summary>
    public static SegmentNode Do(SegmentNode tree, string? what)
    {
        var said = (what ?? "").Split(':');
        return said switch
        {
            ["add", var at, var kind] => At(tree, Path(at), node => node is SegmentNode.Group group ? With(group, [.. group.Parts, New(kind)]) : node) ?? tree,
            ["remove", var at] when Path(at) is { Length: > 0 } path => At(tree, path, _ => null) ?? SegmentNode.Empty,
            _ => tree,
        };
    }

    private static int[] Path(string at) => [.. at.Split('.').Skip(1).Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : -1)];

    private static SegmentNode? At(SegmentNode node, ReadOnlySpan<int> path, Func<SegmentNode, SegmentNode?> change)
    {
        if (path.IsEmpty) return change(node);
        if (node is not SegmentNode.Group group || path[0] < 0 || path[0] >= group.Parts.Count) return node;
        var changed = At(group.Parts[path[0]], path[1..], change);
        var parts = group.Parts.ToList();
        if (changed is null) parts.RemoveAt(path[0]);
        else parts[path[0]] = changed;
        return With(group, parts);
    }

    private static SegmentNode With(SegmentNode.Group group, IReadOnlyList<SegmentNode> parts) => group switch
    {
        SegmentNode.All => new SegmentNode.All(parts), SegmentNode.Any => new SegmentNode.Any(parts), _ => new SegmentNode.None(parts),
    };

    private static SegmentNode New(string kind) => kind switch
    {
        "all" => new SegmentNode.All([]), "any" => new SegmentNode.Any([]), "none" => new SegmentNode.None([]),
        "purchases" => new SegmentNode.Purchases("days", "gte", 1), "rfm" => new SegmentNode.Rfm("R", "gte", 4), "condition" => new SegmentNode.Named("", null),
        "related" => new SegmentNode.Related("", "", "gte", 1), "segment" => new SegmentNode.InSegment(Guid.Empty),
        _ => new SegmentNode.FieldIs("rank", "filled", null),
    };
}

/// <summary>A condition in words.</summary>
internal static class SegmentWords
{
    public static Label Of(SegmentNode node) => node switch
    {
        SegmentNode.All => ("すべてを満たす", "All of these hold"),
        SegmentNode.Any => ("いずれかを満たす", "Any of these holds"),
        SegmentNode.None => ("どれも満たさない", "None of these holds"),
        SegmentNode.FieldIs f => Label.Same($"{f.Field} {f.Op} {f.Value}"),
        SegmentNode.Purchases p => ($"購入（{p.Measure}）{Op(p.Op).Ja} {p.Value:0.##}{(p.WithinDays is { } d ? $"・直近{d}日" : "")}", $"Purchases ({p.Measure}) {Op(p.Op).En} {p.Value:0.##}{(p.WithinDays is { } e ? $" in the last {e} days" : "")}"),
        SegmentNode.Rfm r => ($"{r.Letter} が {Op(r.Op).Ja} {r.Value}", $"{r.Letter} {Op(r.Op).En} {r.Value}"),
        SegmentNode.Related r => Label.Same($"{r.Type} {r.Op} {r.Value:0.##} {r.Where?.Field} {r.Where?.Op} {r.Where?.Value}"),
        SegmentNode.Named n => Label.Same($"{n.Key} {n.Value}"),
        _ => ("別のセグメントに含まれる", "In another segment"),
    };

    private static Label Op(string op) => SegmentOps.All.FirstOrDefault(o => o.Key == op)?.Label ?? Label.Same(op);
}
