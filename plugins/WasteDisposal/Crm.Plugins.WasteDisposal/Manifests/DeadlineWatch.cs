using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>
/// Each morning: manifests whose next day is near or has passed. What was told stands with the manifest and is saved batch by batch, so a run
/// that is stopped goes on where it was and tells nothing twice.
/// </summary>
internal sealed class DeadlineWatch(WasteDb db, TimeProvider clock, ITenant tenant, IMediator mediator, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), settings.Of<WasteSettings>().ManifestDaysBefore);
        var horizon = today.AddDays(daysBefore);
        var waiting = db.Manifests.Where(m => m.NextDue <= horizon
            && ((m.NextDue < today && (m.OverdueToldOf == null || m.OverdueToldOf != m.NextDue)) || (m.NextDue >= today && (m.RemindedOf == null || m.RemindedOf != m.NextDue))));
        var (total, done, batches) = (await waiting.LongCountAsync(cancellation), 0L, new Batches());
        while (await waiting.OrderBy(m => m.NextDue).ThenBy(m => m.Id).Take(batches.Size).ToListAsync(cancellation) is { Count: > 0 } batch)
        {
            var told = batch.Where(m => m.RemindIfDue(today, daysBefore)).ToList();
            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (batches.MustReadAgain(saved)) continue;
            foreach (var mine in told.Where(m => m.OwnerId is not null).GroupBy(m => m.OwnerId!.Value)) await Tell(mine.Key, mine.Count(m => m.NextDue < today), mine.Count(m => m.NextDue >= today), daysBefore, cancellation);
            await run.Report(done += batch.Count, total);
        }
    }

    private Task Tell(Guid owner, int late, int soon, int daysBefore, CancellationToken cancellation) => mediator.Send(
        new NotifyUser(owner, ($"マニフェスト: 期限超過 {late} 件、{daysBefore} 日以内に期限 {soon} 件", $"Manifests: {late} overdue, {soon} due within {daysBefore} days"))
        {
            Link = Routes.Screen(WasteContract.Plugin, "chase"),
        },
        cancellation);
}
