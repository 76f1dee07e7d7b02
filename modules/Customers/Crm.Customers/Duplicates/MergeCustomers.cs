using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Duplicates;

/// <summary>Merges two records: the one goes into the bin, the other takes what survives of both, and whoever follows is told.</summary>
internal sealed class MergeCustomersHandler(CustomersDb db, IMediator mediator, IEvents events, IUser user, TimeProvider clock) : IRequestHandler<MergeCustomers, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(MergeCustomers merge, CancellationToken cancellationToken)
    {
        if (merge.SurvivorId == merge.MergedId) return Itself;
        if (merge.RecordType is not (CustomersContract.Company or CustomersContract.Person)) return Problems.NotFound(merge.RecordType, merge.SurvivorId);
        var survivor = await mediator.Send(new GetRecord(merge.RecordType, merge.SurvivorId), cancellationToken);
        var merged = await mediator.Send(new GetRecord(merge.RecordType, merge.MergedId), cancellationToken);
        if (survivor.Failed) return Result<Guid>.Fail(survivor.Problems);
        if (merged.Failed) return Result<Guid>.Fail(merged.Problems);
        if (!survivor.Value.MayEdit || !merged.Value.MayEdit) return Problems.Forbidden($"{merge.RecordType}:edit");
        if (!merged.Value.MayDelete) return Problems.Forbidden($"{merge.RecordType}:delete");

        // A refusal survives every merge; whoever cannot see the answers cannot keep it.
        if (Survivorship.Answers.Any(field => !survivor.Value.Type.TryGet(field, out _))) return AnswersHidden;

        // First into the bin: a code or number that only one record may have is free then.
        var deleted = await mediator.Send(new DeleteRecords(merge.RecordType, [merge.MergedId]) { Reason = Reason.ToString() }, cancellationToken);
        if (deleted.Failed) return Result<Guid>.Fail(deleted.Problems);
        if (deleted.Value.Rows[0].Problems is { Count: > 0 } refused) return Result<Guid>.Fail(refused);

        var changeSet = deleted.Value.ChangeSet;
        var values = Survivorship.Of(survivor.Value, merged.Value, merge.Take);
        if (values.Count > 0)
        {
            values["id"] = merge.SurvivorId;
            var saved = await mediator.Send(new SaveRecords(merge.RecordType, [values]) { ChangeSet = changeSet, Reason = Reason.ToString() }, cancellationToken);
            var problems = saved.Failed ? saved.Problems : saved.Value.Rows[0].Problems;
            if (problems.Count > 0)
            {
                await mediator.Send(new RestoreRecords(merge.RecordType, [merge.MergedId]), cancellationToken);
                return Result<Guid>.Fail(problems);
            }
        }

        var kept = new CustomerMerge
        {
            TenantId = db.TenantId, Id = Ids.New(), RecordType = merge.RecordType, SurvivorId = merge.SurvivorId, MergedId = merge.MergedId,
            SurvivorTitle = Short(survivor.Value.Title), MergedTitle = Short(merged.Value.Title), ChangeSet = changeSet, MergedAt = clock.GetUtcNow(), MergedBy = user.Id,
        };
        db.Merges.Add(kept);
        await Decide(merge.SurvivorId, merge.MergedId, cancellationToken);
        events.Raise(new CustomersMerged(merge.RecordType, merge.SurvivorId, merge.MergedId, kept.Id));
        var done = await db.SaveAsync(cancellation: cancellationToken);
        return done.Failed ? Result<Guid>.Fail(done.Problems) : kept.Id;
    }

    private async Task Decide(Guid one, Guid other, CancellationToken cancellation)
    {
        var (first, second) = DuplicatePair.Ordered(one, other);
        if (await db.DuplicatePairs.SingleOrDefaultAsync(p => p.FirstId == first && p.SecondId == second, cancellation) is not { } pair) return;
        (pair.State, pair.DecidedBy, pair.DecidedAt) = (PairStates.Merged, user.Id, clock.GetUtcNow());
    }

    private static string Short(string title) => title.Length <= 200 ? title : title[..200];

    private static Label Reason => ("名寄せ", "Merge");

    private static Problem AnswersHidden => new(
        "customers.merge-hidden-answers", ("連絡の可否（メルマガ・DM・電話）を見る権限がないため、統合できません。", "You do not see whether the two may be contacted, so a refusal could be lost."),
        ("見る権限のある担当者に依頼してください。", "Ask somebody who sees these fields."), Kind: ProblemKind.Forbidden);

    private static Problem Itself => new(
        "customers.merge-itself", ("同じレコードどうしは統合できません。", "A record cannot be merged with itself."), ("もう一方のレコードを選んでください。", "Choose the other record."), "mergedId");
}

/// <summary>Which value of two records survives, field by field.</summary>
internal static class Survivorship
{
    /// <summary>The answers about contact.</summary>
    public static readonly string[] Answers = ["mailMagazine", "directMail", "phoneCalls"];

    /// <summary>What to save in the survivor: what was chosen, what it lacks, both memos, and the stricter answer about contact.</summary>
    public static Dictionary<string, object?> Of(RecordView survivor, RecordView merged, IReadOnlyList<string> take)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in survivor.Type.Fields.Where(Mergeable))
        {
            var (own, theirs) = (survivor[field.Key], merged[field.Key]);
            if (Answers.Contains(field.Key))
            {
                if (Stricter(own as string, theirs as string) is var stricter && stricter != own as string) values[field.Key] = stricter;
            }
            else if (theirs is null || Equals(own, theirs) || theirs.Equals(survivor.Id))
            {
            }
            else if (take.Contains(field.Key) || own is null or "")
            {
                values[field.Key] = theirs;
            }
            else if (field.Key == "memo")
            {
                var both = $"{own}\n\n{theirs}";
                if (both.Length <= (field.MaxLength ?? int.MaxValue)) values[field.Key] = both;
            }
            else if (own is string[] has && theirs is string[] more && more.Except(has).Any())
            {
                values[field.Key] = has.Union(more).ToArray();
            }
        }

        return values;
    }

    /// <summary>Whether a person may choose between two values of a field.</summary>
    public static bool Mergeable(Field field) => field is { ReadOnly: false, Hidden: false } && field.Key is not ("id" or "createdAt" or "updatedAt");

    /// <summary>A refusal survives any consent: nobody is to be contacted who asked not to be.</summary>
    private static string? Stricter(string? one, string? other) =>
        one == CustomersContract.Contact.No || other == CustomersContract.Contact.No ? CustomersContract.Contact.No
        : one == CustomersContract.Contact.Ok || other == CustomersContract.Contact.Ok ? CustomersContract.Contact.Ok
        : one;
}
