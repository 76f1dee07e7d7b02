using MediatR;

namespace Crm.Sdk.Messaging;

/// <summary>Puts a line into a user's list of notifications (the bell). Written with the current unit of work.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Title">One line, up to 300 characters.</param>
public sealed record NotifyUser(Guid UserId, Label Title) : IRequest<Result>
{
    /// <summary>Where a click leads, a path of this installation such as <c>/r/deals.deal/…</c>; or null.</summary>
    public string? Link { get; init; }
}
