using System.Diagnostics;
using System.Globalization;
using Crm.Platform.Modules;
using Crm.Platform.Observability;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Messaging;

/// <summary>
/// Hands one event to one subscriber. The handler's work and the mark that it is done commit together,
/// so that the effect happens once however often the attempt is made.
/// </summary>
internal sealed partial class Delivery(
    WorkScopes scopes, ModuleFaults faults, IOptions<MessagingOptions> options,
    TimeProvider clock, DeliverySteps steps, CrmMeters meters, ILogger<Delivery> log)
{
    /// <summary>How long a handler that is to stop has for ending the command it is in.</summary>
    private static readonly TimeSpan LetGo = TimeSpan.FromSeconds(5);

    /// <summary>An event that waits for a subscriber.</summary>
    internal readonly record struct Waiting(Guid Event, int Attempts);

    /// <summary>What is due for a subscriber, oldest event first.</summary>
    public async Task<List<Waiting>> Due(Sql sql, TenantInfo tenant, string subscriber, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await sql.Rows(
            $"""
            SELECT event_id, attempts FROM platform_delivery
            WHERE tenant_id = {tenant.Id} AND state = {DeliveryState.Pending} AND subscriber = {subscriber} AND due_at <= {now}
              AND (leased_until IS NULL OR leased_until < {now})
            ORDER BY event_id{sql.Limit(50)}
            """,
            r => new Waiting(r.Id(0), r.Int(1)), cancellation);
    }

    public async Task Deliver(Sql outside, TenantInfo tenant, Subscriber subscriber, Waiting waiting, CancellationToken stopping)
    {
        var lease = Ids.New();
        if (!await Take(outside, tenant, subscriber, waiting, lease, stopping)) return;
        var attempt = waiting.Attempts + 1;
        await steps.At(DeliveryStep.Taken, stopping);
        var started = clock.GetTimestamp();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            var happened = await outside.First(
                $"SELECT name, payload, actor_id, actor_name, at FROM platform_outbox WHERE tenant_id = {tenant.Id} AND id = {waiting.Event}",
                r => new Happened(r.Text(0), r.Text(1), r.MaybeId(2), r.Text(3), r.Moment(4)), stopping)
                ?? throw new InvalidOperationException("The event is gone from the outbox.");
            using var activity = meters.Start("deliver " + subscriber.Name, ActivityKind.Consumer, tenant);
            if (!await Handle(tenant, subscriber, waiting.Event, lease, happened, time)) return;
            await steps.At(DeliveryStep.Committed, stopping);
            meters.Delivered(subscriber, "done", clock.GetElapsedTime(started), clock.GetUtcNow() - happened.At);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            var text = time.IsCancellationRequested ? $"The handler took longer than {options.Value.HandlerTimeout.TotalSeconds:0} seconds." : e.ToString();
            faults.Note(subscriber.Module, tenant.Id, subscriber.Name);
            LogFailed(log, subscriber.Name, waiting.Event, tenant.Id, attempt, e.GetType().Name);
            await Failed(outside, tenant, subscriber, waiting.Event, lease, attempt, text, stopping);
            meters.Delivered(subscriber, attempt >= options.Value.Attempts ? "dead" : "failed", clock.GetElapsedTime(started), null);
        }
    }

    /// <summary>The attempt is counted before it is made: an event that kills the node ends as a dead letter too.</summary>
    private async Task<bool> Take(Sql sql, TenantInfo tenant, Subscriber subscriber, Waiting waiting, Guid lease, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var worn = waiting.Attempts >= options.Value.Attempts;
        return await sql.InTransaction(
            async s =>
            {
                // A lease that is lost with the database server was not taken, and the handler's own transaction looks at it first.
                await s.Dialect.NeedNotLast(s.Connection, s.Transaction, cancellation);
                return await s.Execute(
                    $"""
                    UPDATE platform_delivery SET lease = {lease}, leased_until = {now + options.Value.Lease}, attempts = {waiting.Attempts + 1},
                      error = COALESCE(error, {(worn ? "The node stopped during each attempt." : null)}), state = {(worn ? DeliveryState.Dead : DeliveryState.Pending)}
                    WHERE tenant_id = {tenant.Id} AND event_id = {waiting.Event} AND subscriber = {subscriber.Name} AND state = {DeliveryState.Pending}
                      AND attempts = {waiting.Attempts} AND due_at <= {now} AND (leased_until IS NULL OR leased_until < {now})
                    """,
                    cancellation);
            },
            cancellation) == 1 && !worn;
    }

    private async Task<bool> Handle(TenantInfo tenant, Subscriber subscriber, Guid id, Guid lease, Happened happened, CancellationTokenSource time)
    {
        var cancellation = time.Token;
        CultureInfo.CurrentUICulture = tenant.Language;
        var actor = new Actor(happened.ActorId, happened.ActorName, ChangeSource.Event, AccessRights.OfTenant);
        await using var scope = await scopes.Open(tenant, actor, cancellation);
        return await scope.Get<Session>().Write(
            async sql =>
            {
                // Marked first: the row stays locked until the commit, and a lease that ran out and went to another node is noticed here.
                if (await sql.Execute(
                    $"""
                    UPDATE platform_delivery SET state = {DeliveryState.Done}, error = NULL
                    WHERE tenant_id = {tenant.Id} AND event_id = {id} AND subscriber = {subscriber.Name} AND state = {DeliveryState.Pending} AND lease = {lease}
                    """,
                    cancellation) == 0)
                {
                    return false;
                }

                await steps.At(DeliveryStep.Marked, cancellation);

                // The time begins here: waiting for one's turn to write is not the handler's doing.
                time.CancelAfter(options.Value.HandlerTimeout);

                // On a thread of its own and not waited for beyond its time: a handler that blocks must not keep the transaction open.
                // The catalog may be newer than what was read of the queue: what counts is who the subscriber is now.
                var set = scope.Get<Current>().Catalog.Set;
                var now = set.Subscriber(subscriber.Name) ?? throw new InvalidOperationException($"The subscriber {subscriber.Name} is gone.");
                var told = set.Read(happened.Name, happened.Payload);

                // Queued while it heard more, or missed while its module was off.
                if (told is RecordsChanged { RecordType: var type } && !now.Hears(type)) return true;
                var handler = scope.Get<ModuleScopes>().Make(set.Runtime(now.Module), now.Handler);
                var work = Task.Run(() => now.Handle(handler, told, cancellation), cancellation);
                try
                {
                    await work.WaitAsync(cancellation);
                }
                catch (OperationCanceledException) when (!work.IsCompleted)
                {
                    // Rolling back beneath a command under way would leave the transaction, and its locks, open.
                    await Task.WhenAny(work, Task.Delay(LetGo, clock, CancellationToken.None));
                    throw;
                }

                await scope.Get<Outbox>().Append([], cancellation);
                await steps.At(DeliveryStep.Handled, cancellation);
                return true;
            },
            cancellation);
    }

    private async Task Failed(Sql outside, TenantInfo tenant, Subscriber subscriber, Guid id, Guid lease, int attempt, string error, CancellationToken cancellation)
    {
        var state = attempt >= options.Value.Attempts ? DeliveryState.Dead : DeliveryState.Pending;
        await outside.InTransaction(
            s => s.Execute(
                $"""
                UPDATE platform_delivery SET lease = NULL, leased_until = NULL, error = {error.Cut(4_000)},
                  state = {state}, due_at = {clock.GetUtcNow() + options.Value.RetryAfter(attempt)}
                WHERE tenant_id = {tenant.Id} AND event_id = {id} AND subscriber = {subscriber.Name} AND state = {DeliveryState.Pending} AND lease = {lease}
                """,
                cancellation),
            cancellation);
    }

    // The error's text stays in the tenant's database: it may quote what a person entered.
    [LoggerMessage(Level = LogLevel.Warning, Message = "Subscriber {Subscriber} failed on event {Event} of tenant {Tenant}, attempt {Attempt}: {Error}")]
    private static partial void LogFailed(ILogger logger, string subscriber, Guid @event, Guid tenant, int attempt, string error);

    private sealed record Happened(string Name, string Payload, Guid? ActorId, string ActorName, DateTimeOffset At);
}
