using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Support.Contracts;
using MediatR;

namespace Crm.Support.OnCustomers;

/// <summary>Inquiries not closed, for the sheet of who hands over; through the list, so that rights hold here too.</summary>
internal sealed class OpenInquiries(IMediator mediator, ITenant tenant) : INotificationHandler<CollectOpenWork>
{
    private const int AtOnce = 500;

    public async Task Handle(CollectOpenWork notification, CancellationToken cancellationToken)
    {
        // Without naming fields: what is hidden from whoever asks is missing in the sheet, not the whole inquiry.
        var list = new ListRecords(SupportContract.Inquiry)
        {
            Filter = new Filter.All(Filter.Eq("owner", notification.UserId), new Filter.Compare("status", FilterOp.Ne, SupportContract.Status.Closed)), Limit = AtOnce, Titles = true,
        };
        string? next = null;
        do
        {
            var page = (await mediator.Send(list with { After = next }, cancellationToken)).OrThrow("The open inquiries cannot be read");
            foreach (var row in page.Read()) notification.Add(Work(row));
            next = page.Next;
        }
        while (next is not null);
    }

    private OpenWork Work(Row row) => new(("問い合わせ", "Inquiry"), row.Text("subject") ?? "–")
    {
        Text = row.Title("personId") ?? row.Title("companyId"), CustomerId = row.Reference("personId") ?? row.Reference("companyId"), RecordType = SupportContract.Inquiry, RecordId = row.Id,
        Due = row.Moment("nextDue") is { } at ? tenant.DayOf(at) : null,
    };
}
