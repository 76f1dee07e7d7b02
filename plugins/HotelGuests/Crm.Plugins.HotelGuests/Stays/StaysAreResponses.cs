using Crm.Campaigns.Contracts;
using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Plugins.HotelGuests.Stays;

/// <summary>Who comes to stay responds to what they were sent, and what they pay is revenue. A booking is none yet.</summary>
internal sealed class StaysAreResponses : INotificationHandler<CollectResponseSources>
{
    public Task Handle(CollectResponseSources notification, CancellationToken cancellationToken)
    {
        notification.Add(new ResponseSource(HotelContract.Stay, "stay", ("宿泊", "Stay"), "arrivesOn")
        {
            PersonField = "personId", ValueField = "amount", IsRevenue = true, Where = new Filter.Compare("status", FilterOp.In, StayStatuses.InHouse, StayStatuses.Departed),
        });
        return Task.CompletedTask;
    }
}
