using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Users;
using FluentValidation;
using MediatR;

namespace Crm.Deals.Activities;

/// <summary>Notes what came of an activity and plans the next.</summary>
internal sealed class CompleteActivityHandler(DealsDb db, TimeProvider clock, IUser user) : IRequestHandler<CompleteActivity, Result<Guid?>>
{
    public async Task<Result<Guid?>> Handle(CompleteActivity complete, CancellationToken cancellationToken)
    {
        var activity = await db.Load<Activity>(complete.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (activity.Failed) return activity.Problems[0];
        var next = activity.Value.Complete(complete.Result, complete.DoneAt ?? clock.GetUtcNow(), complete.NextSubject, complete.NextKind, complete.NextAt);
        if (next.Failed) return next.Problems[0];
        if (next.Value is { } planned)
        {
            if (!user.MayAct(DealsContract.Activity, planned.OwnerId, RecordAction.Create)) return Problems.Forbidden($"{DealsContract.Activity}:create");
            db.Activities.Add(planned);
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid?>.Fail(saved.Problems) : Result.Of(next.Value?.Id);
    }
}

internal sealed class CompleteActivityRules : AbstractValidator<CompleteActivity>
{
    public CompleteActivityRules()
    {
        RuleFor(c => c.Result).MaximumLength(ActivityFields.Type["result"].MaxLength!.Value);
        RuleFor(c => c.NextSubject).MaximumLength(ActivityFields.Type["subject"].MaxLength!.Value);
    }
}
