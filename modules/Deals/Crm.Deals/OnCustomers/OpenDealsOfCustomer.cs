using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Deals.OnCustomers;

/// <summary>Whoever merges or erases a customer is told of the deals that are open with them.</summary>
internal sealed class OpenDealsOfCustomer(IMediator mediator) : INotificationHandler<CollectOpenMatters>
{
    private static readonly Label Kind = ("進行中の案件", "Open deals");

    public async Task Handle(CollectOpenMatters notification, CancellationToken cancellationToken)
    {
        var open = new Filter.All(Filter.Eq(notification.Reference, notification.CustomerId), Filter.Eq("status", DealsContract.Status.Open));
        if (await mediator.Send(new CountRecords(DealsContract.Deal, open), cancellationToken) is { Failed: false, Value: > 0 and var count }) notification.Add(new OpenMatter(Kind, count));
    }
}
