using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Messaging;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>Notes with each contract what it lacks, after a change of it or of what is known of its generator.</summary>
[Subscriber("waste.keep-missing-items", WasteContract.Contract, CustomersContract.Company)]
internal sealed class KeepMissingItems(WasteDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var ids = changed.Ids.ToList();
        var contracts = changed switch
        {
            { Action: "deleted" } => [],
            { RecordType: WasteContract.Contract } when changed.Fields is not ["missingItems"] => await db.Contracts.Where(c => ids.Contains(c.Id)).ToListAsync(cancellationToken),
            { RecordType: CustomersContract.Company } when changed.Fields.Contains(WasteContract.CompanyFields.Prtr) =>
                await db.Contracts.Where(c => c.GeneratorId != null && ids.Contains(c.GeneratorId.Value)).ToListAsync(cancellationToken),
            _ => [],
        };
        if (contracts.Count == 0) return;

        var prtr = await PrtrGenerators.Among(contracts, mediator, cancellationToken);
        var today = clock.Today(tenant);
        foreach (var contract in contracts)
        {
            string[] open = [.. ContractClauses.Judge(prtr.Text(contract), today).Where(j => j.State is ClauseState.Missing or ClauseState.Unanswered).Select(j => j.Clause.Key)];
            if (!open.SequenceEqual(contract.MissingItems ?? [])) contract.MissingItems = open.Length == 0 ? null : open;
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        saved.OrThrow("Missing items could not be noted");
    }
}
