using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Manifests;

/// <summary>
/// Each morning: manifests whose next day, or whose day to tell the governor, is near or has passed. What was noted stands with the manifest
/// and is counted for its owner in the same save, batch by batch, so a run that is stopped goes on where it was; each owner then gets one
/// message about all of it.
/// </summary>
internal sealed class DeadlineWatch(WasteDb db, TimeProvider clock, ITenant tenant, IEvents events, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), settings.Of<WasteSettings>().ManifestDaysBefore);
        var waiting = Waiting(today, daysBefore);
        var (total, done, batches) = (await waiting.LongCountAsync(cancellation), 0L, new Batches());
        while (await waiting.OrderBy(m => m.NextDue).ThenBy(m => m.Id).Take(batches.Size).ToListAsync(cancellation) is { Count: > 0 } batch)
        {
            var noted = batch.Select(m => (m.OwnerId, Of: m.RemindIfDue(today, daysBefore))).Where(m => m.OwnerId is not null && m.Of.Any).ToLookup(m => m.OwnerId!.Value, m => m.Of);
            await Count(noted, cancellation);
            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (batches.MustReadAgain(saved)) continue;
            await run.Report(done += batch.Count, total);
        }

        await Tell(daysBefore, cancellation);
    }

    /// <summary>Those of which <see cref="Manifest.RemindIfDue"/> tells. What is to be reported was missed, so its next day has passed as well and its index serves both.</summary>
    private IQueryable<Manifest> Waiting(DateOnly today, int daysBefore)
    {
        var (horizon, missed) = (today.AddDays(daysBefore), Deadlines.ReportBy(today));
        return db.Manifests.Where(m => m.NextDue <= horizon
            && ((m.NextDue < today && (m.OverdueToldOf == null || m.OverdueToldOf != m.NextDue))
                || (m.NextDue >= today && (m.RemindedOf == null || m.RemindedOf != m.NextDue))
                || (m.NextStep != Steps.Governor && m.GovernorDue <= horizon && m.GovernorDue < missed
                    && ((m.GovernorDue < today && (m.ReportOverdueOf == null || m.ReportOverdueOf != m.GovernorDue))
                        || (m.GovernorDue >= today && (m.ReportRemindedOf == null || m.ReportRemindedOf != m.GovernorDue))))));
    }

    private async Task Count(ILookup<Guid, Reminded> noted, CancellationToken cancellation)
    {
        var owners = noted.Select(o => o.Key).ToList();
        var tallies = await db.WatchTallies.Where(t => owners.Contains(t.OwnerId)).ToDictionaryAsync(t => t.OwnerId, cancellation);
        foreach (var mine in noted)
        {
            if (!tallies.TryGetValue(mine.Key, out var tally)) db.Add(tally = new WatchTally { OwnerId = mine.Key });
            foreach (var of in mine) tally.Add(of);
        }
    }

    /// <summary>The message and the end of its count are written together: whoever was told is not told again, whoever was not is told by the next run.</summary>
    private async Task Tell(int daysBefore, CancellationToken cancellation)
    {
        foreach (var tally in await db.WatchTallies.ToListAsync(cancellation))
        {
            events.Raise(new ManifestsWatched(tally.OwnerId, tally.Late, tally.Soon, tally.Report, daysBefore));
            db.Remove(tally);
            var saved = await db.SaveAsync(cancellation: cancellation);
            saved.OrThrow("A reminder could not be told");
        }
    }
}
