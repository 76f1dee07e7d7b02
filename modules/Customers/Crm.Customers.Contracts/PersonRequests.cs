using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Customers.Contracts;

/// <summary>
/// A personnel change: ends a person's posts that are running, starts the next one and makes its company the person's main company.
/// The posts that ended stay as history.
/// </summary>
/// <param name="PersonId">The person.</param>
/// <param name="CompanyId">Where they work from now on; null when they only left.</param>
/// <param name="From">First day of the new post; today when null. The posts before end the day before.</param>
/// <remarks>Problems: <c>not-found</c>, <c>customers.employment-before-the-last</c>.</remarks>
[Command("customers.change-employment")]
public sealed record ChangeEmployment(Guid PersonId, Guid? CompanyId, DateOnly? From = null) : IRequest<Result<Guid?>>
{
    /// <summary>Department of the new post.</summary>
    public string? Department { get; init; }

    /// <summary>Title of the new post.</summary>
    public string? Title { get; init; }

    /// <summary>Whether they decide on buying in the new post.</summary>
    public bool DecisionMaker { get; init; }

    /// <summary>Whether the posts before go on beside the new one (兼務); then the main company stays.</summary>
    public bool KeepOthers { get; init; }
}

/// <summary>A person changed post or company, or left.</summary>
/// <param name="PersonId">The person.</param>
/// <param name="FromCompanyId">The main company before; or null.</param>
/// <param name="ToCompanyId">The main company now; or null.</param>
/// <param name="On">First day of the change.</param>
[Event("customers.employment-changed.v1")]
public sealed record EmploymentChanged(Guid PersonId, Guid? FromCompanyId, Guid? ToCompanyId, DateOnly On) : IEvent;
