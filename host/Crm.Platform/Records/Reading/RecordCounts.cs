using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Counts records: exactly up to 10,000, above that by an estimate that is marked as one.</summary>
internal sealed class RecordCounts(Session session, Current current, RecordTotals totals)
{
    private const int ExactUpTo = 10_000;

    /// <summary>How many live records of a type the tenant has, at most a minute old.</summary>
    public ValueTask<long> Total(RecordType type, CancellationToken cancellation) =>
        totals.Of((current.Tenant.Id, type.Key), () => CountAll(type, cancellation));

    /// <summary>Asks how many a list has, up to the most that is counted.</summary>
    public Question Question(RecordType type, ListRecords list, Action<long> counted)
    {
        var command = session.Question();
        command.CommandText = $"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {type.Table} t WHERE {Where(command, type, list)}{session.Dialect.LimitUnordered(ExactUpTo + 1)}) AS capped";
        return new(command, async reader =>
        {
            if (await reader.ReadAsync()) counted(Convert.ToInt64(reader.GetValue(0), CultureInfo.InvariantCulture));
        });
    }

    /// <summary>What to say of so many counted.</summary>
    public async Task<(long Count, bool IsEstimate)> Of(RecordType type, ListRecords list, long counted, CancellationToken cancellation)
    {
        if (counted <= ExactUpTo) return (counted, false);
        if (list.Filter is null && !list.Deleted && current.Actor.Reach(type.Key, RecordAction.Read) == Reach.All) return (await Total(type, cancellation), true);
        await using var command = await session.Command(cancellation);
        command.CommandText = $"SELECT 1 FROM {type.Table} t WHERE {Where(command, type, list)}";
        return (Math.Max(counted, await session.Dialect.Estimate(command, cancellation) ?? counted), true);
    }

    private string Where(DbCommand command, RecordType type, ListRecords list) =>
        new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog).Where(RecordAction.Read, list.Filter, list.Deleted);

    private async Task<long> CountAll(RecordType type, CancellationToken cancellation)
    {
        await using var command = await session.Command(cancellation);
        var custom = type.IsCustom ? " AND type_key = " + session.Dialect.Bind(command, type.Key) : "";
        command.CommandText = $"SELECT COUNT(*) FROM {type.Table} WHERE tenant_id = {session.Dialect.Bind(command, session.Dialect.ToColumn(current.Tenant.Id))} AND deleted_at IS NULL{custom}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
    }
}

/// <summary>Totals per tenant and record type, remembered for a minute.</summary>
internal sealed class RecordTotals(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid Tenant, string Type), (long Count, DateTimeOffset At)> known = new();

    public async ValueTask<long> Of((Guid Tenant, string Type) key, Func<Task<long>> count)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(key, out var total) && now - total.At < Fresh) return total.Count;
        var counted = await count();
        known[key] = (counted, now);
        return counted;
    }
}
