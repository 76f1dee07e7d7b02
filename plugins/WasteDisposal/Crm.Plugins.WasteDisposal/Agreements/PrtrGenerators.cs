using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>Which generators of some contracts handle class-1 substances, asked once for all of them.</summary>
internal sealed class PrtrGenerators
{
    private const int MostAtOnce = 500;

    private readonly HashSet<Guid> found = [];

    public static async Task<PrtrGenerators> Among(IEnumerable<Contract> contracts, IMediator mediator, CancellationToken cancellation)
    {
        var prtr = new PrtrGenerators();
        foreach (var some in contracts.Select(c => c.GeneratorId).OfType<Guid>().Distinct().Chunk(MostAtOnce))
        {
            var page = await mediator.Send(
                new ListRecords(CustomersContract.Company)
                {
                    Filter = new Filter.All(new Filter.Ids(some), Filter.Eq(WasteContract.CompanyFields.Prtr, true)), Fields = ["name"], Limit = MostAtOnce,
                },
                cancellation);
            if (!page.Failed) prtr.found.UnionWith(page.Value.Rows.Select(r => r.Id));
        }

        return prtr;
    }

    /// <summary>A saved contract as the law looks at it.</summary>
    public ContractText Text(Contract contract) => new(key => ContractFields.Type[key].Get(contract), contract.GeneratorId is { } generator && found.Contains(generator));
}
