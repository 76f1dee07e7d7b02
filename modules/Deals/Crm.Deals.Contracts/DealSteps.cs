// The steps of a deal. Stage and status change by these and by nothing else; each is noted with its day.
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Deals.Contracts;

/// <summary>Moves an open deal to another stage of its pipeline, forwards or backwards.</summary>
/// <param name="Id">The deal.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Version">The version the caller saw; null to accept what is there.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>conflict</c>, <c>deals.closed</c>, <c>deals.other-pipeline</c>, <c>deals.stage-needs</c>.</remarks>
[Command("deals.move")]
public sealed record MoveDeal(Guid Id, Guid Stage, int? Version = null) : IRequest<Result>;

/// <summary>They ordered: the deal is won, and its lines become purchases of the customer.</summary>
/// <param name="Id">The deal.</param>
/// <param name="On">The day of the order; today when null.</param>
/// <param name="Version">The version the caller saw; null to accept what is there.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>conflict</c>, <c>deals.closed</c>, <c>deals.closed-in-future</c>, <c>deals.closed-before-opened</c>.</remarks>
[Command("deals.win")]
public sealed record WinDeal(Guid Id, DateOnly? On = null, int? Version = null) : IRequest<Result>;

/// <summary>They did not order.</summary>
/// <param name="Id">The deal.</param>
/// <param name="Reason">Why: a loss reason.</param>
/// <param name="On">The day we learnt it; today when null.</param>
/// <param name="Version">The version the caller saw; null to accept what is there.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>conflict</c>, <c>deals.closed</c>, <c>deals.reason-needed</c>, <c>deals.closed-in-future</c>, <c>deals.closed-before-opened</c>.</remarks>
[Command("deals.lose")]
public sealed record LoseDeal(Guid Id, Guid? Reason, DateOnly? On = null, int? Version = null) : IRequest<Result>
{
    /// <summary>Who got it instead.</summary>
    public Guid? Competitor { get; init; }

    /// <summary>What was said.</summary>
    public string? Note { get; init; }
}

/// <summary>
/// A won or lost deal goes on in the stage where it was. Purchases that came of it are taken back, and the quote by which it was won is an
/// issued one again, without its order number.
/// </summary>
/// <param name="Id">The deal.</param>
/// <param name="Version">The version the caller saw; null to accept what is there.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>conflict</c>, <c>deals.not-closed</c>.</remarks>
[Command("deals.reopen")]
public sealed record ReopenDeal(Guid Id, int? Version = null) : IRequest<Result>;

/// <summary>
/// Whether a deal is won now. Who acts on <see cref="DealWon"/> or <see cref="DealReopened"/> asks this, because the two may be delivered
/// in any order.
/// </summary>
/// <param name="Id">The deal.</param>
/// <remarks>For reactions to events; answers whoever asks about any deal of the tenant, with nothing but this. A deal in the bin is not won.</remarks>
public sealed record IsDealWon(Guid Id) : IRequest<Result<bool>>;
