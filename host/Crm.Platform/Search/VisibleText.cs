using Crm.Platform.Catalog;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Search;

/// <summary>
/// Text search for those from whom some of the searched fields are hidden. The index holds all of a record's text, so its hits are only
/// candidates: each is read and found again by the fields they see. Costs nothing for everybody else.
/// </summary>
internal sealed class VisibleText(Session session, Current current, RecordLoader loader)
{
    private const int MostCandidates = 2_000;

    private static readonly Problem TooWide = new(
        "text-too-wide", ("検索に当てはまる件数が多すぎます。", "Too many records match this search."), ("語を増やして絞り込んでください。", "Add words to narrow it."), "q", ProblemKind.TooLarge);

    /// <summary>The filter with each text search replaced by the records whose visible text matches; the filter as it is where nothing is hidden.</summary>
    public async ValueTask<(Filter? Filter, Problem? Problem)> Narrow(RecordType type, Filter? filter, CancellationToken cancellation)
    {
        if (filter is null || !current.Actor.Rights.HidesTextOf(type)) return (filter, null);
        var wide = false;
        var narrow = await Replace(filter);
        return (narrow, wide ? TooWide : null);

        async ValueTask<Filter> Replace(Filter part)
        {
            switch (part)
            {
                case Filter.All all:
                    return new Filter.All(await Each(all.Parts));
                case Filter.Any any:
                    return new Filter.Any(await Each(any.Parts));
                case Filter.Not not:
                    return new Filter.Not(await Replace(not.Part));
                case Filter.Text text:
                    var (found, complete) = await Find(type, text.Query, MostCandidates, cancellation);
                    wide |= !complete;
                    return new Filter.Ids([.. found.Select(d => d.Id)]);
                default:
                    return part;
            }
        }

        async ValueTask<IReadOnlyList<Filter>> Each(IReadOnlyList<Filter> parts)
        {
            var replaced = new List<Filter>(parts.Count);
            foreach (var part in parts) replaced.Add(await Replace(part));
            return replaced;
        }
    }

    /// <summary>Records that match by what the user sees of them, out of a number of candidates, and whether there were no more.</summary>
    public async Task<(IReadOnlyList<SearchDocument> Found, bool Complete)> Find(RecordType type, string query, int candidates, CancellationToken cancellation)
    {
        var tokens = SearchIndex.QueryTokens(current.Tenant, type, query);
        if (tokens.Count == 0) return ([], true);
        var ids = new List<Guid>();
        await using (var command = await session.Command(cancellation))
        {
            var where = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog).Where(RecordAction.Read, new Filter.Text(query), deleted: false);
            command.CommandText = $"SELECT t.id FROM {type.Table} t WHERE {where}{session.Dialect.LimitUnordered(candidates + 1)}";
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) ids.Add((Guid)session.Dialect.Read(reader, 0, typeof(Guid))!);
        }

        var visible = current.Know(type);
        var records = await loader.ByIds(type, [.. ids.Take(candidates)], cancellation);
        return (
            [.. records.Select(r => SearchIndex.Document(visible, r, current.Tenant)).OfType<SearchDocument>().Where(d => SearchIndex.Matches(d, tokens))],
            ids.Count <= candidates);
    }
}
