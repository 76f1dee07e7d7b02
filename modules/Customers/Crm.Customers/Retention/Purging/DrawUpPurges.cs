using System.Text.Json;
using Crm.Customers.Contracts;
using Crm.Customers.Retention.Rules;
using Crm.Sdk;
using Crm.Sdk.Jobs;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Retention.Purging;

/// <summary>What the run is told.</summary>
internal sealed record PurgeRun(Guid Purge);

/// <summary>
/// Each night every rule that has no open proposal makes one, and lists are drawn up: what goes, and what is held back and why. Stopped, it
/// begins the list it was at anew. Told a proposal, it draws up that one alone.
/// </summary>
internal sealed class DrawUpPurges(CustomersDb db, RuleScope scope, PurgeHolds holds, IMediator mediator, TimeProvider clock, ITenant tenant) : IJob
{
    public const string Key = "customers.draw-up-purges";

    /// <summary>More than anybody looks at; the rest comes with the next proposal.</summary>
    public const int Most = 20_000;

    private const int AtOnce = 200;

    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var asked = run.Arguments is null ? null : JsonSerializer.Deserialize<PurgeRun>(run.Arguments, JsonSerializerOptions.Web);
        if (asked is null) await ProposeAll(cancellation);
        var waiting = await db.Purges.Where(p => p.State == PurgeStates.Collecting).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync(cancellation);
        var done = 0;
        foreach (var id in waiting.Where(w => asked is null || w == asked.Purge))
        {
            await DrawUp(id, run, cancellation);
            await run.Report(++done, waiting.Count, ($"提案 {done} 件", $"{done} proposals"));
        }
    }

    private async Task ProposeAll(CancellationToken cancellation)
    {
        foreach (var rule in await db.RetentionRules.AsNoTracking().Where(r => !r.Paused).OrderBy(r => r.Id).ToListAsync(cancellation))
        {
            if (await db.Purges.AnyAsync(p => p.RuleId == rule.Id && p.State != PurgeStates.Done && p.State != PurgeStates.TurnedDown, cancellation)) continue;
            var purge = await Proposals.By(rule, scope, rule.SetBy, clock, tenant, cancellation);
            purge.ByClock = true;
            db.Add(purge);
            (await db.SaveAsync(cancellation: cancellation)).OrThrow("The proposal could not be saved");
        }
    }

    private async Task DrawUp(Guid id, JobRun run, CancellationToken cancellation)
    {
        db.ChangeTracker.Clear();
        var purge = await db.Purges.SingleAsync(p => p.Id == id, cancellation);
        var (listed, held) = purge.RuleId is null ? await Picked(purge, cancellation) : await Found(purge, run, cancellation);

        // The clock does not bring up each night what cannot go yet.
        if (purge.ByClock && listed == 0)
        {
            await db.PurgeItems.Where(i => i.PurgeId == id).ExecuteDeleteAsync(cancellation);
            (await mediator.Send(new EraseRecords(CustomersContract.Purge, [id]), cancellation)).OrThrow("An empty proposal could not be taken back");
            return;
        }

        purge = await db.Purges.SingleAsync(p => p.Id == id, cancellation);
        if (purge.State != PurgeStates.Collecting) return;
        purge.Propose(listed, held);
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The proposal could not be saved");
    }

    /// <summary>Everything whose time is over, in the bin too: what lies there is kept as well.</summary>
    private async Task<(int Listed, int Held)> Found(Purge purge, JobRun run, CancellationToken cancellation)
    {
        await db.PurgeItems.Where(i => i.PurgeId == purge.Id).ExecuteDeleteAsync(cancellation);
        var rule = await db.RetentionRules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == purge.RuleId, cancellation);
        if (rule is null || purge.Before is not { } before) return (0, 0);
        var filter = (await scope.Over(rule, before, cancellation)).OrThrow("The rule does not fit any more");
        var (listed, held) = (0, 0);
        foreach (var deleted in (bool[])[false, true])
        {
            for (string? after = null, next = ""; next is not null && listed + held < Most; after = next)
            {
                var page = (await mediator.Send(new ListRecords(purge.RecordTypeKey) { Filter = filter, Fields = [], Sort = [new("createdAt")], Limit = AtOnce, After = after, Deleted = deleted }, cancellation)).OrThrow("The records could not be read");
                next = page.Next;
                if (page.Rows.Count == 0) continue;
                PurgeItem[] items = [.. page.Rows.Select(r => new PurgeItem { TenantId = db.TenantId, PurgeId = purge.Id, RecordType = purge.RecordTypeKey, RecordId = r.Id })];
                db.PurgeItems.AddRange(items);
                held += await HoldBack(purge, items, cancellation);
                listed = listed + items.Count(i => i.State == ItemStates.Waiting);
                (await db.SaveAsync(cancellation: cancellation)).OrThrow("The list could not be saved");
                db.ChangeTracker.Clear();
                await run.Report(listed, null, ($"対象 {listed:N0} 件、除外 {held:N0} 件", $"{listed:N0} listed, {held:N0} held back"));
            }
        }

        return (listed, held);
    }

    private async Task<(int Listed, int Held)> Picked(Purge purge, CancellationToken cancellation)
    {
        var items = await db.PurgeItems.Where(i => i.PurgeId == purge.Id).ToArrayAsync(cancellation);
        foreach (var item in items) item.Mark(ItemStates.Waiting);
        var held = 0;
        foreach (var some in items.Chunk(AtOnce)) held += await HoldBack(purge, some, cancellation);
        (await db.SaveAsync(cancellation: cancellation)).OrThrow("The list could not be saved");
        db.ChangeTracker.Clear();
        return (items.Length - held, held);
    }

    private async Task<int> HoldBack(Purge purge, PurgeItem[] items, CancellationToken cancellation)
    {
        var reasons = await holds.Of(purge.RecordTypeKey, purge.Deed, [.. items.Select(i => i.RecordId)], cancellation);
        foreach (var item in items)
        {
            if (reasons.TryGetValue(item.RecordId, out var reason)) item.Mark(ItemStates.Held, reason);
        }

        return items.Count(i => i.State == ItemStates.Held);
    }
}
