using Crm.Sdk.Messaging;

namespace Crm.Deals.Contracts;

/// <summary>A deal was won by a person's step; deals that are imported as won raise nothing.</summary>
/// <param name="DealId">The deal.</param>
/// <param name="Name">What it is called.</param>
/// <param name="CompanyId">The company that ordered; or null.</param>
/// <param name="PersonId">The contact, or the person who ordered; or null.</param>
/// <param name="WonOn">The day of the order.</param>
/// <param name="OwnerId">Who is responsible; or null.</param>
/// <param name="Amount">What it brings without tax, in the tenant's currency; null when nobody said.</param>
/// <param name="Lines">What was ordered; empty when the deal has no lines.</param>
[Event("deals.deal-won.v1")]
public sealed record DealWon(
    Guid DealId, string Name, Guid? CompanyId, Guid? PersonId, DateOnly WonOn, Guid? OwnerId, decimal? Amount, IReadOnlyList<WonLine> Lines) : IEvent;

/// <summary>A line of a won deal.</summary>
/// <param name="LineId">The line; the same each time the deal is won.</param>
/// <param name="ProductId">The product; or null.</param>
/// <param name="ProductName">What it is called.</param>
/// <param name="Quantity">How many; null counts as one.</param>
/// <param name="UnitPrice">Price of one without tax, in the tenant's currency; or null.</param>
/// <param name="Amount">Of the line, without tax, after discount, in the tenant's currency.</param>
public sealed record WonLine(Guid LineId, Guid? ProductId, string ProductName, decimal? Quantity, decimal? UnitPrice, decimal Amount);

/// <summary>A deal that was won goes on after all.</summary>
/// <param name="DealId">The deal.</param>
[Event("deals.deal-reopened.v1")]
public sealed record DealReopened(Guid DealId) : IEvent;

/// <summary>A deal was lost.</summary>
/// <param name="DealId">The deal.</param>
/// <param name="CompanyId">With whom; or null.</param>
/// <param name="PersonId">The contact; or null.</param>
/// <param name="LostOn">The day we learnt it.</param>
[Event("deals.deal-lost.v1")]
public sealed record DealLost(Guid DealId, Guid? CompanyId, Guid? PersonId, DateOnly LostOn) : IEvent;
