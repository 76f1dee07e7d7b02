using Crm.Campaigns.Contracts;
using Crm.Sdk.Records;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Who asks about something responds to what they were sent; who complains does not.</summary>
internal sealed class InquiriesAreResponses : INotificationHandler<CollectResponseSources>
{
    public Task Handle(CollectResponseSources notification, CancellationToken cancellationToken)
    {
        notification.Add(new ResponseSource(SupportContract.Inquiry, "inquiry", ("問い合わせ", "Inquiry"), "receivedAt")
        {
            PersonField = "personId", CompanyField = "companyId", Where = new Filter.Compare("complaint", FilterOp.Ne, true),
        });
        return Task.CompletedTask;
    }
}
