using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>Lets a proposed purge go. Not for whoever proposed it or set its rule. Nothing takes it back.</summary>
/// <param name="Id">The proposal.</param>
/// <param name="Version">The version the approver saw; null for whatever is there.</param>
[Command("customers.approve-purge")]
[Requires(CustomersContract.ApprovePurges)]
internal sealed record ApprovePurge(Guid Id, int? Version = null) : IRequest<Result>;

/// <summary>Turns a proposed purge down: nothing of it goes.</summary>
/// <param name="Id">The proposal.</param>
/// <param name="Note">Why; or null.</param>
[Command("customers.turn-down-purge")]
[Requires(CustomersContract.Retention)]
internal sealed record TurnDownPurge(Guid Id, string? Note = null) : IRequest<Result>;

/// <summary>Says that a record of a proposal stays, in this and in later ones; or takes that back.</summary>
/// <param name="PurgeId">The proposal.</param>
/// <param name="RecordId">The record.</param>
/// <param name="Keep">Whether it stays.</param>
[Command("customers.keep-from-purge")]
[Requires(CustomersContract.Retention)]
internal sealed record KeepFromPurge(Guid PurgeId, Guid RecordId, bool Keep) : IRequest<Result>;

internal sealed class DecidePurgeHandler(CustomersDb db, IUser user, TimeProvider clock) : IRequestHandler<ApprovePurge, Result>, IRequestHandler<TurnDownPurge, Result>, IRequestHandler<KeepFromPurge, Result>
{
    public async Task<Result> Handle(ApprovePurge approve, CancellationToken cancellationToken)
    {
        var purge = await db.Load<Purge>(approve.Id, RecordAction.Read, approve.Version, cancellationToken);
        if (purge.Failed) return purge;
        var approved = purge.Value.Approve(user.Id, clock.GetUtcNow());
        return approved.Failed ? approved : await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result> Handle(TurnDownPurge turnDown, CancellationToken cancellationToken)
    {
        var purge = await db.Load<Purge>(turnDown.Id, RecordAction.Read, cancellation: cancellationToken);
        if (purge.Failed) return purge;
        var done = purge.Value.TurnDown(user.Id, clock.GetUtcNow(), string.IsNullOrWhiteSpace(turnDown.Note) ? null : turnDown.Note.Trim());
        return done.Failed ? done : await db.SaveAsync(cancellation: cancellationToken);
    }

    public async Task<Result> Handle(KeepFromPurge keep, CancellationToken cancellationToken)
    {
        var purge = await db.Load<Purge>(keep.PurgeId, RecordAction.Read, cancellation: cancellationToken);
        if (purge.Failed) return purge;
        if (purge.Value.State != PurgeStates.Proposed) return PurgeProblems.WrongState;
        var item = await db.PurgeItems.SingleOrDefaultAsync(i => i.PurgeId == keep.PurgeId && i.RecordId == keep.RecordId && !i.Along, cancellationToken);
        if (item is null) return Problems.NotFound(purge.Value.RecordTypeKey, keep.RecordId);
        if (keep.Keep == (item.State == ItemStates.Kept)) return Result.Done;
        if (!keep.Keep) await db.PurgeItems.Where(i => i.PurgeId != keep.PurgeId && i.RecordId == keep.RecordId && i.State == ItemStates.Kept).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ItemStates.Held), cancellationToken);
        var counted = item.State == ItemStates.Waiting ? -1 : 0;
        item.Mark(keep.Keep ? ItemStates.Kept : ItemStates.Waiting);
        purge.Value.Count(purge.Value.Listed + (keep.Keep ? counted : 1), purge.Value.Held - (keep.Keep ? counted : 1));
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}
