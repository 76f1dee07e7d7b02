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

/// <summary>The last complaints of customers, by the rights of whoever asks.</summary>
internal sealed class GetComplaintsHandler(IMediator mediator)
    : IRequestHandler<GetComplaints, Result<IReadOnlyList<ComplaintCard>>>, IRequestHandler<GetLastComplaints, Result<IReadOnlyDictionary<Guid, ComplaintCard>>>
{
    private const int AtMost = 500;

    public async Task<Result<IReadOnlyList<ComplaintCard>>> Handle(GetComplaints query, CancellationToken cancellationToken)
    {
        var complaints = await Newest([query.Customer], Math.Clamp(query.Limit, 1, 50), cancellationToken);
        return complaints.Failed ? Result<IReadOnlyList<ComplaintCard>>.Fail(complaints.Problems) : Result.Of<IReadOnlyList<ComplaintCard>>([.. complaints.Value.Select(c => c.Card)]);
    }

    public async Task<Result<IReadOnlyDictionary<Guid, ComplaintCard>>> Handle(GetLastComplaints query, CancellationToken cancellationToken)
    {
        var complaints = await Newest([.. query.Customers.Distinct().Take(AtMost)], AtMost, cancellationToken);
        if (complaints.Failed) return Result<IReadOnlyDictionary<Guid, ComplaintCard>>.Fail(complaints.Problems);
        var last = new Dictionary<Guid, ComplaintCard>();
        foreach (var (person, company, card) in complaints.Value)
        {
            foreach (var customer in new[] { person, company }.OfType<Guid>().Intersect(query.Customers)) last.TryAdd(customer, card);
        }

        return Result.Of<IReadOnlyDictionary<Guid, ComplaintCard>>(last);
    }

    private async Task<Result<List<(Guid? Person, Guid? Company, ComplaintCard Card)>>> Newest(IReadOnlyList<Guid> customers, int limit, CancellationToken cancellation)
    {
        var page = await mediator.Send(Complaints.Of(customers, limit), cancellation);
        if (page.Failed) return Result<List<(Guid? Person, Guid? Company, ComplaintCard Card)>>.Fail(page.Problems);
        return Result.Of(page.Value.Read().Select(i => (i.Reference("personId"), i.Reference("companyId"), Complaints.Card(i))).ToList());
    }
}

/// <summary>Complaints as they are asked for and told.</summary>
internal static class Complaints
{
    /// <summary>The newest of some customers.</summary>
    public static ListRecords Of(IReadOnlyList<Guid> customers, int limit)
    {
        object?[] ids = [.. customers.Cast<object?>()];
        return new(SupportContract.Inquiry)
        {
            Filter = new Filter.All(Filter.Eq("complaint", true), new Filter.Any(new Filter.Compare("personId", FilterOp.In, ids), new Filter.Compare("companyId", FilterOp.In, ids))),
            Sort = [new("receivedAt", Descending: true)], Limit = limit,
            Fields = ["subject", "receivedAt", "status", "recurrence", "complaintClass", "satisfied", "notSatisfied", "personId", "companyId"],
        };
    }

    public static ComplaintCard Card(Row complaint) =>
        new(complaint.Id, complaint.Text("subject") ?? "", complaint.Moment("receivedAt") ?? default, complaint.Text("status") != SupportContract.Status.Closed, complaint["recurrence"] is true)
        {
            Class = complaint.Text("complaintClass"), Satisfied = complaint.Text("satisfied"), NotSatisfied = complaint.Text("notSatisfied"),
        };
}
