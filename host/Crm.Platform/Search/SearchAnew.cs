using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Platform.Search;

/// <summary>Writes the search text of some records anew, as their type stands now: for fields that are gone.</summary>
internal sealed class SearchAnew(Session session, RecordLoader loader, Current current)
{
    private const int AtOnce = 500;

    public async Task Of(RecordType type, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            await session.Write(
                async (connection, transaction) =>
                {
                    var records = await loader.ByIds(type, some, cancellation);
                    await session.Dialect.RemoveSearch(connection, transaction, current.Tenant, some, cancellation);
                    List<SearchDocument> documents = [.. records.Where(r => r.DeletedAt is null).Select(r => SearchIndex.Document(type, r, current.Tenant)).OfType<SearchDocument>()];
                    if (documents.Count > 0) await session.Dialect.AddSearch(connection, transaction, current.Tenant, documents, cancellation);
                    return documents.Count;
                },
                cancellation);
        }
    }
}
