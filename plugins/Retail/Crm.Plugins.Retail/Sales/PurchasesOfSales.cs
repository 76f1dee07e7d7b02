using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail.Sales;

/// <summary>A sale that is linked is a purchase of the customer, so that timeline, habits and analyses count stores and shop alike.</summary>
[Subscriber("retail.purchases-of-sales", RetailContract.Sale)]
internal sealed class PurchasesOfSales(RetailDb db, IMediator mediator) : INotificationHandler<RecordsChanged>
{
    private const string Prefix = "retail:";

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var ids = changed.Ids.ToList();

        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var sales = await db.Sales.IgnoreQueryFilters().AsNoTracking().Where(s => s.TenantId == db.TenantId && ids.Contains(s.Id)).ToListAsync(cancellationToken);
        var bought = sales.Where(s => s is { DeletedAt: null, PersonId: not null, Number: not null }).ToList();
        if (bought.Count > 0)
        {
            IReadOnlyDictionary<string, object?>[] rows =
            [
                .. bought.Select(s => new Dictionary<string, object?>
                {
                    ["number"] = Prefix + s.Number, ["personId"] = s.PersonId, ["boughtOn"] = s.SoldOn, ["productName"] = s.ProductName, ["quantity"] = s.Quantity, ["unitPrice"] = s.UnitPrice,
                    ["amount"] = s.Amount, ["channel"] = s.Channel,
                }),
            ];
            var saved = await mediator.Send(new SaveRecords(CustomersContract.Purchase, rows) { Match = ["number"] }, cancellationToken);
            saved.OrThrow("Purchases could not be kept");
            if (saved.Value.Rows.FirstOrDefault(r => r.Action == RowAction.Refused).Problems is { Count: > 0 } problems) throw new InvalidOperationException($"A purchase was refused: {problems[0].Code}");
        }

        await TakeBack([.. sales.Except(bought).Select(s => s.Number).OfType<string>()], cancellationToken);
    }

    /// <summary>Sales that are gone, or nobody's any more, are no purchases.</summary>
    private async Task TakeBack(IReadOnlyList<string> numbers, CancellationToken cancellation)
    {
        if (numbers.Count == 0) return;
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Purchase) { Filter = new Filter.Compare("number", FilterOp.In, [.. numbers.Select(n => (object?)(Prefix + n))]), Fields = ["number"], Limit = 500 }, cancellation);
        if (page.Failed || page.Value.Rows.Count == 0) return;
        var deleted = await mediator.Send(new DeleteRecords(CustomersContract.Purchase, [.. page.Value.Rows.Select(r => r.Id)]), cancellation);
        deleted.OrThrow("Purchases could not be taken back");
    }
}
