using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Jobs;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>
/// Each morning: writes down which contracts renewed by themselves. From then on they are judged by the law of that day; one that lacks an
/// item of it is to be mended. The next end is reminded of as the first was.
/// </summary>
internal sealed class ContractRenewals(WasteDb db, TimeProvider clock, ITenant tenant, IMediator mediator) : IJob
{
    public async Task Run(JobRun run, CancellationToken cancellation)
    {
        var (today, lastId, done, batches) = (clock.Today(tenant), Guid.Empty, 0L, new Batches());
        while (true)
        {
            var batch = await db.Contracts
                .Where(c => c.RenewsByItself == true && c.EndsOn < today && (c.EndedOn == null || c.EndedOn > today)
                    && (c.Status == ContractStatuses.Concluded || c.Status == ContractStatuses.Incomplete) && c.Id.CompareTo(lastId) > 0)
                .OrderBy(c => c.Id).Take(batches.Size).ToListAsync(cancellation);
            if (batch.Count == 0) return;
            var prtr = await PrtrGenerators.Among(batch, mediator, cancellation);
            foreach (var contract in batch.Where(c => c.RenewIfDue(today)))
            {
                if (ContractClauses.Lacking(prtr.Text(contract), today).Any()) contract.Status = ContractStatuses.Incomplete;
            }

            var saved = await db.SaveAsync(cancellation: cancellation);
            db.ChangeTracker.Clear();
            if (batches.MustReadAgain(saved)) continue;
            lastId = batch[^1].Id;
            await run.Report(done += batch.Count, null);
        }
    }
}
