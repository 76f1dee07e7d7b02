using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Inquiries not closed, for the sheet of who hands over; through the list, so that rights hold here too.</summary>
internal sealed class OpenInquiries(IMediator mediator, ITenant tenant) : INotificationHandler<CollectOpenWork>
{
    private const int AtMost = 500;

    public async Task Handle(CollectOpenWork notification, CancellationToken cancellationToken)
    {
        var page = await mediator.Send(
            new ListRecords(SupportContract.Inquiry)
            {
                Filter = new Filter.All(Filter.Eq("owner", notification.UserId), new Filter.Compare("status", FilterOp.Ne, SupportContract.Status.Closed)),
                Fields = ["subject", "nextDue", "companyId", "personId"], Limit = AtMost, Titles = true,
            },
            cancellationToken);
        if (page.Failed) return;
        foreach (var row in page.Value.Read())
        {
            notification.Add(new OpenWork(("問い合わせ", "Inquiry"), row.Text("subject") ?? "–")
            {
                Text = row.Title("personId") ?? row.Title("companyId"), CustomerId = row.Reference("personId") ?? row.Reference("companyId"), RecordType = SupportContract.Inquiry, RecordId = row.Id,
                Due = row.Moment("nextDue") is { } at ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, tenant.TimeZone).DateTime) : null,
            });
        }
    }
}
