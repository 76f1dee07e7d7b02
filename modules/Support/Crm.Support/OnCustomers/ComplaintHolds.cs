using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Nothing is offered to a customer whose complaint is not settled.</summary>
internal sealed class ComplaintHolds(IMediator mediator) : INotificationHandler<CollectSalesHolds>
{
    private static readonly Label Reason = ("対応中の苦情があります", "A complaint is not settled");

    public async Task Handle(CollectSalesHolds notification, CancellationToken cancellationToken)
    {
        var complaining = await mediator.Send(new GetOpenComplaints(notification.Customers), cancellationToken);
        complaining.OrThrow("Open complaints could not be read");
        foreach (var customer in complaining.Value) notification.Add(new SalesHold(customer, Reason));
    }
}
