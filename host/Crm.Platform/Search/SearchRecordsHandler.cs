using System.Data.Common;
using System.Globalization;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Search;

/// <summary>
/// Finds records of all types in one query; each type's hits pass the same rights as its list. A type without any searchable field is left
/// out of that and found only when it is asked for by its key, by its title.
/// </summary>
internal sealed class SearchRecordsHandler(Session session, Current current, VisibleText visible) : IRequestHandler<SearchRecords, Result<IReadOnlyList<SearchHit>>>
{
    /// <summary>Of types whose text is hidden from the user in part, so many hits of the index are looked through.</summary>
    private const int MostCandidates = 500;

    public async Task<Result<IReadOnlyList<SearchHit>>> Handle(SearchRecords search, CancellationToken cancellationToken)
    {
        var types = current.Catalog.RecordTypes
            .Where(t => (search.Type is null ? t.Fields.Any(f => f.Searchable) : search.Type == t.Key) && current.Actor.Reach(t.Key, RecordAction.Read) != Reach.None)
            .OrderBy(t => t.Owner, StringComparer.Ordinal).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        var hits = new List<SearchHit>();
        if (types.Count == 0 || SearchIndex.QueryTokens(current.Tenant, types[0], search.Query).Count == 0) return hits;
        var open = types.Where(t => !current.Actor.Rights.HidesTextOf(t)).ToList();
        if (open.Count > 0) await ByIndex(open, search, hits, cancellationToken);
        if (open.Count == types.Count) return hits;
        foreach (var type in types.Except(open))
        {
            var (found, _) = await visible.Find(type, search.Query, MostCandidates, cancellationToken);
            hits.AddRange(found.Take(PerType(search)).Select(d => Hit(type.Key, d.Id, d.Title, d.Body)));
        }

        return hits.OrderBy(h => types.FindIndex(t => t.Key == h.Type)).ToList();
    }

    /// <summary>As the index has them: nothing of their text is hidden from the user.</summary>
    private async Task ByIndex(IReadOnlyList<RecordType> types, SearchRecords search, List<SearchHit> hits, CancellationToken cancellationToken)
    {
        await using var command = await session.Command(cancellationToken);
        command.CommandText = string.Join(" UNION ALL ", types.Select((type, number) => OfType(command, search, type, number)));
        var dialect = session.Dialect;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            hits.Add(Hit(
                types[(int)dialect.Read(reader, 0, typeof(int))!].Key, (Guid)dialect.Read(reader, 1, typeof(Guid))!, reader.GetString(2), reader.GetString(3)));
        }
    }

    /// <summary>The hits of one type, as many as were asked for: the limit stands where it saves the database from fetching the rest.</summary>
    private string OfType(DbCommand command, SearchRecords search, RecordType type, int number)
    {
        var dialect = session.Dialect;
        var found = dialect.SearchIds(command, current.Tenant, type.Key, SearchIndex.QueryTokens(current.Tenant, type, search.Query));
        var tenant = dialect.Bind(command, dialect.ToColumn(current.Tenant.Id));
        var rights = new RecordSql(dialect, type, current.Tenant, current.Actor, command, current.Catalog).Rights(RecordAction.Read);

        // Rights need the record's own row; without limits to them the index alone answers.
        var records = rights.Length == 0 ? "" : $" JOIN {type.Table} t ON t.tenant_id = s.tenant_id AND t.id = s.record_id{rights}";
        return $"SELECT * FROM (SELECT {number.ToString(CultureInfo.InvariantCulture)} AS number, s.record_id, s.title, s.body FROM ({found}) f"
            + $" JOIN platform_search s ON s.tenant_id = {tenant} AND s.record_id = f.record_id{records}{dialect.LimitUnordered(PerType(search))}) AS h{number.ToString(CultureInfo.InvariantCulture)}";
    }

    private static int PerType(SearchRecords search) => Math.Clamp(search.PerType, 1, 100);

    private static SearchHit Hit(string type, Guid id, string title, string body) =>
        new(type, id, title, body.Length > title.Length ? body[title.Length..].Trim().Shorten(120) : null);
}
