using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Support.Inquiries;

/// <summary>Answers other modules whether a customer has a complaint that is not settled.</summary>
internal sealed class GetOpenComplaintsHandler(SupportDb db) : IRequestHandler<GetOpenComplaints, Result<IReadOnlySet<Guid>>>
{
    private const int AtOnce = 500;

    public async Task<Result<IReadOnlySet<Guid>>> Handle(GetOpenComplaints query, CancellationToken cancellationToken)
    {
        var complaining = new HashSet<Guid>();
        foreach (var some in query.Customers.Distinct().Chunk(AtOnce))
        {
            var found = await db.Inquiries.AsNoTracking()
                .Where(i => i.Complaint == true && i.Status != SupportContract.Status.Closed
                    && ((i.PersonId != null && some.Contains(i.PersonId.Value)) || (i.CompanyId != null && some.Contains(i.CompanyId.Value))))
                .Select(i => new { i.PersonId, i.CompanyId }).ToListAsync(cancellationToken);
            complaining.UnionWith(found.SelectMany(i => new[] { i.PersonId, i.CompanyId }).OfType<Guid>().Intersect(some));
        }

        return Result.Of<IReadOnlySet<Guid>>(complaining);
    }
}

/// <summary>The last complaints of a customer, by the rights of whoever asks.</summary>
internal sealed class GetComplaintsHandler(IMediator mediator) : IRequestHandler<GetComplaints, Result<IReadOnlyList<ComplaintCard>>>
{
    public async Task<Result<IReadOnlyList<ComplaintCard>>> Handle(GetComplaints query, CancellationToken cancellationToken)
    {
        var page = await mediator.Send(
            new ListRecords(SupportContract.Inquiry)
            {
                Filter = new Filter.All(Filter.Eq("complaint", true), new Filter.Any(Filter.Eq("personId", query.Customer), Filter.Eq("companyId", query.Customer))),
                Sort = [new("receivedAt", Descending: true)], Fields = ["subject", "receivedAt", "status", "recurrence", "complaintClass", "satisfied", "notSatisfied"], Limit = Math.Clamp(query.Limit, 1, 50),
            },
            cancellationToken);
        if (page.Failed) return page.Problems[0];
        return Result.Of<IReadOnlyList<ComplaintCard>>(
        [
            .. page.Value.Read().Select(i => new ComplaintCard(i.Id, i.Text("subject") ?? "", i.Moment("receivedAt") ?? default, i.Text("status") != SupportContract.Status.Closed, i["recurrence"] is true)
            {
                Class = i.Text("complaintClass"), Satisfied = i.Text("satisfied"), NotSatisfied = i.Text("notSatisfied"),
            }),
        ]);
    }
}
