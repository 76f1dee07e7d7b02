using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>What happened to one record, field by field; the first values of a new record are worked back from what followed.</summary>
internal sealed class GetHistoryHandler(Session session, Current current, IMediator mediator, FormerFields former) : IRequestHandler<GetHistory, Result<IReadOnlyList<HistoryEntry>>>
{
    public async Task<Result<IReadOnlyList<HistoryEntry>>> Handle(GetHistory get, CancellationToken cancellationToken)
    {
        // Whoever may see the record may see its history, without the fields hidden from them.
        var view = await mediator.Send(new GetRecord(get.Type, get.Id) { EvenDeleted = true }, cancellationToken);
        if (view.Failed) return Result<IReadOnlyList<HistoryEntry>>.Fail(view.Problems);
        var type = view.Value.Type;
        var dialect = session.Dialect;
        var seen = new SeenChanges(current);
        var names = await former.Now(cancellationToken);
        await using var command = await session.Command(cancellationToken);
        command.CommandText =
            "SELECT at, action, actor_id, actor_name, source, reason, changes, change_set FROM platform_audit"
            + $" WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND record_type = {dialect.Bind(command, get.Type)}"
            + $" AND record_id = {dialect.Bind(command, dialect.ToColumn(get.Id))} ORDER BY id DESC{dialect.Limit(Math.Clamp(get.Limit, 1, 1_000))}";
        var entries = new List<HistoryEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var changes = ChangesJson.Read(dialect.Read(reader, 6, typeof(string)) as string, type)
                .Where(c => seen.Shows(get.Type, c.Key))
                .Select(c => names.Told(type, c.Key, c.Before, c.After)).ToList();
            entries.Add(new(
                (DateTimeOffset)dialect.Read(reader, 0, typeof(DateTimeOffset))!, reader.GetString(1), (Guid?)dialect.Read(reader, 2, typeof(Guid)), reader.GetString(3),
                ChangeSourceNames.Parse(reader.GetString(4)), dialect.Read(reader, 5, typeof(string)) as string, changes, (Guid?)dialect.Read(reader, 7, typeof(Guid))));
        }

        return entries;
    }
}
