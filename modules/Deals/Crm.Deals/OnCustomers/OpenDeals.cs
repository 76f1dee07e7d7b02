using Crm.Deals.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Deals.OnCustomers;

/// <summary>Open deals and activities to come, for the sheet of who hands over; through the lists, so that rights hold here too.</summary>
internal sealed class OpenDeals(IMediator mediator, ITenant tenant) : INotificationHandler<CollectOpenWork>
{
    private const int AtMost = 500;

    public async Task Handle(CollectOpenWork notification, CancellationToken cancellationToken)
    {
        var mine = Filter.Eq("owner", notification.UserId);
        foreach (var row in await Rows(new ListRecords(DealsContract.Deal) { Filter = new Filter.All(mine, Filter.Eq("status", DealsContract.Status.Open)), Fields = ["name", "stageId", "value", "expectedClose", "companyId", "personId"] }))
        {
            notification.Add(new OpenWork(("案件", "Deal"), row.Text("name") ?? "–")
            {
                Text = string.Join(" · ", new[] { row.Title("companyId") ?? row.Title("personId"), row.Title("stageId"), row.Number("value") is { } value ? ValueText.Money(value, tenant) : null }.OfType<string>()),
                Due = row.Day("expectedClose"), CustomerId = row.Reference("companyId") ?? row.Reference("personId"), RecordType = DealsContract.Deal, RecordId = row.Id,
            });
        }

        foreach (var row in await Rows(new ListRecords(DealsContract.Activity) { Filter = new Filter.All(mine, new Filter.Compare("doneAt", FilterOp.Empty, true)), Fields = ["subject", "startsAt", "companyId", "personId"] }))
        {
            notification.Add(new OpenWork(("予定・やること", "Activity"), row.Text("subject") ?? "–")
            {
                Text = row.Title("companyId") ?? row.Title("personId"), CustomerId = row.Reference("companyId") ?? row.Reference("personId"), RecordType = DealsContract.Activity, RecordId = row.Id,
                Due = row.Moment("startsAt") is { } at ? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, tenant.TimeZone).DateTime) : null,
            });
        }

        async Task<IEnumerable<Row>> Rows(ListRecords list)
        {
            var page = await mediator.Send(list with { Limit = AtMost, Titles = true }, cancellationToken);
            return page.Failed ? [] : page.Value.Read();
        }
    }
}
