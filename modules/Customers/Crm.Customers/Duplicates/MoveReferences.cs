using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Everything that is on follows a merge at once.</summary>
[Subscriber("customers.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(new MoveReferences(merged.MergeId), cancellationToken);
        moved.OrThrow("References could not be moved");
    }
}

/// <summary>
/// Finds every field of every record type that points to the merged customer and points it to the survivor, under the change set of the merge.
/// The types say which fields point where, so that a plugin need not be known, nor know. Read-only fields are their module's business.
/// </summary>
internal sealed class MoveReferencesHandler(CustomersDb db, IMediator mediator) : IRequestHandler<MoveReferences, Result>
{
    private const int AtOnce = 500;

    public async Task<Result> Handle(MoveReferences move, CancellationToken cancellationToken)
    {
        var merge = await db.Merges.AsNoTracking().SingleOrDefaultAsync(m => m.Id == move.MergeId, cancellationToken);
        if (merge is null || merge.UndoneAt is not null) return Result.Done;
        var types = await mediator.Send(new GetRecordTypes(), cancellationToken);
        if (types.Failed) return types;
        foreach (var type in types.Value)
        {
            foreach (var field in type.Fields.Where(f => f is { Kind: FieldKind.Reference, ReadOnly: false } && f.References == merge.RecordType && (move.Module is null || f.Owner == move.Module || type.Key.StartsWith(move.Module + ".", StringComparison.Ordinal))))
            {
                var moved = await Move(type, field, merge, cancellationToken);
                if (moved.Failed) return moved;
            }
        }

        return Result.Done;
    }

    private async Task<Result> Move(RecordType type, Field field, CustomerMerge merge, CancellationToken cancellation)
    {
        // What has been moved is not found again, so the first page is always the next one.
        while (true)
        {
            var page = await mediator.Send(new ListRecords(type.Key) { Filter = Filter.Eq(field.Key, merge.MergedId), Fields = [], Limit = AtOnce }, cancellation);
            if (page.Failed) return page;
            if (page.Value.Rows.Count == 0) return Result.Done;
            var rows = page.Value.Rows.Select(r => (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?>
            {
                ["id"] = r.Id,

                // A branch of the merged company that is the survivor itself stands alone now.
                [field.Key] = r.Id == merge.SurvivorId ? null : merge.SurvivorId,
            }).ToList();
            var saved = await mediator.Send(new SaveRecords(type.Key, rows) { ChangeSet = merge.ChangeSet, Reason = Texts.L("名寄せ", "Merge") }, cancellation);
            if (saved.Failed) return saved;
            if (saved.Value.Rows.FirstOrDefault(r => r.Problems.Count > 0) is { Problems: { Count: > 0 } problems }) return Result.Fail(problems);
        }
    }
}
