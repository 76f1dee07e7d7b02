using System.Reflection;
using System.Text.Json;
using Crm.Platform.Messaging;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>
/// Writes what every change of a record brings with it, in the transaction of the change: history, search text, events.
/// Whatever way a record is saved, it passes here.
/// </summary>
internal sealed class RecordJournal(Session session, Current current, Outbox outbox, Upkeep upkeep, TimeProvider clock)
{
    private const int IdsPerEvent = 500;

    private static readonly string[] AuditColumns =
        ["tenant_id", "id", "record_type", "record_id", "at", "action", "actor_id", "actor_name", "source", "reason", "change_set", "changes"];

    private static readonly Type[] AuditTypes =
    [
        typeof(Guid), typeof(Guid), typeof(string), typeof(Guid), typeof(DateTimeOffset), typeof(string), typeof(Guid), typeof(string), typeof(string),
        typeof(string), typeof(Guid), typeof(string),
    ];

    /// <summary>From so many changes on the search text is worked out while the database is busy with the rows.</summary>
    public const int Many = 200;

    /// <summary>Begins with what needs no database: the search text of the changes.</summary>
    public Task<SearchChanges> Begin(IReadOnlyList<RecordChange> changes)
    {
        var tenant = current.Tenant;

        // New records alone: of others both would read JSON as it was loaded, and unfolding it is not for two at once.
        return changes.Count < Many || changes.Any(c => c.Action != RecordActions.Created)
            ? Task.FromResult(SearchIndex.Of(tenant, changes))
            : Task.Run(() => SearchIndex.Of(tenant, changes));
    }

    /// <summary>Has it all written.</summary>
    /// <param name="writes">What is sent with it.</param>
    /// <param name="changes">What was changed.</param>
    /// <param name="search">What <see cref="Begin"/> answered; null when nobody began.</param>
    /// <param name="reason">Goes into the history.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Write(
        WritesTogether writes, IReadOnlyList<RecordChange> changes, Task<SearchChanges>? search, string? reason, CancellationToken cancellation)
    {
        if (changes.Count > 0)
        {
            await History(writes, changes, reason, cancellation);
            await writes.Search(current.Tenant, await (search ?? Begin(changes)), cancellation);
            session.AfterCommit(() => upkeep.Written(current.Tenant));
        }

        await Events(writes, changes, cancellation);
    }

    private Task History(WritesTogether writes, IReadOnlyList<RecordChange> changes, string? reason, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var rows = new List<object?[]>(changes.Count);
        foreach (var change in changes)
        {
            // A new record's values stand in the record itself; what follows them is noted field by field.
            var fields = change.Action == RecordActions.Updated ? ChangesJson.Write(change.Fields) : null;
            if (change.Action == RecordActions.Updated && fields is null) continue;
            rows.Add([
                current.Tenant.Id, Ids.New(), change.Type.Key, change.Record.Id, now, change.Action, current.Actor.Id, current.Actor.Name,
                current.Actor.Source.PersistedName(), reason, current.ChangeSet, fields,
            ]);
        }

        return writes.Insert(new TableRows("platform_audit", AuditColumns, rows) { Types = AuditTypes }, cancellation);
    }

    private Task Events(WritesTogether writes, IReadOnlyList<RecordChange> changes, CancellationToken cancellation)
    {
        var events = new List<IEvent>(News(changes));
        events.AddRange(changes.SelectMany(c => c.Record.TakeEvents()));
        return outbox.Append(events, writes, cancellation);
    }

    /// <summary>What is told of changes. What changed in no field is no news: a subscriber that saves on each event would hear of itself for ever.</summary>
    public static IEnumerable<RecordsChanged> News(IReadOnlyList<RecordChange> changes)
    {
        foreach (var group in changes.Where(c => c.Action != RecordActions.Updated || c.Fields.Count > 0).GroupBy(c => (c.Type.Key, c.Action)))
        {
            foreach (var some in group.Chunk(IdsPerEvent))
            {
                string[] fields = group.Key.Action == RecordActions.Updated ? [.. some.SelectMany(c => c.Fields).Select(f => f.Field.Key).Distinct()] : [];
                yield return new RecordsChanged(group.Key.Key, group.Key.Action, [.. some.Select(c => c.Record.Id)], fields);
            }
        }
    }
}
