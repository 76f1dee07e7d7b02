using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Support.FollowUps;

/// <summary>A follow-up was done, or is not needed.</summary>
/// <param name="Id">The follow-up.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Skip">Whether it is left out.</param>
/// <remarks>Problems: <c>not-found</c>, <c>forbidden</c>, <c>support.follow-up-done</c>.</remarks>
[Command("support.complete-follow-up")]
internal sealed record CompleteFollowUp(Guid Id, string? Result = null, bool Skip = false) : IRequest<Result>;

internal sealed class CompleteFollowUpHandler(SupportDb db, TimeProvider clock) : IRequestHandler<CompleteFollowUp, Result>
{
    public async Task<Result> Handle(CompleteFollowUp complete, CancellationToken cancellationToken)
    {
        var followUp = await db.Load<FollowUp>(complete.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (followUp.Failed) return followUp;
        var done = followUp.Value.Done(complete.Skip ? FollowStatuses.Skipped : FollowStatuses.Done, complete.Result, clock.GetUtcNow());
        return done.Failed ? done : await db.SaveAsync(cancellation: cancellationToken);
    }
}
