using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Plugins.Retail.Overview;

/// <summary>Sales, visits and points follow a merge of people, also one made while the plugin was off.</summary>
[Subscriber("retail.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken) =>
        (await mediator.Send(new MoveReferences(merged.MergeId, "retail"), cancellationToken)).OrThrow("References could not be moved");
}
