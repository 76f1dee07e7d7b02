using System.Data.Common;
using System.Globalization;
using System.Text;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;

namespace Crm.Platform.Records;

/// <summary>Writes the WHERE of a query over one record type: tenant, bin, rights and the caller's filter.</summary>
internal sealed class RecordSql(Dialect dialect, RecordType type, TenantInfo tenant, Actor actor, DbCommand command)
{
    private readonly FieldInput input = new(tenant);
    private readonly List<Problem> problems = [];

    /// <summary>What is wrong with the filter.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Whether some condition narrows the rows by an index.</summary>
    public bool UsesIndex { get; private set; }

    /// <summary>Whether some condition must look at every row.</summary>
    public bool Scans { get; private set; }

    public string Bind(object? value) => dialect.Bind(command, value);

    public string Where(RecordAction action, Filter? filter, bool deleted)
    {
        var sql = new StringBuilder("t.tenant_id = ").Append(Bind(dialect.ToColumn(tenant.Id)));
        if (type.IsCustom) sql.Append(" AND t.type_key = ").Append(Bind(type.Key));
        sql.Append(deleted ? " AND t.deleted_at IS NOT NULL" : " AND t.deleted_at IS NULL");
        sql.Append(Rights(action));
        if (filter is not null) sql.Append(" AND ").Append(Condition(filter, depth: 0));
        return sql.ToString();
    }

    /// <summary>The condition that leaves only what the caller may act on.</summary>
    public string Rights(RecordAction action)
    {
        switch (actor.Reach(type.Key, action))
        {
            case Reach.All:
                return "";
            case Reach.Team:
                Guid[] members = [actor.Id ?? Guid.Empty, .. actor.Rights.TeamMembers];
                return $" AND t.owner_id IN ({string.Join(", ", members.Distinct().Select(m => Bind(dialect.ToColumn(m))))})";
            case Reach.Own:
                return $" AND t.owner_id = {Bind(dialect.ToColumn(actor.Id ?? Guid.Empty))}";
            default:
                return " AND 1 = 0";
        }
    }

    private string Condition(Filter filter, int depth)
    {
        if (depth > 20)
        {
            problems.Add(new Problem("filter-too-deep", ("条件の入れ子が深すぎます。", "The filter is nested too deeply."), ("20 段までにしてください。", "Use at most 20 levels.")));
            return "1 = 0";
        }

        switch (filter)
        {
            case Filter.All all:
                return all.Parts.Count == 0 ? "1 = 1" : $"({string.Join(" AND ", all.Parts.Select(p => Condition(p, depth + 1)))})";
            case Filter.Any any:
                var indexed = UsesIndex;
                var sql = any.Parts.Count == 0 ? "1 = 0" : $"({string.Join(" OR ", any.Parts.Select(p => Condition(p, depth + 1)))})";
                UsesIndex = indexed;
                return sql;
            case Filter.Not not:
                // A comparison with an empty field is neither true nor false in SQL; "not" means every record for which it is not true.
                return $"(CASE WHEN {Condition(not.Part, depth + 1)} THEN 1 ELSE 0 END) = 0";
            case Filter.Ids ids:
                UsesIndex = true;
                return ids.Values.Count == 0 ? "1 = 0" : $"t.id IN ({string.Join(", ", ids.Values.Select(id => Bind(dialect.ToColumn(id))))})";
            case Filter.Text text:
                UsesIndex = true;
                return SearchIndex.Condition(dialect, command, type, tenant, text.Query);
            case Filter.Compare compare:
                return Compare(compare);
            default:
                throw new InvalidOperationException($"No SQL for {filter.GetType()}.");
        }
    }

    private string Compare(Filter.Compare compare)
    {
        if (!type.TryGet(compare.Field, out var field) || actor.Rights.Hides(type.Key, compare.Field))
        {
            problems.Add(Unknown(type, compare.Field));
            return "1 = 0";
        }

        var expression = dialect.Expression(field);
        var narrows = field.Indexed && compare.Op is FilterOp.Eq or FilterOp.In or FilterOp.Lt or FilterOp.Lte or FilterOp.Gt or FilterOp.Gte or FilterOp.Starts;
        if (narrows) UsesIndex = true;
        else Scans = true;
        if (compare.Op == FilterOp.Empty)
        {
            var empty = compare.Values.Count == 0 || compare.Values[0] is null or true or "true" or "1" or "";
            return $"{expression} IS {(empty ? "" : "NOT ")}NULL";
        }

        if (compare.Op is FilterOp.Contains or FilterOp.Starts) return Piece(field, expression, compare);
        var values = new List<object>();
        foreach (var raw in compare.Values)
        {
            var (value, problem) = input.Read(field, raw);
            if (problem is not null) problems.Add(problem with { Field = field.Key });
            else if (value is not null) values.Add(dialect.ToDb(field, value));
        }

        if (compare.Op == FilterOp.In)
        {
            return values.Count == 0 ? "1 = 0" : $"{expression} IN ({string.Join(", ", values.Select(v => Bind(v)))})";
        }

        if (values.Count == 0)
        {
            return compare.Op switch
            {
                FilterOp.Eq => $"{expression} IS NULL",
                FilterOp.Ne => $"{expression} IS NOT NULL",
                _ => "1 = 0",
            };
        }

        var bound = Bind(values[0]);
        return compare.Op switch
        {
            FilterOp.Eq => $"{expression} = {bound}",
            FilterOp.Ne => $"({expression} <> {bound} OR {expression} IS NULL)",
            FilterOp.Lt => $"{expression} < {bound}",
            FilterOp.Lte => $"{expression} <= {bound}",
            FilterOp.Gt => $"{expression} > {bound}",
            FilterOp.Gte => $"{expression} >= {bound}",
            _ => throw new InvalidOperationException($"No SQL for {compare.Op}."),
        };
    }

    private string Piece(Field field, string expression, Filter.Compare compare)
    {
        var text = Convert.ToString(compare.Values.FirstOrDefault(), CultureInfo.InvariantCulture)?.Trim() ?? "";
        if (text.Length == 0) return "1 = 1";
        switch (field.Kind)
        {
            case FieldKind.MultiChoice:
                var (value, problem) = input.Read(field, text);
                if (problem is not null) problems.Add(problem);
                return value is string[] { Length: > 0 } keys
                    ? $"({string.Join(" AND ", keys.Select(k => dialect.Contains(expression, Bind($"\"{k}\""))))})"
                    : "1 = 0";
            case FieldKind.Number or FieldKind.Money or FieldKind.Date or FieldKind.DateTime or FieldKind.Time or FieldKind.YesNo
                or FieldKind.Reference or FieldKind.User or FieldKind.File:
                problems.Add(new Problem(
                    "bad-operator", ($"「{field.Label.Ja}」は文字の一部では絞り込めません。", $"“{field.Label.En}” cannot be filtered by a piece of text."),
                    ("「等しい」や「以上・以下」を使ってください。", "Use equal, or less and greater."), field.Key));
                return "1 = 0";
            case FieldKind.Kana:
                text = Sdk.Japan.TextNormaliser.ToKana(text);
                break;
        }

        if (compare.Op == FilterOp.Contains) return dialect.Contains(expression, Bind(text));

        // Byte order on all databases: the texts that begin with x are those from x up to x with its last unit raised.
        return $"({expression} >= {Bind(text)} AND {expression} < {Bind(text + "\U0010FFFF")})";
    }

    internal static Problem Unknown(RecordType type, string field) => new(
        "unknown-field", ($"「{type.Label.Ja}」に項目「{field}」はありません。", $"{type.Label.En} has no field “{field}”."),
        ("GET /api/v1/record-types で項目の一覧を確認できます。", "GET /api/v1/record-types lists the fields."), field);
}
