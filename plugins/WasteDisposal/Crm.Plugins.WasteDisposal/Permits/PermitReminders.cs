using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>Each morning: tells who looks after a permit that it comes near its expiry. What was told stands with the permit, so a stopped run goes on where it was.</summary>
internal sealed class PermitReminders(WasteDb db, TimeProvider clock, ITenant tenant, IMediator mediator, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), WasteSettings.Days(settings.Of<WasteSettings>().PermitDaysBefore));
        var horizon = today.AddDays(daysBefore[0]);
        var (lastDay, lastId, done, batches) = (DateOnly.MinValue, Guid.Empty, 0L, new Batches());
        while (true)
        {
            var batch = await db.Permits
                .Where(p => p.ExpiresOn <= horizon && p.EndedOn == null && (p.RemindedOf != p.ExpiresOn || p.RemindedAt > 0 || p.RemindedOf == null))
                .Where(p => p.ExpiresOn > lastDay || (p.ExpiresOn == lastDay && p.Id.CompareTo(lastId) > 0))
                .OrderBy(p => p.ExpiresOn).ThenBy(p => p.Id).Take(batches.Size).ToListAsync(cancellation);
            if (batch.Count == 0) return;
            var told = batch.Where(p => p.RemindIfDue(today, daysBefore)).ToList();
            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (batches.MustReadAgain(saved)) continue;
            (lastDay, lastId) = (batch[^1].ExpiresOn!.Value, batch[^1].Id);
            foreach (var permit in told.Where(p => p.OwnerId is not null)) await Tell(permit, cancellation);
            await run.Report(done += told.Count, null);
        }
    }

    private Task Tell(Permit permit, CancellationToken cancellation) => mediator.Send(
        new NotifyUser(permit.OwnerId!.Value, ($"許可 {permit.Number} の有効期限は {permit.ExpiresOn:yyyy-MM-dd} です", $"The permit {permit.Number} expires on {permit.ExpiresOn:yyyy-MM-dd}"))
        {
            Link = Routes.Record(WasteContract.Permit, permit.Id),
        },
        cancellation);
}
