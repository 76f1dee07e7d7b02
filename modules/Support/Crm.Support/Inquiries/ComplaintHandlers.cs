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
    private const int AtOnce = 500;

    public async Task<Result<IReadOnlyList<ComplaintCard>>> Handle(GetComplaints query, CancellationToken cancellationToken)
    {
        var page = await mediator.Send(Complaints.Of([query.Customer], Math.Clamp(query.Limit, 1, 50), query.OnlyOpen), cancellationToken);
        return page.Failed ? Result<IReadOnlyList<ComplaintCard>>.Fail(page.Problems) : Result.Of<IReadOnlyList<ComplaintCard>>([.. page.Value.Read().Select(Complaints.Card)]);
    }

    public async Task<Result<IReadOnlyDictionary<Guid, ComplaintCard>>> Handle(GetLastComplaints query, CancellationToken cancellationToken)
    {
        var sought = query.Customers.Distinct().Take(AtOnce).ToHashSet();
        var last = new Dictionary<Guid, ComplaintCard>();

        // Those already found are not asked for again: one customer with many complaints does not hide another's only one.
        while (sought.Count > 0)
        {
            var page = await mediator.Send(Complaints.Of([.. sought], AtOnce), cancellationToken);
            if (page.Failed) return Result<IReadOnlyDictionary<Guid, ComplaintCard>>.Fail(page.Problems);
            foreach (var complaint in page.Value.Read())
            {
                foreach (var customer in new[] { complaint.Reference("personId"), complaint.Reference("companyId") }.OfType<Guid>())
                {
                    if (sought.Remove(customer)) last[customer] = Complaints.Card(complaint);
                }
            }

            if (page.Value.Next is null) break;
        }

        return Result.Of<IReadOnlyDictionary<Guid, ComplaintCard>>(last);
    }
}

/// <summary>Complaints as they are asked for and told.</summary>
internal static class Complaints
{
    /// <summary>The newest of some customers.</summary>
    public static ListRecords Of(IReadOnlyList<Guid> customers, int limit, bool onlyOpen = false)
    {
        object?[] ids = [.. customers.Cast<object?>()];
        Filter theirs = new Filter.Any(new Filter.Compare("personId", FilterOp.In, ids), new Filter.Compare("companyId", FilterOp.In, ids));
        return new(SupportContract.Inquiry)
        {
            Filter = onlyOpen ? new Filter.All(Filter.Eq("complaint", true), new Filter.Compare("status", FilterOp.Ne, SupportContract.Status.Closed), theirs) : new Filter.All(Filter.Eq("complaint", true), theirs),
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
