// filter[rank]=VIP, filter[waste.zone][in]=A,B, filter={"or":[…]} and q=…; several hold together.
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.Extensions.Primitives;

namespace Crm.Host.Api.Filters;

internal static class FilterQuery
{
    private const int MostTerms = 100;
    private const int MostValues = 1_000;

    private static readonly Dictionary<string, FilterOp> Ops = new(StringComparer.Ordinal)
    {
        ["eq"] = FilterOp.Eq, ["ne"] = FilterOp.Ne, ["lt"] = FilterOp.Lt, ["lte"] = FilterOp.Lte, ["gt"] = FilterOp.Gt, ["gte"] = FilterOp.Gte,
        ["in"] = FilterOp.In, ["contains"] = FilterOp.Contains, ["starts"] = FilterOp.Starts, ["empty"] = FilterOp.Empty,
    };

    public static IReadOnlyCollection<string> OpNames => Ops.Keys;

    public static bool IsTerm(string parameter) => parameter.StartsWith("filter[", StringComparison.Ordinal);

    /// <summary>All conditions of a query; null when there is none.</summary>
    public static Filter? Read(IQueryCollection query, List<Problem> problems)
    {
        var parts = new List<Filter>();
        foreach (var (name, values) in query)
        {
            if (!IsTerm(name)) continue;
            if (Term(name) is not var (field, op)) problems.Add(BadTerm(name));
            else if (!Ops.TryGetValue(op, out var comparison)) problems.Add(NoSuchOp(field, op));
            else Compare(field, comparison, values, parts, problems);
        }

        foreach (var json in query["filter"])
        {
            if (!string.IsNullOrWhiteSpace(json) && FilterJson.Read(json, problems) is { } filter) parts.Add(filter);
        }

        if (query["q"].ToString() is { Length: > 0 } text) parts.Add(new Filter.Text(text));
        if (parts.Count > MostTerms) problems.Add(TooMany(MostTerms));
        Filter? all = parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => new Filter.All([.. parts]),
        };
        if (all is not null && Values(all) > MostValues) problems.Add(TooMany(MostValues));
        return all;
    }

    // Every value is a parameter of one SQL command; SQL Server takes 2,100 of them.
    private static int Values(Filter filter) => filter switch
    {
        Filter.All all => all.Parts.Sum(Values),
        Filter.Any any => any.Parts.Sum(Values),
        Filter.Not not => Values(not.Part),
        Filter.Ids ids => ids.Values.Count,
        Filter.Compare compare => compare.Values.Count,
        _ => 1,
    };

    /// <summary>One comparison; the record's id is compared like a field.</summary>
    public static Filter? Compare(string field, FilterOp op, IReadOnlyList<object?> values, List<Problem> problems)
    {
        if (values.Count > MostValues)
        {
            problems.Add(TooMany(MostValues));
            return null;
        }

        if (field != "id") return new Filter.Compare(field, op, values);
        var ids = new List<Guid>();
        foreach (var value in values)
        {
            if (Guid.TryParse(value?.ToString(), out var id)) ids.Add(id);
        }

        if (op is FilterOp.Eq or FilterOp.In) return new Filter.Ids([.. ids]);
        if (op == FilterOp.Ne) return new Filter.Not(new Filter.Ids([.. ids]));
        problems.Add(new Problem("bad-operator", ("id には eq, ne, in だけ使えます。", "An id can be compared by eq, ne and in only."), Field: "id"));
        return null;
    }

    public static bool TryOp(string name, out FilterOp op) => Ops.TryGetValue(name, out op);

    public static Problem NoSuchOp(string field, string op) => new(
        "bad-operator", ($"「{op}」という演算子はありません。", $"There is no operator “{op}”."),
        ("使えるもの: " + string.Join(", ", Ops.Keys), "There are: " + string.Join(", ", Ops.Keys) + "."), field);

    public static Problem TooMany(int most) => new(
        "filter-too-large", ($"条件や値は {most:N0} 個までです。", $"At most {most:N0} conditions or values."), ("分けて問い合わせてください。", "Ask in parts."));

    private static void Compare(string field, FilterOp op, StringValues values, List<Filter> parts, List<Problem> problems)
    {
        if (op == FilterOp.In)
        {
            IReadOnlyList<object?> all = [.. values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
            if (Compare(field, op, all, problems) is { } any) parts.Add(any);
            return;
        }

        foreach (var value in values)
        {
            if (Compare(field, op, [value], problems) is { } one) parts.Add(one);
        }
    }

    // filter[waste.zone][in] → (waste.zone, in)
    private static (string Field, string Op)? Term(string name)
    {
        var rest = name["filter".Length..];
        var end = rest.IndexOf(']', StringComparison.Ordinal);
        if (end < 2) return null;
        var field = rest[1..end];
        rest = rest[(end + 1)..];
        if (rest.Length == 0) return (field, "eq");
        return rest.Length > 2 && rest[0] == '[' && rest[^1] == ']' ? (field, rest[1..^1]) : null;
    }

    private static Problem BadTerm(string name) => new(
        "bad-filter", ($"「{name}」を条件として読み取れません。", $"“{name}” is not a condition."), ("filter[項目]=値 または filter[項目][演算子]=値 と書いてください。", "Write filter[field]=value or filter[field][op]=value."), name);
}
