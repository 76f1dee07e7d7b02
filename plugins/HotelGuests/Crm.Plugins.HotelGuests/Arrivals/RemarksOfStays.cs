using Crm.Plugins.HotelGuests.Contracts;
using Crm.Sdk.Records;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Plugins.HotelGuests.Arrivals;

/// <summary>Complaints that were noted at stays.</summary>
internal sealed class RemarksOfStays(IMediator mediator) : INotificationHandler<CollectGuestRemarks>
{
    private const int AtMost = 500;
    private const int LongestText = 200;

    public async Task Handle(CollectGuestRemarks notification, CancellationToken cancellationToken)
    {
        var stays = await mediator.Send(
            new ListRecords(HotelContract.Stay)
            {
                Filter = new Filter.All(new Filter.Compare("personId", FilterOp.In, [.. notification.People.Cast<object?>()]), new Filter.Compare("complaint", FilterOp.Empty, false)),
                Sort = [new("arrivesOn", Descending: true)], Fields = ["personId", "arrivesOn", "departsOn", "complaint"], Limit = AtMost,
            },
            cancellationToken);
        if (stays.Failed) return;
        foreach (var stay in stays.Value.Read())
        {
            if (stay.Reference("personId") is not { } person || stay.Text("complaint") is not { } text) continue;
            notification.Add(new GuestRemark(person, stay.Day("departsOn") ?? stay.Day("arrivesOn") ?? default, Short(text)) { Link = Routes.Record(HotelContract.Stay, stay.Id) });
        }
    }

    private static string Short(string text) => text.Length <= LongestText ? text : string.Concat(text.EnumerateRunes().Take(LongestText)) + "…";
}
