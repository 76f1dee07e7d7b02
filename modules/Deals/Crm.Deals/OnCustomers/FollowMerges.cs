using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Deals.OnCustomers;

/// <summary>Deals, activities and quotes follow a merge, also one made while this module was off.</summary>
[Subscriber("deals.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(new MoveReferences(merged.MergeId, DealsContract.Module), cancellationToken);
        if (moved.Failed) throw new InvalidOperationException("References could not be moved: " + string.Join("; ", moved.Problems.Select(p => $"{p.Code} {p.Field}")));
    }
}
