using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Messaging;

/// <summary>Events that a subscriber could not take after all attempts, newest first.</summary>
[Requires(OutboxRights.Key)]
internal sealed record ListDeadLetters(int Limit = 100) : IRequest<Result<IReadOnlyList<DeadLetter>>>;

/// <summary>Events that a subscriber could not take so far and that are tried again, newest first: with what went wrong, not only after the last attempt.</summary>
[Requires(OutboxRights.Key)]
internal sealed record ListRetries(int Limit = 100) : IRequest<Result<IReadOnlyList<DeadLetter>>>;

/// <summary>An event that a subscriber could not take.</summary>
internal sealed record DeadLetter(Guid Event, string Subscriber, string? Module, string Name, DateTimeOffset At, string ActorName, int Attempts, string? Error, string Payload)
{
    /// <summary>When it is tried again; null when it is given up.</summary>
    public DateTimeOffset? NextTry { get; init; }
}

/// <summary>Tries a dead letter again, from the first attempt.</summary>
[Command("admin.outbox.retry")]
[Requires(OutboxRights.Key)]
internal sealed record RetryDeadLetter(Guid Event, string Subscriber) : IRequest<Result>;

/// <summary>Gives a dead letter up for good.</summary>
[Command("admin.outbox.discard")]
[Requires(OutboxRights.Key)]
internal sealed record DiscardDeadLetter(Guid Event, string Subscriber) : IRequest<Result>;

/// <summary>How much is waiting.</summary>
[Requires(OutboxRights.Key)]
internal sealed record GetOutboxState : IRequest<Result<OutboxState>>;

/// <summary>How much is waiting.</summary>
/// <param name="NewEvents">Events not yet handed to their subscribers.</param>
/// <param name="Subscribers">Deliveries that nothing went wrong with so far, those that failed and are tried again, and dead ones, by subscriber.</param>
internal sealed record OutboxState(long NewEvents, IReadOnlyList<SubscriberState> Subscribers);

/// <summary>Deliveries of one subscriber.</summary>
internal sealed record SubscriberState(string Subscriber, string? Module, long Waiting, long Retrying, long Dead);

/// <summary>The right to see and settle events that did not arrive.</summary>
internal static class OutboxRights
{
    public const string Key = "admin.outbox";
}

internal sealed class ListDeadLettersHandler(Session session, Current current, ModuleList modules)
    : IRequestHandler<ListDeadLetters, Result<IReadOnlyList<DeadLetter>>>, IRequestHandler<ListRetries, Result<IReadOnlyList<DeadLetter>>>
{
    public Task<Result<IReadOnlyList<DeadLetter>>> Handle(ListDeadLetters request, CancellationToken cancellationToken) => Of(DeliveryState.Dead, request.Limit, cancellationToken);

    public Task<Result<IReadOnlyList<DeadLetter>>> Handle(ListRetries request, CancellationToken cancellationToken) => Of(DeliveryState.Pending, request.Limit, cancellationToken);

    private async Task<Result<IReadOnlyList<DeadLetter>>> Of(string state, int limit, CancellationToken cancellationToken)
    {
        var sql = await session.Sql(cancellationToken);
        var failed = state == DeliveryState.Pending ? " AND d.error IS NOT NULL" : "";
        var letters = await sql.Rows(
            $"""
            SELECT d.event_id, d.subscriber, o.name, o.at, o.actor_name, d.attempts, d.error, o.payload, d.due_at
            FROM platform_delivery d JOIN platform_outbox o ON o.tenant_id = d.tenant_id AND o.id = d.event_id
            WHERE d.tenant_id = {current.Tenant.Id} AND d.state = {state}{Sql.Raw(failed)} ORDER BY d.event_id DESC{sql.Limit(Math.Clamp(limit, 1, 1000))}
            """,
            r => new DeadLetter(r.Id(0), r.Text(1), modules.Now.Subscriber(r.Text(1))?.Module, r.Text(2), r.Moment(3), r.Text(4), r.Int(5), r.MaybeText(6), r.Text(7)) { NextTry = state == DeliveryState.Pending ? r.Moment(8) : null },
            cancellationToken);
        return Result.Of<IReadOnlyList<DeadLetter>>(letters);
    }
}

internal sealed class SettleDeadLetterHandler(Session session, Current current, OutboxDispatcher dispatcher, TimeProvider clock)
    : IRequestHandler<RetryDeadLetter, Result>, IRequestHandler<DiscardDeadLetter, Result>
{
    public Task<Result> Handle(RetryDeadLetter request, CancellationToken cancellationToken) =>
        Settle(request.Event, request.Subscriber, DeliveryState.Pending, cancellationToken);

    public Task<Result> Handle(DiscardDeadLetter request, CancellationToken cancellationToken) =>
        Settle(request.Event, request.Subscriber, DeliveryState.Discarded, cancellationToken);

    private Task<Result> Settle(Guid id, string subscriber, string state, CancellationToken cancellation) => session.Write(
        async sql =>
        {
            var settled = await sql.Execute(
                $"""
                UPDATE platform_delivery SET state = {state}, attempts = 0, due_at = {clock.GetUtcNow()}, lease = NULL, leased_until = NULL
                WHERE tenant_id = {current.Tenant.Id} AND event_id = {id} AND subscriber = {subscriber} AND state = {DeliveryState.Dead}
                """,
                cancellation);
            if (settled == 0)
            {
                return new Problem(
                    "not-found", ("この未配信イベントはもうありません。", "This undelivered event is no longer there."),
                    ("一覧を読み直してください。ほかの管理者が処理した可能性があります。", "Reload the list; another administrator may have settled it."), Kind: ProblemKind.NotFound);
            }

            var tenant = current.Tenant.Id;
            session.AfterCommit(() => dispatcher.Wake(tenant));
            return Result.Done;
        },
        cancellation);
}

internal sealed class GetOutboxStateHandler(Session session, Current current, ModuleList modules) : IRequestHandler<GetOutboxState, Result<OutboxState>>
{
    public async Task<Result<OutboxState>> Handle(GetOutboxState request, CancellationToken cancellationToken)
    {
        var sql = await session.Sql(cancellationToken);
        var tenant = current.Tenant.Id;
        var fresh = await sql.First($"SELECT COUNT(*) FROM platform_outbox WHERE tenant_id = {tenant} AND fanned_out = {false}", r => r.Long(0), cancellationToken);
        var counts = await sql.Rows(
            $"""
            SELECT subscriber, SUM(CASE WHEN state = {DeliveryState.Pending} AND error IS NULL THEN 1 ELSE 0 END),
              SUM(CASE WHEN state = {DeliveryState.Pending} AND error IS NOT NULL THEN 1 ELSE 0 END), SUM(CASE WHEN state = {DeliveryState.Dead} THEN 1 ELSE 0 END)
            FROM platform_delivery WHERE tenant_id = {tenant} AND state IN ({DeliveryState.Pending}, {DeliveryState.Dead}) GROUP BY subscriber ORDER BY subscriber
            """,
            r => new SubscriberState(r.Text(0), modules.Now.Subscriber(r.Text(0))?.Module, r.Long(1), r.Long(2), r.Long(3)), cancellationToken);
        return Result.Of(new OutboxState(fresh, counts));
    }
}
