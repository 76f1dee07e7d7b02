using System.Globalization;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Counts exactly, by one query.</summary>
internal sealed class CountRecordsHandler(Session session, Current current, VisibleText text) : IRequestHandler<CountRecords, Result<long>>
{
    public async Task<Result<long>> Handle(CountRecords count, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(count.Type, out var type)) return ListRecordsHandler.UnknownType(count.Type);
        if (current.Actor.Reach(type.Key, RecordAction.Read) == Reach.None) return Problems.Forbidden($"{type.Key}:read");
        var (filter, wide) = await text.Narrow(type, count.Filter, cancellationToken);
        if (wide is not null) return wide;
        await using var command = await session.Command(cancellationToken);
        var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog);
        var where = sql.Where(RecordAction.Read, filter, deleted: false);
        if (sql.Problems.Count > 0) return Result<long>.Fail(sql.Problems);
        command.CommandText = $"SELECT COUNT(*) FROM {type.Table} t WHERE {where}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
