using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Takes a merge back through its change set, in every module at once; what was changed since stays and is listed.</summary>
internal sealed class UndoMergeHandler(CustomersDb db, IMediator mediator, IEvents events, TimeProvider clock) : IRequestHandler<UndoMerge, Result>
{
    public async Task<Result> Handle(UndoMerge undo, CancellationToken cancellationToken)
    {
        var merge = await db.Merges.SingleOrDefaultAsync(m => m.Id == undo.MergeId, cancellationToken);
        if (merge is null) return Problems.NotFound(CustomersContract.Module + ".merge", undo.MergeId);
        if (merge.UndoneAt is not null) return Already;

        merge.UndoneAt = clock.GetUtcNow();
        var undone = await mediator.Send(new UndoChangeSet(merge.ChangeSet), cancellationToken);
        if (undone.Failed)
        {
            merge.UndoneAt = null;
            return undone;
        }

        var names = await mediator.Send(new GetRecordTypes(), cancellationToken);
        var labels = names.Failed ? [] : names.Value.SelectMany(t => t.Fields).GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.First().Label.ToString());
        var kept = string.Join("、", undone.Value.Kept.Select(k => labels.GetValueOrDefault(k.Field, k.Field)).Distinct());
        merge.Kept = kept.Length == 0 ? null : kept.Length <= 2000 ? kept : kept[..2000];
        var (first, second) = DuplicatePair.Ordered(merge.SurvivorId, merge.MergedId);
        if (await db.DuplicatePairs.SingleOrDefaultAsync(p => p.FirstId == first && p.SecondId == second, cancellationToken) is { } pair)
        {
            (pair.State, pair.DecidedBy, pair.DecidedAt) = (PairStates.Open, null, null);
        }

        events.Raise(new MergeUndone(merge.RecordType, merge.SurvivorId, merge.MergedId, merge.Id));
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static Problem Already => new("undone-already", ("この統合はすでに取り消されています。", "This merge has been undone already."));
}

/// <summary>Merges by which these records went into the bin and that nobody has undone.</summary>
internal sealed record GetOpenMerges(IReadOnlyList<Guid> Merged) : IRequest<Result<IReadOnlyList<CustomerMerge>>>;

internal sealed class GetOpenMergesHandler(CustomersDb db) : IRequestHandler<GetOpenMerges, Result<IReadOnlyList<CustomerMerge>>>
{
    // One that is being undone right now is undone in memory only.
    public async Task<Result<IReadOnlyList<CustomerMerge>>> Handle(GetOpenMerges get, CancellationToken cancellationToken) =>
        (await db.Merges.Where(m => get.Merged.Contains(m.MergedId) && m.UndoneAt == null).OrderByDescending(m => m.Id).ToListAsync(cancellationToken)).FindAll(m => m.UndoneAt is null);
}

/// <summary>
/// A record that was merged comes back by undoing the merge, together with all that moved; taken out of the bin alone, it would be an empty twin.
/// </summary>
/// <remarks>Asks by a request: the module's tables are opened only for what lies in the bin, not with every save.</remarks>
internal sealed class MergedRecordsComeBackByUndo(IMediator mediator) : RecordRule
{
    private Dictionary<Guid, string> merged = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        merged = [];
        var inBin = batch.Records.Where(r => r.Record.DeletedAt is not null).Select(r => r.Record.Id).ToList();
        if (inBin.Count == 0) return;
        var open = await mediator.Send(new GetOpenMerges(inBin), cancellation);
        if (!open.Failed) merged = open.Value.GroupBy(m => m.MergedId).ToDictionary(g => g.Key, g => g.First().SurvivorTitle);
    }

    public override IEnumerable<Problem> Check(RuleContext record) => [];

    public override IEnumerable<Problem> CheckBin(RuleContext record)
    {
        if (!merged.TryGetValue(record.Record.Id, out var survivor)) yield break;
        yield return new Problem(
            "customers.merged", ($"このレコードは「{survivor}」に統合されています。", $"This record was merged into “{survivor}”."),
            ("「統合を取り消す」を実行すると、移したものと一緒に戻ります。", "Undo the merge: all that moved comes back with it."), Kind: ProblemKind.Conflict);
    }
}

/// <summary>Remembers that two records are two customers.</summary>
internal sealed class MarkNotTheSameHandler(CustomersDb db, IMediator mediator, IUser user, TimeProvider clock) : IRequestHandler<MarkNotTheSame, Result>
{
    public async Task<Result> Handle(MarkNotTheSame mark, CancellationToken cancellationToken)
    {
        var (first, second) = DuplicatePair.Ordered(mark.FirstId, mark.SecondId);
        string? type = await db.People.CountAsync(p => p.Id == first || p.Id == second, cancellationToken) == 2 ? CustomersContract.Person
            : await db.Companies.CountAsync(c => c.Id == first || c.Id == second, cancellationToken) == 2 ? CustomersContract.Company
            : null;
        if (type is null) return Problems.NotFound(CustomersContract.Person, mark.FirstId);
        foreach (var id in (Guid[])[first, second])
        {
            var seen = await mediator.Send(new GetRecord(type, id), cancellationToken);
            if (seen.Failed) return seen;
            if (!seen.Value.MayEdit) return Problems.Forbidden($"{type}:edit");
        }

        var pair = await db.DuplicatePairs.SingleOrDefaultAsync(p => p.FirstId == first && p.SecondId == second, cancellationToken);
        if (pair is null) db.DuplicatePairs.Add(pair = new DuplicatePair { TenantId = db.TenantId, FirstId = first, SecondId = second, RecordType = type, FoundAt = clock.GetUtcNow() });
        (pair.State, pair.DecidedBy, pair.DecidedAt) = (PairStates.NotSame, user.Id, clock.GetUtcNow());
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}
