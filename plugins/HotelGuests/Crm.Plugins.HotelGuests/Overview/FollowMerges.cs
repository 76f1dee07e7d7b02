using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Plugins.HotelGuests.Overview;

/// <summary>Stays and the guest register follow a merge of people, also one made while the plugin was off.</summary>
[Subscriber("hotel.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken) =>
        (await mediator.Send(new MoveReferences(merged.MergeId, "hotel"), cancellationToken)).OrThrow("References could not be moved");
}
