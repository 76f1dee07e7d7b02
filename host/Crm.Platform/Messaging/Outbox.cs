using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;

namespace Crm.Platform.Messaging;

/// <summary>Writes events beside the change that caused them, in the same transaction; after the commit they are on their way at once.</summary>
internal sealed class Outbox(Session session, Current current, OutboxDispatcher dispatcher, TimeProvider clock)
{
    private static readonly string[] Columns = ["tenant_id", "id", "at", "name", "payload", "actor_id", "actor_name", "fanned_out"];

    private static readonly Type[] Types =
        [typeof(Guid), typeof(Guid), typeof(DateTimeOffset), typeof(string), typeof(string), typeof(Guid), typeof(string), typeof(bool)];

    /// <summary>Writes events, and those raised with <see cref="IEvents"/>, in the transaction under way or one of their own.</summary>
    public async Task Append(IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        if (Rows(events) is not { } rows) return;

        // Part of the change: it needs no savepoint of its own in the transaction under way.
        if (session.Transaction is { } under) await Insert(await session.Open(cancellation), under);
        else await session.Write(Insert, cancellation);

        async Task<bool> Insert(DbConnection connection, DbTransaction transaction)
        {
            await session.Dialect.Insert(connection, transaction, rows, cancellation);
            Wake();
            return true;
        }
    }

    /// <summary>Has events, and those raised with <see cref="IEvents"/>, written with what else a change brings.</summary>
    public async Task Append(IReadOnlyList<IEvent> events, WritesTogether writes, CancellationToken cancellation)
    {
        if (Rows(events) is not { } rows) return;
        await writes.Insert(rows, cancellation);
        Wake();
    }

    private TableRows? Rows(IReadOnlyList<IEvent> events)
    {
        IEvent[] all = [.. events, .. session.TakeEvents()];
        if (all.Length == 0) return null;
        var now = clock.GetUtcNow();
        var tenant = current.Tenant.Id;
        return new("platform_outbox", Columns, [.. all.Select(current.Catalog.Set.Write).Select(e => new object?[] { tenant, Ids.New(), now, e.Name, e.Payload, current.Actor.Id, current.Actor.Name, false })]) { Types = Types };
    }

    private void Wake()
    {
        var tenant = current.Tenant.Id;
        session.AfterCommit(() => dispatcher.Wake(tenant));
    }
}
