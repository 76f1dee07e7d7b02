using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Deals.Contracts;

/// <summary>Begins a quote for a deal with the deal's lines; a draft without a number.</summary>
/// <param name="DealId">The deal.</param>
/// <remarks>Prices are left empty for whoever may not see those of the deal. Answers with the quote. Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.no-issuer</c>.</remarks>
[Command("deals.begin-quote")]
public sealed record BeginQuote(Guid DealId) : IRequest<Result<Guid>>;

/// <summary>Issues a draft: it gets the next number of its range and is not changed any more.</summary>
/// <param name="Id">The quote.</param>
/// <param name="On">Date of issue, at most a month back and not before the version it replaces; today when null.</param>
/// <remarks>
/// Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.quote-not-draft</c>, <c>deals.quote-empty</c>, <c>deals.quote-without-addressee</c>, <c>deals.issued-in-future</c>,
/// <c>deals.issued-too-long-ago</c>, <c>deals.busy</c>.
/// </remarks>
[Command("deals.issue-quote")]
public sealed record IssueQuote(Guid Id, DateOnly? On = null) : IRequest<Result>;

/// <summary>Begins the next version of an issued quote: a draft with the same lines and, once issued, the same number.</summary>
/// <param name="Id">The quote.</param>
/// <remarks>Answers with the new version. Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.quote-not-issued</c>, <c>deals.draft-there-already</c>.</remarks>
[Command("deals.revise-quote")]
public sealed record ReviseQuote(Guid Id) : IRequest<Result<Guid>>;

/// <summary>
/// They accepted an issued quote: it becomes an order with a number of its own, its lines become the deal's, and the deal is won. Other
/// issued quotes of the deal are declined.
/// </summary>
/// <param name="Id">The quote.</param>
/// <param name="On">The day of the order, on or after the day of issue; today when null.</param>
/// <remarks>
/// Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.quote-not-issued</c>, <c>deals.accepted-before-issued</c>, <c>deals.other-currency</c>,
/// <c>deals.closed</c>, <c>deals.closed-in-future</c>, <c>deals.closed-before-opened</c>, <c>deals.busy</c>.
/// </remarks>
[Command("deals.accept-quote")]
public sealed record AcceptQuote(Guid Id, DateOnly? On = null) : IRequest<Result>;

/// <summary>They declined an issued quote; the deal goes on.</summary>
/// <param name="Id">The quote.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>deals.quote-not-issued</c>.</remarks>
[Command("deals.decline-quote")]
public sealed record DeclineQuote(Guid Id) : IRequest<Result>;
