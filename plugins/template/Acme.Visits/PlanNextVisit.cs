using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Acme.Visits;

/// <summary>Plans the next visit to a company. Sent by forms, by other code, and by POST /api/v1/commands/visits.plan-next.</summary>
[Command("visits.plan-next")]
internal sealed record PlanNextVisit(Guid CompanyId) : IRequest<Result<PlannedVisit>>;

internal sealed record PlannedVisit(Guid VisitId, DateOnly On);

internal sealed class PlanNextVisitHandler(VisitsDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<PlanNextVisit, Result<PlannedVisit>>
{
    private const int UsualDays = 30;

    public async Task<Result<PlannedVisit>> Handle(PlanNextVisit plan, CancellationToken cancellationToken)
    {
        var company = await mediator.Send(new GetRecord(CustomersContract.Company, plan.CompanyId), cancellationToken);
        if (company.Failed) return Result<PlannedVisit>.Fail(company.Problems);

        var days = (int)(company.Value[Keys.EveryDays] as decimal? ?? UsualDays);
        var visit = new Visit { CompanyId = plan.CompanyId, Purpose = "定期訪問", PlannedOn = clock.Today(tenant).AddDays(days) };
        db.Add(visit);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<PlannedVisit>.Fail(saved.Problems) : new PlannedVisit(visit.Id, visit.PlannedOn.Value);
    }
}
