using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Plugins.HotelGuests.Arrivals;

/// <summary>Complaints that Support keeps; none where it is switched off for the tenant, or the reader may not see them.</summary>
internal sealed class RemarksOfSupport(IMediator mediator, ITenant tenant) : INotificationHandler<CollectGuestRemarks>
{
    public async Task Handle(CollectGuestRemarks notification, CancellationToken cancellationToken)
    {
        var last = await mediator.Send(new GetLastComplaints(notification.People), cancellationToken);
        if (last.Failed) return;
        foreach (var (person, complaint) in last.Value)
        {
            var on = tenant.DayOf(complaint.ReceivedAt);
            notification.Add(new GuestRemark(person, on, complaint.Subject) { Link = Routes.Record(SupportContract.Inquiry, complaint.InquiryId) });
        }
    }
}
