using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Crm.Sdk.Tenancy;

namespace Crm.Customers.Retention.Purging;

/// <summary>
/// Works approved purges off, some records at a time: each is looked at once more, then noted as going, then removed, then noted as gone.
/// Stopped anywhere, it goes on with what was going and what waits.
/// </summary>
internal sealed class RunPurges(CustomersDb db, RuleScope scope, PurgeHolds holds, RecordRemoval removal, IMediator mediator, TimeProvider clock, ITenant tenant) : IJob
{
    public const string Key = "customers.run-purges";

    private const int AtOnce = 50;

    private static readonly Label ChangedSince = ("承認後に変更されたか、期間が延びました", "It was changed since, or is kept longer now");
    private static readonly Label GoneBefore = ("既に消去されていました", "It was gone before");

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var approved = await db.Purges.AsNoTracking().Where(p => p.State == PurgeStates.Approved || p.State == PurgeStates.Running).OrderBy(p => p.DecidedAt).ToListAsync(cancellation);
        foreach (var purge in approved)
        {
            await Change(purge.Id, p => p.Begin(), cancellation);
            for (var left = true; left;)
            {
                cancellation.ThrowIfCancellationRequested();
                left = await Some(purge, cancellation);
                var done = await db.PurgeItems.CountAsync(i => i.PurgeId == purge.Id && i.State == ItemStates.Gone && !i.Along, cancellation);
                await run.Report(done, purge.Listed, ($"{purge.Name}: {done:N0} 件", $"{purge.Name}: {done:N0}"));
            }

            var gone = await db.PurgeItems.CountAsync(i => i.PurgeId == purge.Id && i.State == ItemStates.Gone, cancellation);
            var refused = await db.PurgeItems.CountAsync(i => i.PurgeId == purge.Id && i.State == ItemStates.Refused, cancellation);
            await Change(purge.Id, p => p.Finish(gone, refused, clock.GetUtcNow()), cancellation);
        }
    }

    /// <summary>The next few; false when none is left.</summary>
    private async Task<bool> Some(Purge purge, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var items = db.PurgeItems.Where(i => i.PurgeId == purge.Id);
        var going = await items.Where(i => i.State == ItemStates.Going && !i.Along).Take(AtOnce).ToListAsync(cancellation);
        if (going.Count == 0)
        {
            var waiting = await items.Where(i => i.State == ItemStates.Waiting).OrderBy(i => i.RecordId).Take(AtOnce).ToListAsync(cancellation);
            if (waiting.Count == 0) return false;
            going = await LookAgain(purge, waiting, cancellation);
            (await db.SaveAsync(cancellation: cancellation)).OrThrow("The purge could not be noted");
        }

        if (going.Count == 0) return true;
        Guid[] ids = [.. going.Select(i => i.RecordId)];
        var refused = await removal.Remove(purge.Id, purge.RecordTypeKey, purge.Deed, ids, cancellation);
        foreach (var item in going)
        {
            if (refused.TryGetValue(item.RecordId, out var why)) item.Mark(ItemStates.Refused, why);
            else item.Mark(ItemStates.Gone);
        }

        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The purge could not be noted");
        await items.Where(i => i.State == ItemStates.Going && i.Along).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ItemStates.Gone), cancellation);
        return true;
    }

    /// <summary>Since the approval a record may have been used again, or something may keep it now.</summary>
    private async Task<List<PurgeItem>> LookAgain(Purge purge, List<PurgeItem> waiting, CancellationToken cancellation)
    {
        Guid[] ids = [.. waiting.Select(i => i.RecordId)];
        var there = await Found(purge.RecordTypeKey, new Filter.Ids(ids), cancellation);
        var over = await Over(purge, ids, cancellation);
        var held = await holds.Of(purge.RecordTypeKey, purge.Deed, ids, cancellation);
        foreach (var item in waiting)
        {
            if (!there.Contains(item.RecordId)) item.Mark(ItemStates.Refused, GoneBefore);
            else if (held.TryGetValue(item.RecordId, out var why)) item.Mark(ItemStates.Refused, why);
            else if (!over.Contains(item.RecordId)) item.Mark(ItemStates.Refused, ChangedSince);
            else item.Mark(ItemStates.Going);
        }

        return [.. waiting.Where(i => i.State == ItemStates.Going)];
    }

    /// <summary>Those whose time is over still, by the rule as it was and as it is now; of those picked by hand, the ones nobody changed since.</summary>
    private async Task<HashSet<Guid>> Over(Purge purge, Guid[] ids, CancellationToken cancellation)
    {
        if (purge.RuleId is not { } ruleId) return await Found(purge.RecordTypeKey, new Filter.All(new Filter.Ids(ids), new Filter.Compare("updatedAt", FilterOp.Lte, purge.ProposedAt)), cancellation);
        var rule = await db.RetentionRules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == ruleId, cancellation);
        if (rule is null || rule.RecordTypeKey != purge.RecordTypeKey || rule.Deed != purge.Deed) return [];
        var now = RuleScope.Before(clock.Today(tenant), rule.Months);
        var filter = await scope.Over(rule, purge.Before is { } then && then < now ? then : now, cancellation);
        return filter.Failed ? [] : await Found(purge.RecordTypeKey, new Filter.All(new Filter.Ids(ids), filter.Value), cancellation);
    }

    private async Task<HashSet<Guid>> Found(string type, Filter filter, CancellationToken cancellation)
    {
        var found = new HashSet<Guid>();
        foreach (var deleted in (bool[])[false, true])
        {
            var page = await mediator.Send(new ListRecords(type) { Filter = filter, Fields = [], Sort = [new("createdAt")], Limit = AtOnce, Deleted = deleted }, cancellation);
            found.UnionWith(page.OrThrow("The records could not be read").Rows.Select(r => r.Id));
        }

        return found;
    }

    private async Task Change(Guid id, Action<Purge> change, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var purge = await db.Purges.SingleAsync(p => p.Id == id, cancellation);
        change(purge);
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The purge could not be noted");
        db.ChangeTracker.Clear();
    }
}
