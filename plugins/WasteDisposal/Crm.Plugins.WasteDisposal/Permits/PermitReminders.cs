using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>
/// Each morning: notes which permits come near their expiry. The note stands with the permit and is saved with its event, so a stopped run
/// goes on where it was; <see cref="TellOwnerOfPermit"/> tells who looks after it.
/// </summary>
internal sealed class PermitReminders(WasteDb db, TimeProvider clock, ITenant tenant, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), WasteSettings.Days(settings.Of<WasteSettings>().PermitDaysBefore));
        var horizon = today.AddDays(daysBefore[0]);
        var (lastDay, lastId, done, batches) = (today.AddDays(-Batches.TooLate - 1), Guid.Empty, 0L, new Batches());
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
            await run.Report(done += told.Count, null);
        }
    }
}

/// <summary>Tells who looks after a permit that it comes near its expiry.</summary>
[Subscriber("waste.tell-owner-of-permit")]
internal sealed class TellOwnerOfPermit(WasteDb db, IMediator mediator) : INotificationHandler<PermitExpiring>
{
    public async Task Handle(PermitExpiring expiring, CancellationToken cancellationToken)
    {
        if (await db.Permits.AsNoTracking().SingleOrDefaultAsync(p => p.Id == expiring.PermitId, cancellationToken) is not { OwnerId: { } owner } permit) return;
        await mediator.Send(
            new NotifyUser(owner, ($"許可 {permit.Number} の有効期限は {expiring.ExpiresOn:yyyy-MM-dd} です", $"The permit {permit.Number} expires on {expiring.ExpiresOn:yyyy-MM-dd}"))
            {
                Link = Routes.Record(WasteContract.Permit, permit.Id),
            },
            cancellationToken);
    }
}
