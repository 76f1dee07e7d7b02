using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Deals.OnCustomers;

/// <summary>Deals, activities and quotes follow a merge, also one made while this module was off.</summary>
[Subscriber("deals.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken) =>
        (await mediator.Send(new MoveReferences(merged.MergeId, DealsContract.Module), cancellationToken)).OrThrow("References could not be moved");
}
