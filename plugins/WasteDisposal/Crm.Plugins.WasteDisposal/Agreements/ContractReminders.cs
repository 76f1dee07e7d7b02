using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Jobs;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>Each morning: tells who looks after a contract that it comes near its end or renewal. A renewal brings the items that are law since.</summary>
internal sealed class ContractReminders(WasteDb db, TimeProvider clock, ITenant tenant, IMediator mediator, ISettings settings) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, daysBefore) = (clock.Today(tenant), WasteSettings.Days(settings.Of<WasteSettings>().ContractDaysBefore));
        var horizon = today.AddDays(daysBefore[0]);
        var (lastDay, lastId, done, batches) = (DateOnly.MinValue, Guid.Empty, 0L, new Batches());
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
            foreach (var contract in told.Where(c => c.OwnerId is not null)) await Tell(contract, cancellation);
            await run.Report(done += told.Count, null);
        }
    }

    private Task Tell(Contract contract, CancellationToken cancellation)
    {
        var on = $"{contract.EndsOn:yyyy-MM-dd}";
        return mediator.Send(
            new NotifyUser(contract.OwnerId!.Value, contract.RenewsByItself == true
                ? ($"委託契約「{contract.Title}」は {on} の後に自動更新されます。追加された法定項目を確認してください", $"The contract “{contract.Title}” renews by itself after {on}; check the items that are law since")
                : ($"委託契約「{contract.Title}」は {on} に終了します", $"The contract “{contract.Title}” ends on {on}"))
            {
                Link = Routes.Record(WasteContract.Contract, contract.Id),
            },
            cancellation);
    }
}
