using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>
/// Each morning: notes which contracts come near their end or renewal. The note stands with the contract and is saved with its event, so a
/// stopped run goes on where it was; <see cref="TellOwnerOfContract"/> tells who looks after it.
/// </summary>
internal sealed class ContractReminders(WasteDb db, TimeProvider clock, ITenant tenant, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), WasteSettings.Days(settings.Of<WasteSettings>().ContractDaysBefore));
        var horizon = today.AddDays(daysBefore[0]);
        var (lastDay, lastId, done, batches) = (today.AddDays(-Batches.TooLate - 1), Guid.Empty, 0L, new Batches());
        while (true)
        {
            var batch = await db.Contracts
                .Where(c => c.EndsOn <= horizon && c.EndedOn == null && (c.RemindedOf != c.EndsOn || c.RemindedAt > 0 || c.RemindedOf == null))
                .Where(c => c.EndsOn > lastDay || (c.EndsOn == lastDay && c.Id.CompareTo(lastId) > 0))
                .OrderBy(c => c.EndsOn).ThenBy(c => c.Id).Take(batches.Size).ToListAsync(cancellation);
            if (batch.Count == 0) return;
            var told = batch.Where(c => c.RemindIfDue(today, daysBefore)).ToList();
            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (batches.MustReadAgain(saved)) continue;
            (lastDay, lastId) = (batch[^1].EndsOn!.Value, batch[^1].Id);
            await run.Report(done += told.Count, null);
        }
    }
}

/// <summary>Tells who looks after a contract that it comes near its end or renewal. A renewal brings the items that are law since.</summary>
[Subscriber("waste.tell-owner-of-contract")]
internal sealed class TellOwnerOfContract(WasteDb db, IMediator mediator) : INotificationHandler<ContractEnding>
{
    public async Task Handle(ContractEnding ending, CancellationToken cancellationToken)
    {
        if (await db.Contracts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == ending.ContractId, cancellationToken) is not { OwnerId: { } owner } contract) return;
        var on = $"{ending.EndsOn:yyyy-MM-dd}";
        await mediator.Send(
            new NotifyUser(owner, ending.RenewsByItself
                ? ($"委託契約「{contract.Title}」は {on} の後に自動更新されます。追加された法定項目を確認してください", $"The contract “{contract.Title}” renews by itself after {on}; check the items that are law since")
                : ($"委託契約「{contract.Title}」は {on} に終了します", $"The contract “{contract.Title}” ends on {on}"))
            {
                Link = Routes.Record(WasteContract.Contract, contract.Id),
            },
            cancellationToken);
    }
}
