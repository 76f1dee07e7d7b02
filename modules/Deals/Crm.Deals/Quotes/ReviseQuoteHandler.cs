using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>Begins the next version of a quote that went out, with the lines of its document.</summary>
internal sealed class ReviseQuoteHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<ReviseQuote, Result<Guid>>
{
    public async Task<Result<Guid>> Handle(ReviseQuote revise, CancellationToken cancellationToken)
    {
        var old = await db.Load<Quote>(revise.Id, RecordAction.Edit, cancellation: cancellationToken);
        if (old.Failed) return old.Problems[0];
        if (old.Value.Status is not (QuoteStatuses.Issued or QuoteStatuses.Declined)) return QuoteProblems.NotIssued;
        var versions = await db.Quotes.Where(q => q.Number == old.Value.Number).Select(q => new { q.Revision, q.Status }).ToListAsync(cancellationToken);
        if (versions.Exists(v => v.Status == QuoteStatuses.Draft)) return DraftThere;

        var from = old.Value;
        var days = await db.Issuers.Where(i => i.Id == from.IssuerId).Select(i => (int?)i.ValidDays).SingleOrDefaultAsync(cancellationToken) ?? 30;
        var next = new Quote
        {
            DealId = from.DealId, Number = from.Number, Revision = versions.Max(v => v.Revision) + 1, Subject = from.Subject, Addressee = from.Addressee, IssuerId = from.IssuerId,
            ValidUntil = clock.Today(tenant).AddDays(days), Currency = from.Currency, Language = from.Language, PricesWithTax = from.PricesWithTax, DeliveryOn = from.DeliveryOn, DeliveryPlace = from.DeliveryPlace,
            PaymentTerms = from.PaymentTerms, Remarks = from.Remarks, OwnerId = from.OwnerId,
        };
        db.Quotes.Add(next);
        db.QuoteLines.AddRange(QuoteDocument.Parse(from.Document!).Lines.Select((line, i) => new QuoteLine
        {
            QuoteId = next.Id, Position = (i + 1) * 10, ProductId = line.ProductId, Name = line.Name, Quantity = line.Quantity, Unit = line.Unit, UnitPrice = line.UnitPrice,
            Discount = line.Discount == 0 ? null : line.Discount, TaxRate = line.TaxRate,
        }));
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        return saved.Failed ? Result<Guid>.Fail(saved.Problems) : next.Id;
    }

    private static Problem DraftThere => new(
        "deals.draft-there-already", ("次の版の下書きがすでにあります。", "There is a draft of the next version already."), ("その下書きを使うか、削除してください。", "Use that draft, or remove it."), Kind: ProblemKind.Conflict);
}
