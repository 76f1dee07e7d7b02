using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Removes records, the values in their history and their search text in one transaction.</summary>
internal sealed class EraseRecordsHandler(Session session, Current current, RecordLoader loader) : IRequestHandler<EraseRecords, Result<int>>
{
    private const int MostRecords = 5_000;
    private const int AtOnce = 500;

    public async Task<Result<int>> Handle(EraseRecords erase, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(erase.Type, out var type)) return ListRecordsHandler.UnknownType(erase.Type);
        if (erase.Ids.Count > MostRecords)
        {
            return new Problem("too-many-rows", ($"一度に扱えるのは {MostRecords:N0} 件までです。", $"At most {MostRecords:N0} records at once."), Kind: ProblemKind.TooLarge);
        }

        var there = await loader.ByIds(type, [.. erase.Ids.Distinct()], cancellationToken);
        if (there.Any(r => !current.Actor.MayAct(type.Key, r.OwnerId, RecordAction.Delete))) return Problems.Forbidden($"{type.Key}:delete");
        var ids = there.Select(r => r.Id).ToList();
        return await session.Write(
            async (connection, transaction) =>
            {
                foreach (var some in ids.Chunk(AtOnce))
                {
                    await Execute("UPDATE platform_audit SET changes = NULL, reason = NULL WHERE {0} AND {1}", "record_id", some);
                    if (erase.HistoryOnly) continue;
                    await Execute("DELETE FROM " + type.Table + " WHERE {0} AND {1}", "id", some);
                    await session.Dialect.RemoveSearch(connection, transaction, current.Tenant, some, cancellationToken);
                }

                return ids.Count;

                async Task Execute(string sql, string column, Guid[] some)
                {
                    await using var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    var mine = $"tenant_id = {session.Dialect.Bind(command, session.Dialect.ToColumn(current.Tenant.Id))}";
                    var those = session.Dialect.In(command, column, [.. some.Select(id => session.Dialect.ToColumn(id))]);
                    command.CommandText = sql.Replace("{0}", mine, StringComparison.Ordinal).Replace("{1}", those, StringComparison.Ordinal);
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }
            },
            cancellationToken);
    }
}
