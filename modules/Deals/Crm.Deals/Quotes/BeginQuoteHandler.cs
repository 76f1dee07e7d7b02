using Crm.Customers.Contracts;
using Crm.Deals.Contracts;
using Crm.Deals.Dealing;
using Crm.Deals.Shared;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>Makes a draft of what the deal holds.</summary>
internal sealed class BeginQuoteHandler(DealsDb db, Readable readable, IMediator mediator, IUser user, TimeProvider clock, ITenant tenant) : IRequestHandler<BeginQuote, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(BeginQuote begin, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(begin.DealId, RecordAction.Read, cancellation: cancellationToken);
        if (deal.Failed) return deal.Problems[0];
        if (!user.MayAct(DealsContract.Quote, user.Id, RecordAction.Create)) return Problems.Forbidden($"{DealsContract.Quote}:create");
        if (await db.Issuers.OrderBy(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken) is not { } issuer) return NoIssuer;

        var quote = new Quote
        {
            DealId = deal.Value.Id, Subject = deal.Value.Name, Addressee = await Addressee(deal.Value, cancellationToken), IssuerId = issuer.Id, Currency = deal.Value.Currency,
            Language = DocumentLanguages.Of(null, tenant),
            ValidUntil = clock.Today(tenant).AddDays(issuer.ValidDays), PaymentTerms = issuer.PaymentTerms, Remarks = issuer.Remarks,
        };
        db.Quotes.Add(quote);
        // What is hidden on the deal does not come to light on a quote of one's own.
        var seesPrices = await readable.SeesMoney(cancellationToken) && await readable.Sees(DealsContract.Line, ["unitPrice", "discount", "amount"], cancellationToken);
        var lines = await db.Lines.Where(l => l.DealId == deal.Value.Id).OrderBy(l => l.Position).ThenBy(l => l.Id).ToListAsync(cancellationToken);
        db.QuoteLines.AddRange(lines.Count > 0
            ? lines.Select((l, i) => new QuoteLine
            {
                QuoteId = quote.Id, Position = (i + 1) * 10, ProductId = l.ProductId, Name = l.ProductName, Quantity = l.Quantity, Unit = l.Unit, UnitPrice = seesPrices ? l.UnitPrice : null,
                Discount = seesPrices ? l.Discount : null, TaxRate = l.TaxRate,
            })
            : [new QuoteLine { QuoteId = quote.Id, Position = 10, Name = deal.Value.Name, Quantity = 1, Unit = "式", UnitPrice = seesPrices ? deal.Value.Amount : null }]);
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : quote.Id;
    }

    /// <summary>会社名 御中, or 会社名 and the name with 様 on two lines; as the tenant's language has it.</summary>
    private async Task<string?> Addressee(Deal deal, CancellationToken cancellation)
    {
        var cards = await mediator.Send(new GetCustomerCards([.. new[] { deal.CompanyId, deal.PersonId }.OfType<Guid>()]), cancellation);
        if (cards.Failed) return null;
        var company = deal.CompanyId is { } c ? cards.Value.GetValueOrDefault(c)?.Name : null;
        var person = deal.PersonId is { } p ? cards.Value.GetValueOrDefault(p)?.Name : null;
        return (company, person) switch
        {
            (null, null) => null,
            (null, _) => Salutation.ForPerson(person, null, tenant.Language),
            (_, null) => Salutation.ForCompany(company, tenant.Language),
            _ => Salutation.ForPersonAt(company, person, null, tenant.Language),
        };
    }

    private static Problem NoIssuer => new(
        "deals.no-issuer", ("見積書に載る自社情報がありません。", "Nobody is there who could issue it."), ("「自社情報（見積）」を登録してください。", "Add an issuer of quotes first."));
}
