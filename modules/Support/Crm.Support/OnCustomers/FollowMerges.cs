using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Inquiries and follow-ups follow a merge, also one made while this module was off.</summary>
[Subscriber("support.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken) =>
        (await mediator.Send(new MoveReferences(merged.MergeId, SupportContract.Module), cancellationToken)).OrThrow("References could not be moved");
}
