using Crm.Sdk;
using Crm.Sdk.Messaging;

namespace Crm.Customers.Contracts;

/// <summary>
/// Who of these customers should not be offered anything now: before suggesting, calling or mailing to sell. Customers leaves out those who
/// opted out by itself; who keeps complaints adds those whose complaint is not settled.
/// </summary>
/// <param name="customers">Companies and people, mixed.</param>
public sealed class CollectSalesHolds(IReadOnlyList<Guid> customers) : Gather<SalesHold>
{
    /// <summary>Companies and people, mixed.</summary>
    public IReadOnlyList<Guid> Customers => customers;
}

/// <summary>Why a customer is left alone.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Reason">As a sentence: 対応中の苦情があります。</param>
public sealed record SalesHold(Guid CustomerId, Label Reason);
