using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>Notes with each contract what it lacks, after a change of it or of what is known of its generator.</summary>
[Subscriber("waste.keep-missing-items")]
internal sealed class KeepMissingItems(WasteDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : INotificationHandler<RecordsChanged>
{
    private const int MostAtOnce = 500;

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

        var prtr = await PrtrGenerators([.. contracts.Select(c => c.GeneratorId).OfType<Guid>().Distinct()], cancellationToken);
        var today = clock.Today(tenant);
        foreach (var contract in contracts)
        {
            var text = new ContractText(key => ContractFields.Type[key].Get(contract), contract.GeneratorId is { } generator && prtr.Contains(generator));
            string[] open = [.. ContractClauses.Judge(text, today).Where(j => j.State is ClauseState.Missing or ClauseState.Unanswered).Select(j => j.Clause.Key)];
            if (!open.SequenceEqual(contract.MissingItems ?? [])) contract.MissingItems = open.Length == 0 ? null : open;
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (saved.Failed) throw new InvalidOperationException($"Missing items could not be noted: {saved.Problems[0].Code}");
    }

    private async Task<HashSet<Guid>> PrtrGenerators(Guid[] generators, CancellationToken cancellation)
    {
        var found = new HashSet<Guid>();
        foreach (var some in generators.Chunk(MostAtOnce))
        {
            var page = await mediator.Send(
                new ListRecords(CustomersContract.Company)
                {
                    Filter = new Filter.All(new Filter.Ids(some), Filter.Eq(WasteContract.CompanyFields.Prtr, true)), Fields = ["name"], Limit = MostAtOnce,
                },
                cancellation);
            if (!page.Failed) found.UnionWith(page.Value.Rows.Select(r => r.Id));
        }

        return found;
    }
}
