using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>
/// A company has taken another name: the old one is kept with its last day and still finds the company.
/// Correcting a misspelt name is an ordinary edit, not this.
/// </summary>
/// <param name="CompanyId">The company.</param>
/// <param name="Name">The new name.</param>
/// <param name="Kana">Reading of the new name; null when not known.</param>
/// <param name="On">First day of the new name; today when null.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>customers.same-name</c>, and those of an empty or too long name.</remarks>
[Command("customers.rename-company")]
public sealed record RenameCompany(Guid CompanyId, string Name, string? Kana = null, DateOnly? On = null) : IRequest<Result>;

/// <summary>A company has another name since a day.</summary>
/// <param name="CompanyId">The company.</param>
/// <param name="OldName">The name before.</param>
/// <param name="NewName">The name now.</param>
/// <param name="On">First day of the new name.</param>
[Event("customers.company-renamed.v1")]
public sealed record CompanyRenamed(Guid CompanyId, string OldName, string NewName, DateOnly On) : IEvent;
