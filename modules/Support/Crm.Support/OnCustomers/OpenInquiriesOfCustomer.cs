using Crm.Customers.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Whoever merges or erases a customer is told of the inquiries that are not closed.</summary>
internal sealed class OpenInquiriesOfCustomer(IMediator mediator) : INotificationHandler<CollectOpenMatters>
{
    private static readonly Label Kind = ("対応中の問い合わせ", "Open inquiries");

    public async Task Handle(CollectOpenMatters notification, CancellationToken cancellationToken)
    {
        var open = new Filter.All(Filter.Eq(notification.Reference, notification.CustomerId), new Filter.Compare("status", FilterOp.Ne, SupportContract.Status.Closed));
        if (await mediator.Send(new CountRecords(SupportContract.Inquiry, open), cancellationToken) is { Failed: false, Value: > 0 and var count }) notification.Add(new OpenMatter(Kind, count));
    }
}
