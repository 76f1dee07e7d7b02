using Crm.Sdk.Messaging;

namespace Crm.Customers.Contracts;

/// <summary>A subscription comes up for renewal within the days before which we remind; raised once per renewal.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PersonId">Who pays, when a person; or null.</param>
/// <param name="CompanyId">Who pays, when a company; or null.</param>
/// <param name="RenewsOn">The day it renews.</param>
/// <param name="RenewsByItself">Whether it renews unless somebody cancels it.</param>
[Event("customers.subscription-renewal-due.v1")]
public sealed record SubscriptionRenewalDue(Guid SubscriptionId, Guid? PersonId, Guid? CompanyId, DateOnly RenewsOn, bool RenewsByItself) : IEvent;

/// <summary>A subscription has renewed by itself.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="RenewedOn">The day of the renewal.</param>
/// <param name="RenewsOn">The next one.</param>
[Event("customers.subscription-renewed.v1")]
public sealed record SubscriptionRenewed(Guid SubscriptionId, DateOnly RenewedOn, DateOnly RenewsOn) : IEvent;
