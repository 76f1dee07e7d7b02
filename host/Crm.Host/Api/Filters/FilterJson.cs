// {"or":[…],"and":[…],"not":{…},"field":"rank","op":"in","value":["A","B"]}: the members of one object hold together.
using System.Text.Json;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Host.Api.Filters;

internal static class FilterJson
{
    private const int Depth = 12;
    private const int MostConditions = 200;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = (Depth * 2) + 2, AllowDuplicateProperties = false };

    public static Filter? Read(string json, List<Problem> problems)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var left = MostConditions;
            return Part(document.RootElement, Depth, ref left, problems);
        }
        catch (JsonException wrong)
        {
            problems.Add(Json.JsonBody.Malformed(wrong) with { Field = "filter" });
        }
        catch (InvalidOperationException)
        {
            problems.Add(Bad("文字が壊れています。", "It has broken characters."));
        }

        return null;
    }

    private static Filter? Part(JsonElement json, int depth, ref int left, List<Problem> problems)
    {
        if (depth == 0 || --left < 0)
        {
            if (left >= -1) problems.Add(Bad($"入れ子は {Depth} 段、条件は {MostConditions} 個までです。", $"At most {Depth} levels and {MostConditions} conditions."));
            return null;
        }

        if (problems.Count > 20) return null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add(Bad("{ } の形で書いてください。", "Write an object."));
            return null;
        }

        var parts = new List<Filter>();
        string? field = null;
        string op = "eq";
        IReadOnlyList<object?>? values = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "and" when Parts(member.Value, depth, ref left, problems) is { } all:
                    parts.Add(new Filter.All(all));
                    break;
                case "or" when Parts(member.Value, depth, ref left, problems) is { } any:
                    parts.Add(new Filter.Any(any));
                    break;
                case "not" when Part(member.Value, depth - 1, ref left, problems) is { } not:
                    parts.Add(new Filter.Not(not));
                    break;
                case "and" or "or" or "not":
                    break;
                case "field" when member.Value.ValueKind == JsonValueKind.String:
                    field = member.Value.GetString();
                    break;
                case "op" when member.Value.ValueKind == JsonValueKind.String:
                    op = member.Value.GetString()!;
                    break;
                case "value":
                    values = Values(member.Value, problems);
                    break;
                default:
                    problems.Add(Bad($"「{member.Name}」は使えません。", $"“{member.Name}” is not understood."));
                    break;
            }
        }

        if (field is not null)
        {
            if (!FilterQuery.TryOp(op, out var comparison)) problems.Add(FilterQuery.NoSuchOp(field, op));
            else if (FilterQuery.Compare(field, comparison, values ?? [null], problems) is { } compare) parts.Add(compare);
        }
        else if (values is not null)
        {
            problems.Add(Bad("value には field が必要です。", "A value needs its field."));
        }

        return parts.Count == 1 ? parts[0] : new Filter.All([.. parts]);
    }

    private static Filter[]? Parts(JsonElement json, int depth, ref int left, List<Problem> problems)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            problems.Add(Bad("and と or は [ ] の形で書いてください。", "“and” and “or” take an array."));
            return null;
        }

        var parts = new List<Filter>();
        foreach (var item in json.EnumerateArray())
        {
            if (Part(item, depth - 1, ref left, problems) is { } part) parts.Add(part);
            if (left < 0) return null;
        }

        return [.. parts];
    }

    private static object?[] Values(JsonElement json, List<Problem> problems)
    {
        if (json.ValueKind != JsonValueKind.Array) return [Value(json, problems)];
        var values = new List<object?>();
        foreach (var item in json.EnumerateArray()) values.Add(Value(item, problems));
        return [.. values];
    }

    private static object? Value(JsonElement json, List<Problem> problems)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetDecimal(out var number) ? number : json.GetRawText();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Null:
                return null;
            default:
                problems.Add(Bad("value は値か値の [ ] で書いてください。", "A value is text, a number, true, false, null or an array of them."));
                return null;
        }
    }

    private static Problem Bad(string ja, string en) => new(
        "bad-filter", ($"filter を読み取れません。{ja}", $"The filter cannot be read. {en}"),
        ("""{"field":"rank","op":"eq","value":"VIP"} のように書いてください。""", """Write it like {"field":"rank","op":"eq","value":"VIP"}."""), "filter");
}
