using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Platform.Search;

/// <summary>Finds records of all types; each type's hits pass the same rights as its list.</summary>
internal sealed class SearchRecordsHandler(Session session, Current current) : IRequestHandler<SearchRecords, Result<IReadOnlyList<SearchHit>>>
{
    public async Task<Result<IReadOnlyList<SearchHit>>> Handle(SearchRecords search, CancellationToken cancellationToken)
    {
        var hits = new List<SearchHit>();
        var tokens = SearchIndex.QueryTokens(current.Tenant, search.Query);
        if (tokens.Count == 0) return hits;
        foreach (var type in current.Catalog.RecordTypes.OrderBy(t => t.Owner, StringComparer.Ordinal))
        {
            if (search.Type is not null && search.Type != type.Key) continue;
            var reach = current.Actor.Reach(type.Key, RecordAction.Read);
            if (reach == Reach.None || !type.Fields.Any(f => f.Searchable)) continue;
            await using var command = await session.Command(cancellationToken);
            var dialect = session.Dialect;
            var found = dialect.SearchIds(command, current.Tenant, type.Key, tokens);
            var rights = reach == Reach.All ? "" : new RecordSql(dialect, type, current.Tenant, current.Actor, command).Rights(RecordAction.Read);
            var tenant = dialect.Bind(command, dialect.ToColumn(current.Tenant.Id));

            // Rights need the record's own row; without limits to them the index alone answers.
            command.CommandText = rights.Length == 0
                ? $"SELECT s.record_id, s.title, s.body FROM platform_search s WHERE s.tenant_id = {tenant} AND s.record_id IN ({found}{dialect.LimitUnordered(Math.Clamp(search.PerType, 1, 100))})"
                : $"SELECT s.record_id, s.title, s.body FROM platform_search s JOIN {type.Table} t ON t.tenant_id = s.tenant_id AND t.id = s.record_id"
                    + $" WHERE s.tenant_id = {tenant} AND s.record_id IN ({found}){rights}{dialect.LimitUnordered(Math.Clamp(search.PerType, 1, 100))}";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var title = reader.GetString(1);
                var body = reader.GetString(2);
                hits.Add(new(type.Key, (Guid)dialect.Read(reader, 0, typeof(Guid))!, title, body.Length > title.Length ? Snippet(body[title.Length..].Trim()) : null));
            }
        }

        return hits;
    }

    private static string Snippet(string text) => text.Length <= 120 ? text : text[..120] + "…";
}
