// Reads what a list is asked for from the query: filter[rank]=VIP&sort=-updatedAt&limit=50&after=…&fields=name,rank&count=true
using System.Globalization;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.Extensions.Primitives;

namespace Crm.Host.Api.Filters;

internal static class ListQuery
{
    private static readonly string[] Known = ["filter", "q", "sort", "limit", "after", "fields", "count", "deleted"];

    /// <summary>What is asked for; or what cannot be understood.</summary>
    public static (ListRecords List, List<Problem> Problems) Read(string type, IQueryCollection query)
    {
        var problems = new List<Problem>();
        foreach (var (name, _) in query)
        {
            if (!Known.Contains(name) && !FilterQuery.IsTerm(name)) problems.Add(Unknown(name));
        }

        var list = new ListRecords(type)
        {
            Filter = FilterQuery.Read(query, problems),
            Sort = [.. Words(query["sort"]).Select(Sort.Parse)],
            Limit = Limit(query["limit"], problems),
            After = query["after"].ToString() is { Length: > 0 } after ? after : null,
            Fields = query.TryGetValue("fields", out var fields) ? [.. Words(fields)] : null,
            Count = Flag(query, "count", problems),
            Deleted = Flag(query, "deleted", problems),
        };
        return (list, problems);
    }

    private static IEnumerable<string> Words(StringValues values) =>
        values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal);

    private static int Limit(StringValues value, List<Problem> problems)
    {
        if (value.Count == 0) return 50;
        if (value.Count == 1 && int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)) return limit;
        problems.Add(new Problem("bad-limit", ("limit は 0 から 500 の整数で指定してください。", "The limit must be a whole number from 0 to 500."), Field: "limit"));
        return 50;
    }

    private static bool Flag(IQueryCollection query, string name, List<Problem> problems)
    {
        switch (query[name].ToString())
        {
            case "" or "false" or "0":
                return false;
            case "true" or "1":
                return true;
            default:
                problems.Add(new Problem("bad-flag", ($"{name} は true か false で指定してください。", $"{name} must be true or false."), Field: name));
                return false;
        }
    }

    private static Problem Unknown(string name) => new(
        "unknown-parameter", ($"「{name}」というパラメータはありません。", $"There is no parameter “{name}”."),
        ("使えるもの: filter[項目][演算子], " + string.Join(", ", Known), "There are: filter[field][op], " + string.Join(", ", Known) + "."), name);
}
