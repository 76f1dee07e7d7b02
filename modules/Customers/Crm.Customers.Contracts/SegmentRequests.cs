using Crm.Sdk;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>A page of the customers in a segment that the caller may see, oldest entered first.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="After">The <see cref="SegmentMembers.Next"/> of the page before; null for the first.</param>
/// <param name="Limit">How many at most, 1 to 500.</param>
/// <param name="AsOf">As of which day; today when null. Purchases and customers entered after it do not count; fields are as they are now.</param>
/// <remarks>Problems: <c>not-found</c>, <c>customers.segment-…</c> when a condition cannot be asked, such as one of a plugin that is off.</remarks>
public sealed record GetSegmentMembers(Guid SegmentId, string? After = null, int Limit = 500, DateOnly? AsOf = null) : IRequest<Result<SegmentMembers>>;

/// <summary>Customers in a segment.</summary>
/// <param name="RecordType"><see cref="CustomersContract.Person"/> or <see cref="CustomersContract.Company"/>.</param>
/// <param name="Ids">The customers.</param>
/// <param name="Next">Asks for the next page; null on the last.</param>
public sealed record SegmentMembers(string RecordType, IReadOnlyList<Guid> Ids, string? Next);

/// <summary>How many customers are in a segment, exactly.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="AsOf">As of which day; today when null.</param>
public sealed record CountSegment(Guid SegmentId, DateOnly? AsOf = null) : IRequest<Result<long>>;

/// <summary>Why a customer is in a segment or not, condition by condition.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="AsOf">As of which day; today when null.</param>
public sealed record ExplainSegment(Guid SegmentId, Guid CustomerId, DateOnly? AsOf = null) : IRequest<Result<IReadOnlyList<SegmentReason>>>;

/// <summary>One condition and whether it holds for a customer.</summary>
/// <param name="Depth">How deep it stands; 0 for the whole.</param>
/// <param name="Condition">It in words.</param>
/// <param name="Holds">Whether it holds.</param>
public sealed record SegmentReason(int Depth, Label Condition, bool Holds);
