using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>
/// Notes who looked at or took out personal data. Entries are kept in the scope and written when its work is done,
/// so that reading stays one query.
/// </summary>
internal sealed class AccessLog(Session session, Current current, TimeProvider clock)
{
    private static readonly string[] Columns =
        ["tenant_id", "id", "at", "action", "actor_id", "actor_name", "source", "record_type", "record_id", "records", "detail"];

    private static readonly Type[] Types =
    [
        typeof(Guid), typeof(Guid), typeof(DateTimeOffset), typeof(string), typeof(Guid), typeof(string), typeof(string), typeof(string), typeof(Guid), typeof(long), typeof(string),
    ];

    private readonly List<object?[]> waiting = [];

    /// <summary>Somebody opened a record.</summary>
    public void Viewed(RecordType type, Guid record) => Add("view", type, record, 1, null);

    /// <summary>Somebody took records out in a file or through the API.</summary>
    public void Exported(RecordType type, long records, string? detail) => Add("export", type, null, records, detail);

    /// <summary>Writes what is waiting.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        if (waiting.Count == 0) return;
        object?[][] rows = [.. waiting];
        waiting.Clear();
        await session.Write(
            async (connection, transaction) =>
            {
                await session.Dialect.Insert(connection, transaction, new TableRows("platform_access_log", Columns, rows) { Types = Types }, cancellation);
                return true;
            },
            cancellation);
    }

    private void Add(string action, RecordType type, Guid? record, long records, string? detail)
    {
        // The system's own reading is no look by a person.
        if (current.Actor.Id is null) return;
        waiting.Add([
            current.Tenant.Id, Ids.New(), clock.GetUtcNow(), action, current.Actor.Id, current.Actor.Name,
            current.Actor.Source.PersistedName(), type.Key, record, records, detail,
        ]);
    }
}
