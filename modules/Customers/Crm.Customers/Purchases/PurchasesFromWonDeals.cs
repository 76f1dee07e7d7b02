// A won deal becomes purchases of its customer, once, whatever crashes in between and in whatever order the events come.
using System.Globalization;
using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Purchases;

/// <summary>Makes a purchase of each line of a won deal. The number of a purchase comes from its line, so that no line becomes two.</summary>
[Subscriber("customers.purchases-from-won-deals")]
internal sealed class PurchasesFromWonDeals(CustomersDb db, IMediator mediator) : INotificationHandler<DealWon>
{
    public async Task Handle(DealWon won, CancellationToken cancellationToken)
    {
        // Reopened in the meantime, and perhaps we have heard of that first.
        if (await DealPurchases.IsWon(mediator, won.DealId, cancellationToken) == false) return;

        var bought = DealPurchases.Of(won);
        var numbers = bought.Select(p => p.Number).ToList();
        var there = await db.Purchases.Where(p => numbers.Contains(p.Number)).Select(p => p.Number).ToListAsync(cancellationToken);
        db.Purchases.AddRange(bought.Where(p => !there.Contains(p.Number)));
        DealPurchases.MustBe(await db.SaveAsync(cancellation: cancellationToken));
    }
}

/// <summary>A won deal goes on after all: its purchases go into the bin.</summary>
[Subscriber("customers.purchases-of-reopened-deals")]
internal sealed class PurchasesOfReopenedDeals(CustomersDb db, IMediator mediator) : INotificationHandler<DealReopened>
{
    public async Task Handle(DealReopened reopened, CancellationToken cancellationToken)
    {
        // Won again in the meantime.
        if (await DealPurchases.IsWon(mediator, reopened.DealId, cancellationToken) == true) return;

        var begins = DealPurchases.Begins(reopened.DealId);
        db.Purchases.RemoveRange(await db.Purchases.Where(p => p.Number!.StartsWith(begins)).ToListAsync(cancellationToken));
        DealPurchases.MustBe(await db.SaveAsync(cancellation: cancellationToken));
    }
}

internal static class DealPurchases
{
    private const string Sales = "sales";

    /// <summary>Whether the deal is won now; null when Deals cannot be asked because it was switched off.</summary>
    public static async Task<bool?> IsWon(IMediator mediator, Guid deal, CancellationToken cancellation)
    {
        var answer = await mediator.Send(new IsDealWon(deal), cancellation);
        return answer.Failed ? null : answer.Value;
    }

    /// <summary>What the numbers of a deal's purchases begin with.</summary>
    public static string Begins(Guid deal) => $"D{Short(deal)}-";

    public static List<Purchase> Of(DealWon won) =>
        won.Lines.Count > 0
            ? [.. won.Lines.Select(line => new Purchase
            {
                Number = Begins(won.DealId) + Short(line.LineId), BoughtOn = won.WonOn, CompanyId = won.CompanyId, PersonId = won.PersonId, ProductId = line.ProductId,
                ProductName = line.ProductName, UnitPrice = line.UnitPrice, Quantity = line.Quantity ?? 1, Amount = line.Amount, Channel = Sales, OwnerId = won.OwnerId,
            })]
            : won.Amount is { } amount
                ? [new Purchase
                {
                    Number = Begins(won.DealId) + "0", BoughtOn = won.WonOn, CompanyId = won.CompanyId, PersonId = won.PersonId, ProductName = won.Name, UnitPrice = amount, Quantity = 1,
                    Amount = amount, Channel = Sales, OwnerId = won.OwnerId,
                }]
                : [];

    /// <summary>What cannot be saved now is tried again, and stands in the list of undelivered events when it never can.</summary>
    public static void MustBe(Result saved)
    {
        saved.OrThrow("The purchases could not be saved");
    }

    // 25 digits of base 36 hold a GUID whole; two of them and what stands around fit the 60 characters of a number.
    private static string Short(Guid id)
    {
        var left = new System.Numerics.BigInteger(id.ToByteArray(bigEndian: true), isUnsigned: true, isBigEndian: true);
        Span<char> digits = stackalloc char[25];
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            left = System.Numerics.BigInteger.DivRem(left, 36, out var digit);
            digits[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)digit];
        }

        return digits.ToString().ToUpper(CultureInfo.InvariantCulture);
    }
}
