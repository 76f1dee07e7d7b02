using Crm.Sdk;
using MediatR;

namespace Crm.Support.Contracts;

/// <summary>
/// Which of these customers have a complaint that is not settled: before selling, suggesting or mailing to them. A person's complaint also
/// counts for the company it was made for, and the other way round when that person made it.
/// </summary>
/// <param name="Customers">Companies and people, mixed; up to 5,000.</param>
/// <remarks>For other modules, not for people: it answers about any customer of the tenant, and with nothing but this.</remarks>
public sealed record GetOpenComplaints(IReadOnlyList<Guid> Customers) : IRequest<Result<IReadOnlySet<Guid>>>;

/// <summary>The last complaints of one customer, newest first, as far as the caller may read them: for arrival sheets and visit cards.</summary>
/// <param name="Customer">A company or a person.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="OnlyOpen">Whether those that are settled are left out.</param>
public sealed record GetComplaints(Guid Customer, int Limit = 3, bool OnlyOpen = false) : IRequest<Result<IReadOnlyList<ComplaintCard>>>;

/// <summary>The last complaint of each of these customers who has one, as far as the caller may read it: for lists such as the arrivals of a day.</summary>
/// <param name="Customers">Companies and people, mixed; up to 500.</param>
public sealed record GetLastComplaints(IReadOnlyList<Guid> Customers) : IRequest<Result<IReadOnlyDictionary<Guid, ComplaintCard>>>;

/// <summary>A complaint in short.</summary>
/// <param name="InquiryId">The inquiry.</param>
/// <param name="Subject">What it is called.</param>
/// <param name="ReceivedAt">When it came (UTC).</param>
/// <param name="Open">Whether it is not settled.</param>
/// <param name="Recurrence">Whether they had complained of the same before.</param>
public sealed record ComplaintCard(Guid InquiryId, string Subject, DateTimeOffset ReceivedAt, bool Open, bool Recurrence)
{
    /// <summary><c>service</c> or <c>product</c>; or null.</summary>
    public string? Class { get; init; }

    /// <summary>Which answer satisfied; or null.</summary>
    public string? Satisfied { get; init; }

    /// <summary>Which answers did not; or null.</summary>
    public string? NotSatisfied { get; init; }
}
