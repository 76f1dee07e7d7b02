using System.Data.Common;
using System.Globalization;
using System.Text;
using Crm.Platform.Catalog;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Writes the WHERE of a query over one record type: tenant, bin, rights and the caller's filter.</summary>
internal sealed class RecordSql(Dialect dialect, RecordType type, TenantInfo tenant, Actor actor, DbCommand command, TenantCatalog? catalog = null)
{
    private const int MostValues = 10_000;

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
    public string Rights(RecordAction action) => actor.Owners(type.Key, action) switch
    {
        null => "",
        [] => " AND 1 = 0",
        [var one] => $" AND t.owner_id = {Bind(dialect.ToColumn(one))}",
        var owners => " AND " + In("t.owner_id", owners.Select(o => dialect.ToColumn(o))),
    };

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
                var sql = any.Parts.Count == 0 ? "1 = 0" : $"({string.Join(" OR ", any.Parts.OrderBy(Cost).Select(p => Condition(p, depth + 1)))})";
                UsesIndex = indexed;
                return sql;
            case Filter.Not not:
                // A comparison with an empty field is neither true nor false in SQL; "not" means every record for which it is not true.
                return $"(CASE WHEN {Condition(not.Part, depth + 1)} THEN 1 ELSE 0 END) = 0";
            case Filter.Ids ids:
                UsesIndex = true;
                return In("t.id", ids.Values.Select(id => dialect.ToColumn(id)));
            case Filter.Text text:
                UsesIndex = true;
                return SearchIndex.Condition(dialect, command, type, tenant, text.Query);
            case Filter.Having having:
                return Having(having);
            case Filter.Compare compare:
                return Compare(compare);
            default:
                throw new InvalidOperationException($"No SQL for {filter.GetType()}.");
        }
    }

    /// <summary>Of several any of which is enough the database takes the first that holds: what looks into no other table, what may stop at one row, what counts.</summary>
    private static int Cost(Filter filter) => filter switch
    {
        Filter.All { Parts.Count: > 0 } all => all.Parts.Max(Cost),
        Filter.Any { Parts.Count: > 0 } any => any.Parts.Max(Cost),
        Filter.Not not => Cost(not.Part),
        Filter.Having having => AtLeastOne(having) ? 1 : 2,
        _ => 0,
    };

    private static bool AtLeastOne(Filter.Having having) =>
        having is { Measure: Measure.Count, Op: FilterOp.Gte, Value: > 0 and <= 1 } or { Measure: Measure.Count, Op: FilterOp.Gt, Value: >= 0 and < 1 };

    /// <summary>Whether a condition of <see cref="FilterOp.Empty"/> asks for records without a value.</summary>
    public static bool WantsEmpty(Filter.Compare compare) => compare.Values.Count == 0 || compare.Values[0] is null or true or "true" or "1" or "";

    /// <summary>
    /// Asked of each record by the index on the reference, after what is cheaper has decided: it costs what is left, under "or" and "not" too,
    /// where a database that grouped the other table first would, once that does not fit its memory, look through all groups for every record.
    /// A reference without an index is grouped once; what 0 satisfies is asked the other way round then, because nobody points to those with none.
    /// </summary>
    private string Having(Filter.Having having)
    {
        if (catalog is null || !catalog.TryGet(having.Type, out var other))
        {
            problems.Add(ListRecordsHandler.UnknownType(having.Type));
            return "1 = 0";
        }

        if (!other.TryGet(having.Reference, out var reference) || reference.References != type.Key || actor.Rights.Hides(other, reference))
        {
            problems.Add(Unknown(other, having.Reference));
            return "1 = 0";
        }

        Field? of = null;
        if (having.Measure != Measure.Count && (having.Of is null || !other.TryGet(having.Of, out of) || of.Encrypted || actor.Rights.Hides(other, of)))
        {
            problems.Add(Unknown(other, having.Of ?? ""));
            return "1 = 0";
        }

        var inner = new RecordSql(dialect, other, tenant, actor, command, catalog);
        var where = inner.Where(RecordAction.Read, having.Where, deleted: false);
        problems.AddRange(inner.problems);
        UsesIndex = true;
        var pointer = dialect.Expression(reference);
        var measured = having.Measure switch
        {
            Measure.Sum => $"COALESCE(SUM({dialect.Expression(of!)}), 0)",
            Measure.Distinct => $"COUNT(DISTINCT {dialect.Expression(of!)})",
            _ => "COUNT(*)",
        };
        var sign = having.Op switch
        {
            FilterOp.Eq => "=", FilterOp.Ne => "<>", FilterOp.Lt => "<", FilterOp.Lte => "<=", FilterOp.Gt => ">", FilterOp.Gte => ">=",
            _ => null,
        };
        if (sign is null)
        {
            problems.Add(new Problem("bad-operator", ("件数や合計は等しい・大小で比べてください。", "Counts and sums are compared by equal, less and greater."), Field: having.Reference));
            return "1 = 0";
        }

        // At least one needs no counting: the database may stop at the first it finds.
        var ofThisRecord = $"FROM (SELECT t.id AS pointed_to) o, {other.Table} t WHERE {where} AND {pointer} = o.pointed_to";
        if (AtLeastOne(having)) return reference.Indexed ? $"EXISTS (SELECT 1 {ofThisRecord})" : $"t.id IN (SELECT {pointer} FROM {other.Table} t WHERE {where} AND {pointer} IS NOT NULL)";

        var value = Bind(having.Measure == Measure.Sum ? dialect.ToDb(of!, having.Value) : (object)(long)Math.Clamp(Math.Ceiling(having.Op is FilterOp.Gt or FilterOp.Lte ? Math.Floor(having.Value) : having.Value), int.MinValue, int.MaxValue));
        if (reference.Indexed) return $"(SELECT {measured} {ofThisRecord}) {sign} {value}";
        var zero = having.Op switch
        {
            FilterOp.Eq => having.Value == 0, FilterOp.Ne => having.Value != 0, FilterOp.Lt => 0 < having.Value, FilterOp.Lte => 0 <= having.Value, FilterOp.Gt => 0 > having.Value, _ => 0 >= having.Value,
        };
        var condition = $"{measured} {sign} {value}";
        return $"t.id {(zero ? "NOT IN" : "IN")} (SELECT {pointer} FROM {other.Table} t WHERE {where} AND {pointer} IS NOT NULL GROUP BY {pointer} HAVING {(zero ? $"NOT ({condition})" : condition)})";
    }

    private string Compare(Filter.Compare compare)
    {
        if (!type.TryGet(compare.Field, out var field) || actor.Rights.Hides(type, field))
        {
            problems.Add(Unknown(type, compare.Field));
            return "1 = 0";
        }

        if (field.Encrypted && compare.Op != FilterOp.Empty)
        {
            problems.Add(Sealed(field));
            return "1 = 0";
        }

        var expression = dialect.Expression(field);
        var narrows = field.Indexed && compare.Op is FilterOp.Eq or FilterOp.In or FilterOp.Lt or FilterOp.Lte or FilterOp.Gt or FilterOp.Gte or FilterOp.Starts;
        if (narrows) UsesIndex = true;
        else Scans = true;
        if (compare.Op == FilterOp.Empty) return $"{expression} IS {(WantsEmpty(compare) ? "" : "NOT ")}NULL";

        if (field.Kind == FieldKind.MultiChoice) return Choices(field, expression, compare);
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
            return In(expression, values);
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

    /// <summary>Several choices in one field: equal and contains mean that it has all of the given ones, in that it has at least one of them.</summary>
    private string Choices(Field field, string expression, Filter.Compare compare)
    {
        string Has(object? raw)
        {
            var (value, problem) = input.Read(field, raw);
            if (problem is not null) problems.Add(problem with { Field = field.Key });
            return value is string[] { Length: > 0 } keys ? $"({string.Join(" AND ", keys.Select(k => dialect.Contains(expression, Bind($"\"{k}\""))))})" : "1 = 0";
        }

        switch (compare.Op)
        {
            case FilterOp.In:
                return compare.Values.Count == 0 ? "1 = 0" : $"({string.Join(" OR ", compare.Values.Select(Has))})";
            case FilterOp.Eq or FilterOp.Ne when compare.Values.FirstOrDefault() is null or "" or string[] { Length: 0 }:
                return $"{expression} IS {(compare.Op == FilterOp.Eq ? "" : "NOT ")}NULL";
            case FilterOp.Contains or FilterOp.Starts when compare.Values.FirstOrDefault() is null or "":
                return "1 = 1";
            case FilterOp.Eq or FilterOp.Contains or FilterOp.Starts:
                return Has(compare.Values.FirstOrDefault());
            case FilterOp.Ne:
                return $"(CASE WHEN {Has(compare.Values[0])} THEN 1 ELSE 0 END) = 0";
            default:
                problems.Add(new Problem(
                    "bad-operator", ($"「{field.Label.Ja}」は大小では絞り込めません。", $"“{field.Label.En}” cannot be filtered by less or greater."),
                    ("「含む」を使ってください。", "Use contains."), field.Key));
                return "1 = 0";
        }
    }

    private string Piece(Field field, string expression, Filter.Compare compare)
    {
        var text = FieldInput.Clean(Convert.ToString(compare.Values.FirstOrDefault(), CultureInfo.InvariantCulture) ?? "");
        if (text.Length == 0) return "1 = 1";
        if (!FieldInput.IsWellFormed(text)) return "1 = 0";
        switch (field.Kind)
        {
            case FieldKind.Number or FieldKind.Money or FieldKind.Date or FieldKind.DateTime or FieldKind.Time or FieldKind.YesNo
                or FieldKind.Reference or FieldKind.User or FieldKind.File:
                problems.Add(new Problem(
                    "bad-operator", ($"「{field.Label.Ja}」は文字の一部では絞り込めません。", $"“{field.Label.En}” cannot be filtered by a piece of text."),
                    ("「等しい」や「以上・以下」を使ってください。", "Use equal, or less and greater."), field.Key));
                return "1 = 0";
            case FieldKind.Kana:
                text = Sdk.Text.TextNormaliser.ToKana(text);
                break;
        }

        if (compare.Op == FilterOp.Contains) return dialect.Contains(expression, Bind(text));

        return dialect.Starts(command, expression, text);
    }

    private string In(string expression, IEnumerable<object> values)
    {
        object[] all = [.. values.Take(MostValues + 1)];
        if (all.Length <= MostValues) return dialect.In(command, expression, all);
        problems.Add(new Problem(
            "too-many-values", ($"一つの条件に指定できる値は {MostValues:N0} 個までです。", $"A condition takes at most {MostValues:N0} values."), ("条件を分けてください。", "Split the condition."), Kind: ProblemKind.TooLarge));
        return "1 = 0";
    }

    internal static Problem Sealed(Field field) => new(
        "encrypted", ($"「{field.Label.Ja}」は暗号化されているため、絞り込みや並べ替えに使えません。", $"“{field.Label.En}” is encrypted; nothing filters or sorts by it."),
        ("入力の有無だけで絞り込めます。", "It can be filtered by whether it is filled."), field.Key);

    internal static Problem Unknown(RecordType type, string field) => new(
        "unknown-field", ($"「{type.Label.Ja}」に項目「{field}」はありません。", $"{type.Label.En} has no field “{field}”."),
        ("項目のキーは「設定 → 項目と台帳」か GET /api/v1/record-types で確認できます。", "Keys of fields stand under Settings → Fields and in GET /api/v1/record-types."), field);
}
