using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Plugins.WasteDisposal.Law;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Agreements;

/// <summary>Every item of the law with how a contract stands to it.</summary>
internal sealed record GetChecklist(Guid ContractId) : IRequest<Result<Checklist>>;

/// <param name="JudgedBy">The day whose law it is judged by.</param>
/// <param name="Lines">The items in the order of the law.</param>
internal sealed record Checklist(DateOnly JudgedBy, IReadOnlyList<ChecklistLine> Lines)
{
    public IEnumerable<ChecklistLine> Open => Lines.Where(l => l.State is ClauseState.Missing or ClauseState.Unanswered);
}

internal sealed record ChecklistLine(string Key, Label Name, string Field, ClauseState State, DateOnly Since, string Source);

internal sealed class GetChecklistHandler(IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<GetChecklist, Result<Checklist>>
{
    public async Task<Result<Checklist>> Handle(GetChecklist query, CancellationToken cancellationToken)
    {
        var contract = await mediator.Send(new GetRecord(WasteContract.Contract, query.ContractId), cancellationToken);
        if (contract.Failed) return Result<Checklist>.Fail(contract.Problems);

        var prtr = contract.Value["generatorId"] is Guid generator && await IsPrtr(mediator, generator, cancellationToken);
        return Of(new(key => contract.Value[key], prtr), clock.Today(tenant));
    }

    public static Checklist Of(ContractText contract, DateOnly today) => new(
        contract.JudgedBy(today),
        [.. ContractClauses.Judge(contract, today).Select(j => new ChecklistLine(j.Clause.Key, j.Clause.Name, j.Clause.Field, j.State, j.Clause.Law.Since, j.Clause.Law.Source))]);

    public static async Task<bool> IsPrtr(IMediator mediator, Guid company, CancellationToken cancellation) =>
        await mediator.Send(new GetRecord(CustomersContract.Company, company), cancellation) is { Failed: false, Value: var found } && found[WasteContract.CompanyFields.Prtr] is true;
}
