using System.Text;
using Crm.Customers.Contracts;
using Crm.Plugins.Retail.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.Retail.Sales;

/// <summary>
/// Finds whose sales are: by the card that was shown, else by the account. When a sale comes before its card is known, it is linked when the
/// person gets the card. Who was chosen by hand stays.
/// </summary>
[Subscriber("retail.link-sales", RetailContract.Sale, CustomersContract.Person)]
internal sealed class LinkSales(RetailDb db, IMediator mediator, ISettings settings) : INotificationHandler<RecordsChanged>
{
    private const int AtOnce = 500;

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action is "deleted") return;
        var ids = changed.Ids.ToList();
        switch (changed.RecordType)
        {
            case RetailContract.Sale when changed.Action != "updated" || changed.Fields.Any(f => f is "cardNumber" or "ecAccount" or "personId"):
                await Link(await db.Sales.Where(s => ids.Contains(s.Id) && (s.PersonId == null || s.Points == null)).ToListAsync(cancellationToken), cancellationToken);
                break;
            case CustomersContract.Person when changed.Action != "updated" || changed.Fields.Any(f => f is RetailContract.PersonFields.CardNumber or RetailContract.PersonFields.EcAccount):
                await LinkWaiting(ids, cancellationToken);
                break;
        }
    }

    /// <summary>Sales that waited for these people.</summary>
    private async Task LinkWaiting(List<Guid> people, CancellationToken cancellation)
    {
        var (cards, accounts) = (new List<string>(), new List<string>());
        foreach (var person in await People(new Filter.Ids(people), cancellation))
        {
            if (person.Text(RetailContract.PersonFields.CardNumber) is { } card) cards.Add(card);
            if (person.Text(RetailContract.PersonFields.EcAccount) is { } account) accounts.Add(account);
        }

        if (cards.Count + accounts.Count == 0) return;
        await Link(
            await db.Sales.Where(s => s.PersonId == null && ((s.CardNumber != null && cards.Contains(s.CardNumber)) || (s.EcAccount != null && accounts.Contains(s.EcAccount)))).ToListAsync(cancellation),
            cancellation);
    }

    private async Task Link(List<Sale> sales, CancellationToken cancellation)
    {
        foreach (var some in sales.Chunk(AtOnce))
        {
            var byCard = await Holders(RetailContract.PersonFields.CardNumber, some.Select(s => s.CardNumber), cancellation);
            var byAccount = await Holders(RetailContract.PersonFields.EcAccount, some.Select(s => s.EcAccount), cancellation);
            foreach (var sale in some)
            {
                sale.PersonId ??= Find(byCard, sale.CardNumber) ?? Find(byAccount, sale.EcAccount);
                if (sale.PersonId is not null) sale.Points ??= PointsFor(sale.Amount);
            }
        }

        if (!db.ChangeTracker.HasChanges()) return;
        var saved = await db.SaveAsync(cancellation: cancellation);
        saved.OrThrow("Sales could not be linked");
    }

    /// <summary>Goods that are taken back take their points with them.</summary>
    private int PointsFor(decimal? amount) => (int)decimal.Truncate((amount ?? 0) / settings.Of<RetailSettings>().MoneyPerPoint);

    private async Task<Dictionary<string, Guid>> Holders(string field, IEnumerable<string?> values, CancellationToken cancellation)
    {
        object?[] wanted = [.. values.OfType<string>().Select(Narrow).Distinct()];
        if (wanted.Length == 0) return [];
        return (await People(new Filter.Compare(field, FilterOp.In, wanted), cancellation)).ToDictionary(p => p.Text(field)!, p => p.Id, StringComparer.Ordinal);
    }

    private async Task<IEnumerable<Row>> People(Filter filter, CancellationToken cancellation)
    {
        var page = await mediator.Send(
            new ListRecords(CustomersContract.Person) { Filter = filter, Fields = [RetailContract.PersonFields.CardNumber, RetailContract.PersonFields.EcAccount], Limit = AtOnce }, cancellation);
        return page.Failed ? throw new InvalidOperationException($"Members could not be read: {page.Problems[0].Code}") : page.Value.Read();
    }

    private static Guid? Find(Dictionary<string, Guid> holders, string? value) => value is not null && holders.TryGetValue(Narrow(value), out var holder) ? holder : null;

    /// <summary>Tills write digits in either width; the fields of people keep the narrow ones.</summary>
    private static string Narrow(string text) => text.Normalize(NormalizationForm.FormKC).Trim();
}
