using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Plugins.WasteDisposal.Overview;

/// <summary>Sites, permits, agreements and manifests follow a merge of companies, also one made while the plugin was off.</summary>
[Subscriber("waste.follow-merges")]
internal sealed class FollowMerges(IMediator mediator) : INotificationHandler<CustomersMerged>
{
    public async Task Handle(CustomersMerged merged, CancellationToken cancellationToken) =>
        (await mediator.Send(new MoveReferences(merged.MergeId, "waste"), cancellationToken)).OrThrow("References could not be moved");
}
