using System.Data.Common;
using System.Text;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>
/// Lists records: one query with just the columns asked for, walked by key, never by offset.
/// Empty values come last in either direction; they are fetched by a query of their own, because no index serves NULLS LAST.
/// </summary>
internal sealed class ListRecordsHandler(Session session, Current current, RecordTitles titles, RecordCounts counts, VisibleText text)
    : IRequestHandler<ListRecords, Result<RecordPage>>, IRequestHandler<ListRecordsTogether, Result<IReadOnlyList<Result<RecordPage>>>>
{
    /// <summary>A tenant with more records than this may sort or filter them by indexed fields only.</summary>
    internal const int ScanLimit = 200_000;

    private List<string>? plans;

    /// <summary>How the database finds a page: the plan of each query sent for it. Empty where a database does not tell.</summary>
    internal async Task<Result<IReadOnlyList<string>>> Explain(ListRecords list, CancellationToken cancellationToken)
    {
        plans = [];
        var page = await Handle(list, cancellationToken);
        return page.Failed ? Result<IReadOnlyList<string>>.Fail(page.Problems) : plans;
    }

    public async Task<Result<RecordPage>> Handle(ListRecords list, CancellationToken cancellationToken) => (await Pages([list], cancellationToken))[0];

    public async Task<Result<IReadOnlyList<Result<RecordPage>>>> Handle(ListRecordsTogether together, CancellationToken cancellationToken) =>
        Result.Of<IReadOnlyList<Result<RecordPage>>>(await Pages(together.Lists, cancellationToken));

    private async Task<Result<RecordPage>[]> Pages(IReadOnlyList<ListRecords> lists, CancellationToken cancellation)
    {
        var pages = new Result<RecordPage>[lists.Count];
        var readings = new List<(int At, Reading Reading)>(lists.Count);
        for (var i = 0; i < lists.Count; i++)
        {
            var begun = await Begin(lists[i], together: lists.Count > 1, cancellation);
            if (begun.Failed) pages[i] = Result<RecordPage>.Fail(begun.Problems);
            else readings.Add((i, begun.Value));
        }

        await session.Read([.. readings.SelectMany(r => r.Reading.Questions)], cancellation);
        await session.Read([.. readings.Select(r => Rest(r.Reading)).OfType<Question>()], cancellation);
        foreach (var (at, reading) in readings) pages[at] = await Page(reading, cancellation);
        var titled = readings.Where(r => r.Reading.List.Titles).ToList();
        if (titled.Count == 0) return pages;
        var called = await titles.Of(titled.Select(r => ((IReadOnlyList<Field>)r.Reading.Plan.Shown, pages[r.At].Value.Rows.Select(row => row.Values))), cancellation);
        foreach (var (at, _) in titled) pages[at] = pages[at].Value with { Titles = called };
        return pages;
    }

    /// <summary>Looks at what is asked for, and has the questions ready that can be asked at once.</summary>
    private async Task<Result<Reading>> Begin(ListRecords list, bool together, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(list.Type, out var type)) return UnknownType(list.Type);
        if (current.Actor.Reach(type.Key, list.Action) == Reach.None) return Problems.Forbidden($"{type.Key}:{list.Action.ToString().ToLowerInvariant()}");
        var plan = Plan.Of(list, type, current.Actor);
        if (plan.Failed) return Result<Reading>.Fail(plan.Problems);
        var query = plan.Value;
        var (filter, wide) = await text.Narrow(type, list.Filter, cancellation);
        if (wide is not null) return wide;
        if (!ReferenceEquals(filter, list.Filter)) list = list with { Filter = filter };

        var command = session.Question();
        var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog);
        var where = sql.Where(list.Action, list.Filter, list.Deleted);
        if (sql.Problems.Count > 0) return Result<Reading>.Fail(sql.Problems);
        if (await TooLarge(type, query, sql, cancellation) is { } problem) return problem;

        var reading = new Reading(list, query);
        if (query.Limit > 0)
        {
            if (query.Cursor is null && NamesAll(list.Filter, query.Limit))
            {
                // So few that the database sorts them itself, the empty ones with the others.
                await Add(Order(query.Sorts, emptyToo: true), where);
            }
            else if (query.Sorts is [{ Field: var field } only] && !NeverEmpty(field))
            {
                var expression = session.Dialect.Expression(field);
                if (query.Cursor is null or { Values: [not null] })
                {
                    var seek = query.Cursor is null ? "" : " AND " + After(sql, expression, field, query.Cursor, only.Descending);
                    await Add(Order([only]), $"{where} AND {expression} IS NOT NULL{seek}");
                }

                reading.EmptyOf = LetsEmptyThrough(list.Filter, field) ? field : null;

                // Among few, looking for the empty ones as well takes less than to ask once more.
                if (together && sql.UsesIndex && Rest(reading) is { } rest) reading.Questions.Add(rest);
            }
            else
            {
                var seek = query.Cursor is null ? "" : " AND " + Seek(sql, query);
                await Add(Order(query.Sorts), where + seek);
            }
        }

        if (list.Count) reading.Questions.Add(counts.Question(type, list, counted => reading.Counted = counted));
        return reading;

        async Task Add(string order, string condition)
        {
            var question = Fetch(reading, command, condition, order);
            if (plans is not null)
            {
                await session.Open(cancellation);
                if (await session.Dialect.Explain(command, cancellation) is { } found) plans.Add(found);
            }

            reading.Questions.Add(question);
        }
    }

    /// <summary>Asks for the records without a value in the field they are sorted by, when those with one do not fill the page.</summary>
    private Question? Rest(Reading reading)
    {
        var (list, query) = (reading.List, reading.Plan);
        if (reading.EmptyOf is not { } field || reading.Rows.Count > query.Limit) return null;
        reading.EmptyOf = null;
        var command = session.Question();
        var sql = new RecordSql(session.Dialect, query.Type, current.Tenant, current.Actor, command, current.Catalog);
        var descending = query.Sorts[0].Descending;
        var empty = sql.Where(list.Action, list.Filter, list.Deleted) + $" AND {session.Dialect.Expression(field)} IS NULL";
        if (query.Cursor is { Values: [null] }) empty += $" AND t.id {(descending ? "<" : ">")} {sql.Bind(session.Dialect.ToColumn(query.Cursor.Id))}";
        return Fetch(reading, command, empty, descending ? "t.id DESC" : "t.id");
    }

    private async Task<Problem?> TooLarge(RecordType type, Plan query, RecordSql sql, CancellationToken cancellationToken)
    {
        var unindexed = query.Sorts.FirstOrDefault(s => !s.Field.Indexed).Field;
        if (unindexed is null && !(sql.Scans && !sql.UsesIndex)) return null;
        if (sql.UsesIndex || await counts.Total(type, cancellationToken) <= ScanLimit) return null;
        return unindexed is not null
            ? new Problem(
                "sort-not-indexed", ($"件数が多いため「{unindexed.Label.Ja}」では並べ替えられません。", $"There are too many records to sort by “{unindexed.Label.En}”."),
                ("管理者がこの項目を「索引あり」にすると並べ替えられます。または条件で絞り込んでください。", "An administrator can index this field; or narrow the list by an indexed field."), unindexed.Key)
            : new Problem(
                "filter-not-indexed", ("件数が多いため、索引のない項目だけでは絞り込めません。", "There are too many records to filter by fields without an index alone."),
                ("索引のある項目の条件を加えてください。", "Add a condition on an indexed field."));
    }

    private Question Fetch(Reading reading, DbCommand command, string where, string order)
    {
        var (dialect, query) = (session.Dialect, reading.Plan);
        var needsExt = query.Read.Any(f => f.InExt);
        var sql = new StringBuilder("SELECT t.id, t.version");
        foreach (var field in query.Read.Where(f => !f.InExt)) sql.Append(", t.").Append(field.Column);
        if (needsExt) sql.Append(", t.ext");
        sql.Append(" FROM ").Append(query.Type.Table).Append(" t WHERE ").Append(where).Append(" ORDER BY ").Append(order)
            .Append(dialect.Limit(query.Limit + 1 - reading.Rows.Count));
        command.CommandText = sql.ToString();
        return new Question(command, Rows);

        async Task Rows(DbDataReader reader)
        {
            while (await reader.ReadAsync())
            {
                var row = new object?[query.Read.Count + 2];
                row[0] = dialect.Read(reader, 0, typeof(Guid));
                row[1] = dialect.Read(reader, 1, typeof(int));
                var ordinal = 2;
                for (var i = 0; i < query.Read.Count; i++)
                {
                    if (!query.Read[i].InExt) row[i + 2] = dialect.Read(reader, ordinal++, query.Read[i]);
                }

                if (needsExt)
                {
                    var ext = new ExtensionData(reader.GetString(ordinal));
                    for (var i = 0; i < query.Read.Count; i++)
                    {
                        if (query.Read[i].InExt) row[i + 2] = ext.Get(query.Read[i]);
                    }
                }

                reading.Rows.Add(row);
            }
        }
    }

    private string Order(IReadOnlyList<(Field Field, bool Descending)> sorts, bool emptyToo = false)
    {
        var keys = new List<string>();
        foreach (var (field, descending) in sorts)
        {
            var expression = session.Dialect.Expression(field);
            if ((emptyToo || sorts.Count > 1) && !NeverEmpty(field)) keys.Add($"CASE WHEN {expression} IS NULL THEN 1 ELSE 0 END");
            keys.Add(descending ? expression + " DESC" : expression);
        }

        keys.Add(sorts[^1].Descending ? "t.id DESC" : "t.id");
        return string.Join(", ", keys);
    }

    private string Seek(RecordSql sql, Plan query)
    {
        var cursor = query.Cursor!;
        if (query.Sorts is [{ Field: var field, Descending: var down }]) return After(sql, session.Dialect.Expression(field), field, cursor, down);
        var alternatives = new List<string>();
        var before = new List<string>();
        for (var i = 0; i < query.Sorts.Count; i++)
        {
            var (key, descending) = query.Sorts[i];
            var expression = session.Dialect.Expression(key);
            var value = RecordCursor.FromText(key, cursor.Values[i]);
            if (value is not null)
            {
                var bound = sql.Bind(session.Dialect.ToDb(key, value));
                alternatives.Add(string.Join(" AND ", [.. before, $"({expression} {(descending ? "<" : ">")} {bound} OR {expression} IS NULL)"]));
                before.Add($"{expression} = {bound}");
            }
            else
            {
                before.Add($"{expression} IS NULL");
            }
        }

        before.Add($"t.id {(query.Sorts[^1].Descending ? "<" : ">")} {sql.Bind(session.Dialect.ToColumn(cursor.Id))}");
        alternatives.Add(string.Join(" AND ", before));
        return $"({string.Join(" OR ", alternatives.Select(a => $"({a})"))})";
    }

    private string After(RecordSql sql, string expression, Field field, RecordCursor cursor, bool descending) => session.Dialect.After(
        expression, sql.Bind(session.Dialect.ToDb(field, RecordCursor.FromText(field, cursor.Values[0]))),
        "t.id", sql.Bind(session.Dialect.ToColumn(cursor.Id)), descending);

    private async Task<RecordPage> Page(Reading reading, CancellationToken cancellation)
    {
        var (list, query, rows) = (reading.List, reading.Plan, reading.Rows);
        string? next = null;
        if (query.Limit > 0 && rows.Count > query.Limit)
        {
            rows.RemoveRange(query.Limit, rows.Count - query.Limit);
            var last = rows[^1];
            next = new RecordCursor(query.Order, [.. query.Sorts.Select(s => RecordCursor.ToText(last[query.Read.IndexOf(s.Field) + 2]))], (Guid)last[0]!).Encode();
        }

        var shown = query.Shown.Count;
        var page = new RecordPage(query.Type, query.Shown, [.. rows.Select(r => new RecordRow((Guid)r[0]!, (int)r[1]!, r[2..(shown + 2)]))], next);
        if (!list.Count) return page;
        var (count, estimate) = await counts.Of(query.Type, list, reading.Counted, cancellation);
        return page with { Count = count, CountIsEstimate = estimate };
    }

    /// <summary>Whether the filter names records, no more than the page has room for.</summary>
    private static bool NamesAll(Filter? filter, int limit) => filter switch
    {
        Filter.Ids ids => ids.Values.Count <= limit,
        Filter.All all => all.Parts.Any(p => NamesAll(p, limit)),
        _ => false,
    };

    /// <summary>Whether the filter may let records through that have no value in the field; for those that do not, nothing more need be asked.</summary>
    private static bool LetsEmptyThrough(Filter? filter, Field field) => filter switch
    {
        Filter.All all => all.Parts.All(p => LetsEmptyThrough(p, field)),
        Filter.Compare { Op: FilterOp.Lt or FilterOp.Lte or FilterOp.Gt or FilterOp.Gte } compare => compare.Field != field.Key,
        Filter.Compare { Op: FilterOp.Empty } compare => compare.Field != field.Key || RecordSql.WantsEmpty(compare),
        _ => true,
    };

    private static bool NeverEmpty(Field field) => field.NeverEmpty || field.Column is "created_at" or "updated_at";

    internal static Problem UnknownType(string type) => new(
        "unknown-record-type", ($"レコード種別「{type}」はありません。", $"There is no record type “{type}”."),
        ("モジュールまたはプラグインが無効になっている可能性があります。", "Its module or plugin may be switched off."), Kind: ProblemKind.NotFound);

    /// <summary>A list on its way to a page.</summary>
    private sealed class Reading(ListRecords list, Plan plan)
    {
        public ListRecords List => list;

        public Plan Plan => plan;

        /// <summary>What can be asked at once.</summary>
        public List<Question> Questions { get; } = [];

        /// <summary>The one field the list is sorted by, while nobody has asked for records that have no value in it.</summary>
        public Field? EmptyOf { get; set; }

        public List<object?[]> Rows { get; } = new(plan.Limit + 1);

        public long Counted { get; set; }
    }

    /// <summary>What a list asks for, resolved against the record type.</summary>
    private sealed record Plan(RecordType Type, List<Field> Shown, List<Field> Read, IReadOnlyList<(Field Field, bool Descending)> Sorts, int Limit, string Order, RecordCursor? Cursor)
    {
        public static Result<Plan> Of(ListRecords list, RecordType type, Actor actor)
        {
            var problems = new List<Problem>();
            Field? Find(string key)
            {
                if (type.TryGet(key, out var found) && !actor.Rights.Hides(type, found)) return found;
                problems.Add(RecordSql.Unknown(type, key));
                return null;
            }

            var shown = (list.Fields?.Select(Find).OfType<Field>() ?? type.Fields.Where(f => !f.Hidden && !actor.Rights.Hides(type, f))).ToList();
            var asked = list.Sort.Count > 0 ? list.Sort : [Sort.Parse(type.DefaultSort)];
            var sorts = asked.Take(5).Select(s => (Field: Find(s.Field), s.Descending)).Where(s => s.Field is not null)
                .Select(s => (Field: s.Field!.SortedBy is { } by && type.TryGet(by, out var reading) && !actor.Rights.Hides(type, reading) ? reading : s.Field!, s.Descending)).ToList();
            problems.AddRange(sorts.Where(s => s.Field.Encrypted).Select(s => RecordSql.Sealed(s.Field)));
            if (list.Limit is < 0 or > 500)
            {
                problems.Add(new Problem("bad-limit", ("件数は 0 から 500 までです。", "The limit must be from 0 to 500."), Field: "limit"));
            }

            var order = string.Join(',', sorts.Select(s => new Sort(s.Field.Key, s.Descending).ToString()));
            RecordCursor? cursor = null;
            if (list.After is not null)
            {
                cursor = RecordCursor.Decode(list.After);
                if (cursor is null || cursor.Order != order || cursor.Values.Length != sorts.Count)
                {
                    problems.Add(new Problem("bad-cursor", ("続きの位置を読み取れません。", "This cursor does not belong to this list."), ("最初のページから取り直してください。", "Begin again from the first page."), "after"));
                }
            }

            if (problems.Count > 0) return Result<Plan>.Fail(problems);
            return new Plan(type, shown, [.. shown.Union(sorts.Select(s => s.Field))], sorts, list.Limit, order, cursor);
        }
    }
}
