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
    private const int PageSize = 500;

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
                Due = row.Moment("startsAt") is { } at ? tenant.DayOf(at) : null,
            });
        }

        // Whoever takes over needs all of it: a hidden field is left out, and a list that cannot be read is an error the sheet tells.
        async Task<List<Row>> Rows(ListRecords list)
        {
            var types = await mediator.Send(new GetRecordTypes(), cancellationToken);
            types.OrThrow("record types for the handover");
            var seen = types.Value.FirstOrDefault(t => t.Key == list.Type);
            var rows = new List<Row>();
            string? after = null;
            do
            {
                var page = await mediator.Send(list with { Fields = [.. list.Fields!.Where(f => seen?.TryGet(f, out _) == true)], Limit = PageSize, Titles = true, After = after }, cancellationToken);
                page.OrThrow($"{list.Type} for the handover");
                rows.AddRange(page.Value.Read());
                after = page.Value.Next;
            }
            while (after is not null);
            return rows;
        }
    }
}
