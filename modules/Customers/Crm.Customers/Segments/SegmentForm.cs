// The builder's inputs and the tree they stand for: tree.0.kind=all, tree.0.0.kind=field, tree.0.0.field=rank … so that the page works
// as a plain form, without a script.
using System.Globalization;
using System.Text;

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
                return new SegmentNode.FieldIs(Of("field") ?? "rank", Of("op") ?? "eq", Value(Of("value"), Of("when")));
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
                return new SegmentNode.Related(type, reference, op, Number()) { Where = Of("field") is { } field ? new SegmentNode.FieldIs(field, Of("whereOp") ?? "eq", Value(Of("where"), Of("whereWhen"))) : null };
            case "condition":
                return new SegmentNode.Named(Of("key") ?? "", Of("value"));
            case "segment":
                return new SegmentNode.InSegment(Guid.TryParse(Of("segment"), out var segment) ? segment : Guid.Empty);
            default:
                return null;
        }
    }

    /// <summary>A day is a date, or so many days before or after the day it is asked.</summary>
    private static string? Value(string? typed, string? when) => when switch
    {
        "ago" or "ahead" => int.TryParse(typed?.Normalize(NormalizationForm.FormKC), NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? $"today{(when == "ago" ? '-' : '+')}{days}" : null,
        "today" => "today",
        "on" when typed is not null && !DateOnly.TryParse(typed, CultureInfo.InvariantCulture, out _) => null,
        _ => typed,
    };

    /// <summary>Does what a button of the builder says (<c>remove:0.2</c>), and adds what its lists say (<c>add.0.1</c> = <c>field:rank</c>).</summary>
    public static SegmentNode Do(SegmentNode tree, string? what, Func<string, string?> input)
    {
        var changed = Added(tree, "0", input);
        return (what ?? "").Split(':') is ["remove", var at] && Path(at) is { Length: > 0 } path ? At(changed, path, _ => null) ?? SegmentNode.Empty : changed;
    }

    private static SegmentNode Added(SegmentNode node, string at, Func<string, string?> input)
    {
        if (node is not SegmentNode.Group group) return node;
        List<SegmentNode> parts = [.. group.Parts.Select((p, i) => Added(p, $"{at}.{i}", input))];
        if (input("add." + at) is { Length: > 0 } kind && parts.Count < MostParts) parts.Add(New(kind));
        return With(group, parts);
    }

    /// <summary>The tree without conditions that lack their value: what is being built is counted by what is there already.</summary>
    public static SegmentNode Finished(SegmentNode node) => node is SegmentNode.Group group ? With(group, [.. group.Parts.Select(Finished).Where(IsFinished)]) : node;

    public static bool IsFinished(SegmentNode node) => node switch
    {
        SegmentNode.FieldIs field => field.Op is "empty" or "filled" || !string.IsNullOrWhiteSpace(field.Value),
        SegmentNode.Related related => related.Type.Length > 0 && (related.Where is null || IsFinished(related.Where)),
        SegmentNode.Named named => named.Key.Length > 0,
        SegmentNode.InSegment inside => inside.Segment != Guid.Empty,
        SegmentNode.Any { Parts.Count: 0 } => false,
        _ => true,
    };

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

    private static SegmentNode New(string kind) => kind.Split(':', 2) switch
    {
        ["all"] => new SegmentNode.All([]), ["any"] => new SegmentNode.Any([]), ["none"] => new SegmentNode.None([]),
        ["purchases", var measure] => new SegmentNode.Purchases(measure, "gte", 1), ["rfm", var letter] => new SegmentNode.Rfm(letter, "gte", 4),
        ["related", var type] => type.Split('|') is [var of, var reference] ? new SegmentNode.Related(of, reference, "gte", 1) : new SegmentNode.Related("", "", "gte", 1),
        ["condition", var key] => new SegmentNode.Named(key, null), ["segment", var id] => new SegmentNode.InSegment(Guid.TryParse(id, out var segment) ? segment : Guid.Empty),
        ["field", var field] => new SegmentNode.FieldIs(field, "eq", null),
        _ => new SegmentNode.FieldIs("rank", "filled", null),
    };
}
