using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Deals.Contracts;

/// <summary>An activity is done; the answer to "what next?" becomes the next one.</summary>
/// <param name="Id">The activity.</param>
/// <param name="Result">What came of it.</param>
/// <param name="DoneAt">When; now when null.</param>
/// <remarks>
/// Answers with the next activity, or null when none was wanted.
/// Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.done-already</c>, <c>deals.next-needs-time</c>.
/// </remarks>
[Command("deals.complete-activity")]
public sealed record CompleteActivity(Guid Id, string? Result = null, DateTimeOffset? DoneAt = null) : IRequest<Result<Guid?>>
{
    /// <summary>Subject of the next activity; none is made when empty.</summary>
    public string? NextSubject { get; init; }

    /// <summary>Kind of the next one: <c>meeting</c>, <c>call</c>, <c>mail</c>, <c>visit</c>, <c>task</c>; that of this one when null.</summary>
    public string? NextKind { get; init; }

    /// <summary>When the next one begins.</summary>
    public DateTimeOffset? NextAt { get; init; }
}
