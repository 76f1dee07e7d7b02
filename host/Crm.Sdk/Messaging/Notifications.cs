using MediatR;

namespace Crm.Sdk.Messaging;

/// <summary>Puts a line into a user's list of notifications (the bell). Written with the current unit of work.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Title">One line, up to 300 characters.</param>
/// <param name="Link">Where a click leads, a path of this installation such as <c>/r/deals.deal/…</c>; or null.</param>
public sealed record NotifyUser(Guid UserId, Label Title, string? Link = null) : IRequest<Result>;
