using Crm.Sdk;
using MediatR;

namespace Crm.Support.Contracts;

/// <summary>
/// Something happened after which follow-up plans may ask for work: a plugin sends this when a guest has left, a machine was delivered.
/// Sent again for the same source it plans nothing twice; what should have been done more than a week ago is not planned any more, and the same plan asks for one follow-up of a customer a day.
/// </summary>
/// <param name="Trigger">A word of <see cref="SupportContract.Triggers"/> or one of the plugin's own.</param>
/// <param name="On">The day from which plans count.</param>
/// <param name="SourceType">Type of the record behind it.</param>
/// <param name="SourceId">The record behind it.</param>
/// <remarks>For modules, with the rights of the system. Answers with how many follow-ups were planned.</remarks>
public sealed record PlanFollowUps(string Trigger, DateOnly On, string SourceType, Guid SourceId) : IRequest<Result<int>>
{
    /// <summary>Whom to follow up; or null.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>Which company; or null.</summary>
    public Guid? CompanyId { get; init; }

    /// <summary>What it was about; or null.</summary>
    public Guid? ProductId { get; init; }

    /// <summary>Who is responsible; or null.</summary>
    public Guid? OwnerId { get; init; }
}
