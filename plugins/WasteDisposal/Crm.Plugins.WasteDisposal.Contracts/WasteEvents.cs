using Crm.Sdk.Messaging;

namespace Crm.Plugins.WasteDisposal.Contracts;

/// <summary>A slip or report of a manifest did not come by the day the law gives; raised once for each such day of a manifest.</summary>
/// <param name="ManifestId">The manifest.</param>
/// <param name="GeneratorId">Whose waste it is; or null.</param>
/// <param name="Step">What is missing: <c>b2</c>, <c>d</c>, <c>e</c>, <c>register</c>, <c>transport-report</c>, <c>disposal-report</c>.</param>
/// <param name="DueOn">The last day on which it would have been in time.</param>
[Event("waste.manifest-overdue.v1")]
public sealed record ManifestOverdue(Guid ManifestId, Guid? GeneratorId, string Step, DateOnly DueOn) : IEvent;

/// <summary>A permit comes near its expiry; raised when 90, 60, 30 and 0 days are left.</summary>
/// <param name="PermitId">The permit.</param>
/// <param name="CompanyId">Whose it is; or null.</param>
/// <param name="ExpiresOn">Its last day.</param>
/// <param name="DaysLeft">How many days are left; negative when it has expired.</param>
[Event("waste.permit-expiring.v1")]
public sealed record PermitExpiring(Guid PermitId, Guid? CompanyId, DateOnly ExpiresOn, int DaysLeft) : IEvent;

/// <summary>A contract comes near its end, or its renewal; raised when 60, 30 and 0 days are left.</summary>
/// <param name="ContractId">The contract.</param>
/// <param name="GeneratorId">Whose waste it is about; or null.</param>
/// <param name="EndsOn">Its last day.</param>
/// <param name="RenewsByItself">Whether it goes on unless somebody ends it.</param>
[Event("waste.contract-ending.v1")]
public sealed record ContractEnding(Guid ContractId, Guid? GeneratorId, DateOnly EndsOn, bool RenewsByItself) : IEvent;
