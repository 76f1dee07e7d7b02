using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>They accepted: order number, the quote's lines on the deal, the deal won; all of it or nothing.</summary>
internal sealed class AcceptQuoteHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<AcceptQuote, Result>
{
    public Task<Result> Handle(AcceptQuote accept, CancellationToken cancellationToken) => Numbered.Try(db, () => Try(accept, cancellationToken));

    private async Task<Result> Try(AcceptQuote accept, CancellationToken cancellation)
    {
        var quote = await db.Load<Quote>(accept.Id, RecordAction.Edit, cancellation: cancellation);
        if (quote.Failed) return quote;
        if (quote.Value.Status != QuoteStatuses.Issued) return QuoteProblems.NotIssued;
        var deal = await db.Load<Deal>(quote.Value.DealId ?? Guid.Empty, RecordAction.Edit, cancellation: cancellation);
        if (deal.Failed) return deal;

        var (today, now) = (clock.Today(tenant), clock.GetUtcNow());
        var on = accept.On ?? today;
        if (on < quote.Value.IssuedOn) return QuoteProblems.BeforeItWasIssued;
        var document = QuoteDocument.Parse(quote.Value.Document!);
        var currency = deal.Value.Currency ?? tenant.Currency;
        if (document.Currency != currency) return QuoteProblems.OtherCurrency(document.Currency, currency);
        var lines = await TakeOver(quote.Value, document, deal.Value, cancellation);
        deal.Value.Amount = lines.Sum(l => l.Total);
        var won = deal.Value.Win(on, today, now, lines, await LineSums.Of(db, tenant, cancellation));
        if (won.Failed) return won;
        db.Changes.Add(won.Value);

        var format = await db.Issuers.Where(i => i.Id == quote.Value.IssuerId).Select(i => i.OrderFormat).SingleOrDefaultAsync(cancellation);
        var accepted = quote.Value.Accept(await NumberRange.Take(db, "order", format, on, tenant.FiscalYearStart, cancellation), on);
        if (accepted.Failed) return accepted;
        await DeclineOthers(quote.Value, cancellation);
        return await db.SaveAsync(cancellation: cancellation);
    }

    /// <summary>What they ordered is what stood on the quote, without tax and to the yen: the deal's own lines make way.</summary>
    private async Task<List<DealLine>> TakeOver(Quote quote, QuoteDocument document, Deal deal, CancellationToken cancellation)
    {
        var net = document.NetLines();
        db.Lines.RemoveRange(await db.Lines.Where(l => l.DealId == deal.Id).ToListAsync(cancellation));
        var lines = document.Lines.Select((line, i) =>
        {
            var without = document.PricesWithTax ? 1 + TaxRates.Of(line.TaxRate, document.IssuedOn ?? quote.IssuedOn!.Value) : 1;
            var (price, discount) = LineAmount.Making(net[i], line.Quantity, line.UnitPrice / without);
            return new DealLine
            {
                DealId = deal.Id, Position = (i + 1) * 10, ProductId = line.ProductId, ProductName = line.Name, Quantity = line.Quantity, Unit = line.Unit,
                UnitPrice = price, Discount = discount == 0 ? null : discount, TaxRate = line.TaxRate,
            };
        }).ToList();
        db.Lines.AddRange(lines);
        return lines;
    }

    /// <summary>What else was offered for the deal was not taken.</summary>
    private async Task DeclineOthers(Quote accepted, CancellationToken cancellation)
    {
        foreach (var other in await db.Quotes.Where(q => q.DealId == accepted.DealId && q.Id != accepted.Id && q.Status == QuoteStatuses.Issued).ToListAsync(cancellation)) _ = other.Decline();
    }
}

/// <summary>They did not take it; the deal goes on.</summary>
internal sealed class DeclineQuoteHandler(DealsDb db) : IRequestHandler<DeclineQuote, Result>
{
    public async Task<Result> Handle(DeclineQuote decline, CancellationToken cancellationToken)
    {
        var quote = await db.Load<Quote>(decline.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (quote.Failed) return quote;
        var declined = quote.Value.Decline();
        return declined.Failed ? declined : await db.SaveAsync(cancellation: cancellationToken);
    }
}
