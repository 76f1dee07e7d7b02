using Crm.Platform.Messaging;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Removes records and all that the platform noted of them, in one transaction; files that the history still names go too.</summary>
internal sealed class EraseRecordsHandler(Session session, Current current, RecordLoader loader, IFiles files, Outbox outbox) : IRequestHandler<EraseRecords, Result<int>>
{
    private const int MostRecords = 5_000;
    private const int IdsPerEvent = 500;

    public async Task<Result<int>> Handle(EraseRecords erase, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(erase.Type, out var type)) return ListRecordsHandler.UnknownType(erase.Type);
        if (erase.Ids.Count > MostRecords)
        {
            return new Problem("too-many-rows", ($"一度に扱えるのは {MostRecords:N0} 件までです。", $"At most {MostRecords:N0} records at once."), Kind: ProblemKind.TooLarge);
        }

        var records = await loader.ByIds(type, [.. erase.Ids.Distinct()], cancellationToken);
        if (records.Exists(r => !current.Actor.MayAct(type.Key, r.OwnerId, RecordAction.Delete))) return Problems.Forbidden(type.Key + ":delete");
        if (records.Count == 0) return 0;
        var kept = type.Fields.Where(f => f.Kind == FieldKind.File).ToList();
        await session.Write(
            async (connection, transaction) =>
            {
                var sql = new Sql(session.Dialect, connection, transaction);
                foreach (var record in records)
                {
                    foreach (var file in await Files(sql, type, kept, record, !erase.HistoryOnly, cancellationToken)) await files.Delete(file, cancellationToken);
                    await sql.Execute($"DELETE FROM platform_audit WHERE tenant_id = {current.Tenant.Id} AND record_type = {type.Key} AND record_id = {record.Id}", cancellationToken);
                    if (erase.HistoryOnly) continue;
                    await sql.Execute($"DELETE FROM {Sql.Raw(type.Table)} WHERE tenant_id = {current.Tenant.Id} AND id = {record.Id}", cancellationToken);
                }

                if (erase.HistoryOnly) return true;
                await session.Dialect.RemoveSearch(connection, transaction, current.Tenant, [.. records.Select(r => r.Id)], cancellationToken);

                // Whoever counts by events has not counted what lay in the bin.
                var gone = records.Where(r => r.DeletedAt is null).Select(r => r.Id).Chunk(IdsPerEvent).Select(ids => new RecordsChanged(type.Key, RecordActions.Deleted, ids, []));
                await outbox.Append([.. gone.Cast<IEvent>()], cancellationToken);
                return true;
            },
            cancellationToken);
        return records.Count;
    }

    /// <summary>The files of a record now, if they go too, and those that were replaced by them.</summary>
    private async Task<HashSet<Guid>> Files(Sql sql, RecordType type, List<Field> kept, Record record, bool thoseOfNow, CancellationToken cancellation)
    {
        var now = kept.Select(f => f.Get(record)).OfType<Guid>().ToHashSet();
        var found = thoseOfNow ? now.ToHashSet() : [];
        if (kept.Count == 0) return found;
        var history = await sql.Rows(
            $"SELECT changes FROM platform_audit WHERE tenant_id = {current.Tenant.Id} AND record_type = {type.Key} AND record_id = {record.Id}", r => r.MaybeText(0), cancellation);
        foreach (var (key, before, after) in history.SelectMany(changes => ChangesJson.Read(changes, type)))
        {
            if (!kept.Exists(f => f.Key == key)) continue;
            found.UnionWith(new[] { before, after }.OfType<Guid>().Where(file => thoseOfNow || !now.Contains(file)));
        }

        return found;
    }
}
