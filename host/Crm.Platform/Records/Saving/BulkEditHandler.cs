using Crm.Platform.Identity.Rights;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Sets the same values in all records a filter finds; undone by its change set.</summary>
internal sealed class BulkEditHandler(Session session, Current current, VisibleText text, IMediator mediator) : IRequestHandler<BulkEdit, Result<SavedRecords>>
{
    private const int MostRecords = 5_000;

    public async Task<Result<SavedRecords>> Handle(BulkEdit edit, CancellationToken cancellationToken)
    {
        if (!current.Actor.May(PlatformPermissions.Bulk)) return Problems.Forbidden(PlatformPermissions.Bulk);
        if (!current.Catalog.TryGet(edit.Type, out var type)) return ListRecordsHandler.UnknownType(edit.Type);
        var (filter, wide) = await text.Narrow(type, edit.Filter, cancellationToken);
        if (wide is not null) return wide;
        var ids = new List<Guid>();
        await using (var command = await session.Command(cancellationToken))
        {
            var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog);
            var where = sql.Where(RecordAction.Edit, filter, deleted: false);
            if (sql.Problems.Count > 0) return Result<SavedRecords>.Fail(sql.Problems);
            command.CommandText = $"SELECT t.id FROM {type.Table} t WHERE {where}{session.Dialect.LimitUnordered(MostRecords + 1)}";
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) ids.Add((Guid)session.Dialect.Read(reader, 0, typeof(Guid))!);
        }

        if (ids.Count > MostRecords)
        {
            return new Problem(
                "too-many-rows", ($"一括編集は {MostRecords:N0} 件までです。", $"Bulk edit takes at most {MostRecords:N0} records."), ("条件を絞り込んでください。", "Narrow the filter."), Kind: ProblemKind.TooLarge);
        }

        return await mediator.Send(
            new SaveRecords(edit.Type, [.. ids.Select(id => new Dictionary<string, object?>(edit.Values, StringComparer.Ordinal) { ["id"] = id })]) { Reason = edit.Reason },
            cancellationToken);
    }
}
