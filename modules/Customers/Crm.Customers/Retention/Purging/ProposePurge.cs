using Crm.Customers.Contracts;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>Draws up what a rule would purge now. Answers with the proposal, whose list follows in a moment.</summary>
/// <param name="RuleId">The rule.</param>
[Command("customers.propose-purge")]
[Requires(CustomersContract.Retention)]
internal sealed record ProposePurge(Guid RuleId) : IRequest<Result<Guid>>;

/// <summary>Proposes to purge records picked by hand, such as people nobody has known for years. The same approval and certificate as by a rule.</summary>
/// <param name="RecordType">Key of their type.</param>
/// <param name="Ids">The records; 1 to 500.</param>
[Command("customers.propose-purge-of")]
[Requires(CustomersContract.Retention)]
internal sealed record ProposePurgeOf(string RecordType, IReadOnlyList<Guid> Ids) : IRequest<Result<Guid>>;

/// <summary>Proposes to purge what lies in the bin of a record type, what was entered first up to 500. The same approval and certificate as by a rule.</summary>
/// <param name="RecordType">Key of the type.</param>
[Command("customers.propose-purge-of-bin")]
[Requires(CustomersContract.Retention)]
internal sealed record ProposePurgeOfBin(string RecordType) : IRequest<Result<Guid>>;

internal sealed class ProposePurgeHandler(CustomersDb db, RuleScope scope, IMediator mediator, IEvents events, IUser user, TimeProvider clock, ITenant tenant)
    : IRequestHandler<ProposePurge, Result<Guid>>, IRequestHandler<ProposePurgeOf, Result<Guid>>, IRequestHandler<ProposePurgeOfBin, Result<Guid>>
{
    private const int MostPicked = 500;

    public async Task<Result<Guid>> Handle(ProposePurge propose, CancellationToken cancellationToken)
    {
        var rule = await db.Load<RetentionRule>(propose.RuleId, RecordAction.Read, cancellation: cancellationToken);
        if (rule.Failed) return Result<Guid>.Fail(rule.Problems);
        if (await db.Purges.AnyAsync(p => p.RuleId == propose.RuleId && p.State != PurgeStates.Done && p.State != PurgeStates.TurnedDown, cancellationToken)) return PurgeProblems.IsOpen;
        return await Ask(await Proposals.By(rule.Value, scope, user.Id, clock, tenant, cancellationToken), cancellationToken);
    }

    public async Task<Result<Guid>> Handle(ProposePurgeOf propose, CancellationToken cancellationToken)
    {
        if (propose.Ids.Count is 0 or > MostPicked) return Problems.Invalid("customers.purge-picked", "ids", ("1件から500件までを選んでください。", "Pick 1 to 500 records."));
        var known = await Type(propose.RecordType, cancellationToken);
        if (known.Failed) return Result<Guid>.Fail(known.Problems);
        var type = known.Value;
        Guid[] ids = [.. propose.Ids.Distinct()];
        var seen = await mediator.Send(new ListRecords(type.Key) { Filter = new Filter.Ids(ids), Fields = [], Sort = [new("createdAt")], Limit = MostPicked }, cancellationToken);
        if (seen.Failed) return Result<Guid>.Fail(seen.Problems);
        if (seen.Value.Rows.Count < ids.Length) return Problems.NotFound(type.Key, ids.Except(seen.Value.Rows.Select(r => r.Id)).First());
        return await Ask(type.Key, ids, ($"選んだ{type.Label.Ja}の消去", $"{type.Plural.En} picked by hand"), ($"選んだ{type.Label.Ja}を消去", $"{type.Plural.En} picked by hand: purge"), cancellationToken);
    }

    public async Task<Result<Guid>> Handle(ProposePurgeOfBin propose, CancellationToken cancellationToken)
    {
        var known = await Type(propose.RecordType, cancellationToken);
        if (known.Failed) return Result<Guid>.Fail(known.Problems);
        var type = known.Value;

        // What was merged lies in the bin too: without it the merge could not be undone.
        var merged = db.Merges.Where(m => m.RecordType == type.Key && m.UndoneAt == null).Select(m => m.MergedId);
        List<Guid> ids = [];
        for (string? after = null, next = ""; next is not null && ids.Count < MostPicked; after = next)
        {
            var page = await mediator.Send(new ListRecords(type.Key) { Deleted = true, Fields = [], Sort = [new("createdAt")], Limit = MostPicked, After = after }, cancellationToken);
            if (page.Failed) return Result<Guid>.Fail(page.Problems);
            next = page.Value.Next;
            Guid[] here = [.. page.Value.Rows.Select(r => r.Id)];
            var kept = await merged.Where(m => here.Contains(m)).ToListAsync(cancellationToken);
            ids.AddRange(here.Except(kept).Take(MostPicked - ids.Count));
        }

        if (ids.Count == 0)
        {
            return new Problem(
                "customers.bin-is-empty", ($"{type.Label.Ja}のごみ箱に消去できるものはありません。", $"The bin of {type.Plural.En} has nothing to purge."), ("統合された記録は、統合を取り消せるように残しています。", "Merged records are kept, so that a merge can be undone."),
                "recordType");
        }

        return await Ask(type.Key, ids, ($"ごみ箱の{type.Label.Ja}の消去", $"{type.Plural.En} in the bin"), ($"ごみ箱の{type.Label.Ja}を消去", $"{type.Plural.En} in the bin: purge"), cancellationToken);
    }

    private async Task<Result<RecordType>> Type(string key, CancellationToken cancellation)
    {
        var types = await scope.Types(cancellation);
        if (types.Failed) return Result<RecordType>.Fail(types.Problems);
        return types.Value.FirstOrDefault(t => t.Key == key) is { } type
            ? type
            : Problems.Invalid("customers.rule-does-not-fit", "recordType", ("この台帳は消去の対象にできません。", "Records of this type are not purged."));
    }

    private Task<Result<Guid>> Ask(string type, IReadOnlyList<Guid> ids, Label name, Label words, CancellationToken cancellation)
    {
        var purge = Purge.Ask(name.ToString(), words, type, Deeds.Purge, user.Id, clock.GetUtcNow());
        db.PurgeItems.AddRange(ids.Select(id => new PurgeItem { TenantId = db.TenantId, PurgeId = purge.Id, RecordType = type, RecordId = id }));
        return Ask(purge, cancellation);
    }

    private async Task<Result<Guid>> Ask(Purge purge, CancellationToken cancellation)
    {
        db.Add(purge);
        events.Raise(new PurgeAsked(purge.Id));
        var saved = await db.SaveAsync(cancellation: cancellation);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : purge.Id;
    }
}

internal static class Proposals
{
    /// <summary>What a rule proposes today, before its list is drawn up.</summary>
    public static async Task<Purge> By(RetentionRule rule, RuleScope scope, Guid? by, TimeProvider clock, ITenant tenant, CancellationToken cancellation)
    {
        var purge = Purge.Ask(rule.Name, await scope.Words(rule, cancellation), rule.RecordTypeKey, rule.Deed, by, clock.GetUtcNow());
        (purge.RuleId, purge.RuleSetBy, purge.Ground, purge.Before) = (rule.Id, rule.SetBy, rule.Ground, RuleScope.Before(clock.Today(tenant), rule.Months));
        return purge;
    }
}

/// <summary>Lists are drawn up as the system, whoever asked: what a person may not see must not stay for that.</summary>
[Subscriber("customers.begin-proposals")]
internal sealed class BeginProposals(IJobs jobs) : INotificationHandler<PurgeAsked>
{
    public Task Handle(PurgeAsked asked, CancellationToken cancellationToken) => jobs.Start(DrawUpPurges.Key, new PurgeRun(asked.PurgeId), cancellationToken);
}

/// <summary>What is approved is worked off as the system too.</summary>
[Subscriber("customers.begin-purges")]
internal sealed class BeginPurges(IJobs jobs) : INotificationHandler<PurgeApproved>
{
    public Task Handle(PurgeApproved approved, CancellationToken cancellationToken) => jobs.Start(RunPurges.Key, null, cancellationToken);
}
