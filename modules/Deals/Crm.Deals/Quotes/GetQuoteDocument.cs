using Crm.Deals.Contracts;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>A quote as it is printed: as issued, or a draft as it stands; only for whoever sees all its prices.</summary>
internal sealed record GetQuoteDocument(Guid Id) : IRequest<Result<PrintedQuote>>;

internal sealed record PrintedQuote(Guid Id, string Status, QuoteDocument Document, string? OrderNumber, DateOnly? AcceptedOn);

internal sealed class GetQuoteDocumentHandler(DealsDb db, Readable readable, IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<GetQuoteDocument, Result<PrintedQuote>>
{
    public async Task<Result<PrintedQuote>> Handle(GetQuoteDocument query, CancellationToken cancellationToken)
    {
        var quote = await db.Load<Quote>(query.Id, RecordAction.Read, cancellation: cancellationToken);
        if (quote.Failed) return quote.Problems[0];
        if (!await readable.Sees(DealsContract.Quote, ["net", "tax", "total"], cancellationToken) || !await readable.Sees(DealsContract.QuoteLine, ["unitPrice", "discount", "amount"], cancellationToken))
        {
            return Problems.Forbidden($"{DealsContract.Quote}:read");
        }

        var document = quote.Value.Document is { } issued ? QuoteDocument.Parse(issued) : await Draft(quote.Value, cancellationToken);
        return new PrintedQuote(quote.Value.Id, quote.Value.Status, document, quote.Value.OrderNumber, quote.Value.AcceptedOn);
    }

    private async Task<QuoteDocument> Draft(Quote quote, CancellationToken cancellation)
    {
        var issuer = await db.Issuers.AsNoTracking().SingleOrDefaultAsync(i => i.Id == quote.IssuerId, cancellation) ?? new Issuer { Name = tenant.Name };
        var lines = await db.QuoteLines.AsNoTracking().Where(l => l.QuoteId == quote.Id).ToListAsync(cancellation);
        return QuoteDocument.Of(quote, issuer, lines, tenant, clock.Today(tenant)) with { Person = await Person.Of(quote, mediator, cancellation) };
    }
}
