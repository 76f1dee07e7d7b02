using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Platform.Webhooks;
using Crm.Sdk.Messaging;

namespace Crm.Platform.Messaging;

/// <summary>
/// Turns each event into one delivery per subscriber whose module is on. A subscriber whose module was off in between
/// gets what it missed when the module is switched on again.
/// </summary>
internal sealed class FanOut(Databases databases, Catalogs catalogs, TimeProvider clock, DeliverySteps steps)
{
    /// <summary>The row whose lock is a tenant's turn: fan-out and switching follow one another in the whole cluster, so neither misses what the other wrote.</summary>
    private const string TurnRow = "*";

    private const int EventsPerPass = 200;

    private static readonly string RecordsChangedName = typeof(RecordsChanged).GetCustomAttribute<EventAttribute>()!.Name;

    private static readonly string[] Columns = ["tenant_id", "event_id", "subscriber", "state", "attempts", "due_at", "leased_until", "lease", "error"];

    private static readonly Type[] Types =
        [typeof(Guid), typeof(Guid), typeof(string), typeof(string), typeof(int), typeof(DateTimeOffset), typeof(DateTimeOffset), typeof(Guid), typeof(string)];

    private readonly ConcurrentDictionary<Guid, CatalogVersion> switched = new();

    /// <summary>Fans out until nothing is left.</summary>
    public async Task Run(TenantInfo tenant, CancellationToken cancellation)
    {
        var catalog = await catalogs.Of(tenant, cancellation);
        await using var connection = await databases.Open(tenant, cancellation);
        while (switched.GetValueOrDefault(tenant.Id) != catalog.Version || await Waits(new Sql(databases.Dialect, connection), tenant, cancellation))
        {
            await using var writing = await databases.Dialect.BeginWrite(connection, cancellation);
            var sql = new Sql(databases.Dialect, connection, writing.Transaction);
            await TakeTurn(sql, tenant, cancellation);

            // Events before positions: a module switched on in between then finds these events among what it missed.
            var events = await sql.Rows(
                $"""
                SELECT id, name, at, CASE WHEN name = {RecordsChangedName} THEN payload END FROM platform_outbox
                WHERE tenant_id = {tenant.Id} AND fanned_out = {false} ORDER BY id{sql.Limit(EventsPerPass)}
                """,
                r => new Raised(r.Id(0), r.Text(1), r.Moment(2), r.MaybeText(3)), cancellation);
            var active = await Switch(sql, tenant, catalog, events.Count > 0 ? events.Min(e => e.At) : clock.GetUtcNow(), cancellation);
            await Deliver(sql, tenant, catalog, events, active, cancellation);
            await WebhookSender.Note(sql, tenant, [.. events.Select(e => (e.Id, e.Name, e.At))], clock.GetUtcNow(), cancellation);
            await steps.At(DeliveryStep.FannedOut, cancellation);
            await writing.Transaction.CommitAsync(cancellation);
            switched[tenant.Id] = catalog.Version;
            await steps.At(DeliveryStep.FanOutCommitted, cancellation);
        }
    }

    private static async Task<bool> Waits(Sql sql, TenantInfo tenant, CancellationToken cancellation) =>
        (await sql.Rows($"SELECT id FROM platform_outbox WHERE tenant_id = {tenant.Id} AND fanned_out = {false} ORDER BY id{sql.Limit(1)}", r => r.Id(0), cancellation)).Count > 0;

    private async Task TakeTurn(Sql sql, TenantInfo tenant, CancellationToken cancellation)
    {
        if (await sql.Execute($"UPDATE platform_subscriber SET active = {true} WHERE tenant_id = {tenant.Id} AND subscriber = {TurnRow}", cancellation) == 0)
        {
            await sql.Execute($"INSERT INTO platform_subscriber (tenant_id, subscriber, active, since) VALUES ({tenant.Id}, {TurnRow}, {true}, {clock.GetUtcNow()})", cancellation);
        }
    }

    /// <summary>Brings the subscribers that take part in line with what is on, and answers with those that do. A new one takes part from the oldest event of this pass.</summary>
    private async Task<HashSet<string>> Switch(Sql sql, TenantInfo tenant, TenantCatalog catalog, DateTimeOffset from, CancellationToken cancellation)
    {
        var known = (await sql.Rows(
            $"SELECT subscriber, active, since FROM platform_subscriber WHERE tenant_id = {tenant.Id} AND subscriber <> {TurnRow}",
            r => (Name: r.Text(0), Active: r.Flag(1), Since: r.Moment(2)), cancellation)).ToDictionary(s => s.Name);
        var on = catalog.Set.Subscribers.Where(s => s.Module is null || catalog.IsOn(s.Module)).ToDictionary(s => s.Name);
        var now = clock.GetUtcNow();
        foreach (var subscriber in on.Values)
        {
            if (!known.TryGetValue(subscriber.Name, out var position))
            {
                await sql.Execute($"INSERT INTO platform_subscriber (tenant_id, subscriber, active, since) VALUES ({tenant.Id}, {subscriber.Name}, {true}, {from})", cancellation);
            }
            else if (!position.Active)
            {
                await Backfill(sql, tenant, catalog.Set.EventsOf(subscriber), subscriber, position.Since, now, cancellation);
                await sql.Execute($"UPDATE platform_subscriber SET active = {true} WHERE tenant_id = {tenant.Id} AND subscriber = {subscriber.Name}", cancellation);
            }
        }

        foreach (var gone in known.Values.Where(s => s.Active && !on.ContainsKey(s.Name)))
        {
            // What was still waiting counts as missed and comes back with the rest.
            await sql.Execute($"UPDATE platform_subscriber SET active = {false} WHERE tenant_id = {tenant.Id} AND subscriber = {gone.Name}", cancellation);
            await sql.Execute($"DELETE FROM platform_delivery WHERE tenant_id = {tenant.Id} AND state = {DeliveryState.Pending} AND subscriber = {gone.Name}", cancellation);
        }

        return [.. on.Keys];
    }

    private static async Task Backfill(
        Sql sql, TenantInfo tenant, IReadOnlyList<string> names, Subscriber subscriber, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellation)
    {
        if (names.Count == 0) return;
        await sql.Execute(
            $"""
            INSERT INTO platform_delivery (tenant_id, event_id, subscriber, state, attempts, due_at)
            SELECT o.tenant_id, o.id, {subscriber.Name}, {DeliveryState.Pending}, 0, {now} FROM platform_outbox o
            WHERE o.tenant_id = {tenant.Id} AND o.at >= {since} AND o.fanned_out = {true} AND o.name IN ({Sql.List(names)})
              AND NOT EXISTS (SELECT 1 FROM platform_delivery d WHERE d.tenant_id = {tenant.Id} AND d.event_id = o.id AND d.subscriber = {subscriber.Name})
            """,
            cancellation);
    }

    private async Task Deliver(
        Sql sql, TenantInfo tenant, TenantCatalog catalog, List<Raised> events, HashSet<string> active, CancellationToken cancellation)
    {
        if (events.Count == 0) return;
        var now = clock.GetUtcNow();
        var rows = (from e in events
                    from s in catalog.Set.SubscribersOf(e.Name)
                    where active.Contains(s.Name) && (e.RecordType is not { } type || s.Hears(type))
                    select new object?[] { tenant.Id, e.Id, s.Name, DeliveryState.Pending, 0, now, null, null, null }).ToList();
        if (rows.Count > 0) await sql.Dialect.Insert(sql.Connection, sql.Transaction, new TableRows("platform_delivery", Columns, rows) { Types = Types }, cancellation);
        await sql.Execute($"UPDATE platform_outbox SET fanned_out = {true} WHERE tenant_id = {tenant.Id} AND id IN ({Sql.List(events.Select(e => e.Id))})", cancellation);
    }
}

/// <summary>An event on its way to whoever hears it.</summary>
internal sealed record Raised(Guid Id, string Name, DateTimeOffset At, string? Payload)
{
    /// <summary>Whose change it tells of; null for other events.</summary>
    public string? RecordType { get; } = Payload is null ? null : JsonDocument.Parse(Payload).RootElement.GetProperty(JsonNamingPolicy.CamelCase.ConvertName(nameof(RecordsChanged.RecordType))).GetString();
}

/// <summary>Where a delivery stands; stored.</summary>
internal static class DeliveryState
{
    public const string Pending = "pending";
    public const string Done = "done";
    public const string Dead = "dead";
    public const string Discarded = "discarded";
}

/// <summary>The steps of an event's way, between which a node may die.</summary>
internal enum DeliveryStep
{
    FannedOut,
    FanOutCommitted,
    Taken,
    Marked,
    Handled,
    Committed,
}

/// <summary>Passed at each step; tests let a node die there.</summary>
internal class DeliverySteps
{
    public virtual Task At(DeliveryStep step, CancellationToken cancellation) => Task.CompletedTask;
}
