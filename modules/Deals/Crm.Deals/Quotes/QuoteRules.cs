using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>A quote that went out is changed by its steps alone.</summary>
internal static class IssuedQuotesStayAsTheyWentOut
{
    public static Problem? Check(Quote quote, RuleContext rule) =>
        rule.IsNew || quote.Stepped || quote.Status == QuoteStatuses.Draft ? null : QuoteProblems.NotDraft;
}

/// <summary>Lines come to drafts and are changed in drafts; a quote that went out keeps those it had.</summary>
internal sealed class OnlyDraftsGetOtherLines(DealsDb db) : RecordRule
{
    private HashSet<Guid> drafts = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var quotes = batch.Values<Guid>("quoteId");
        drafts = await db.Quotes.Where(q => quotes.Contains(q.Id) && q.Status == QuoteStatuses.Draft).Select(q => q.Id).ToHashSetAsync(cancellation);

        // A new version and its lines are saved together.
        drafts.UnionWith(db.ChangeTracker.Entries<Quote>().Where(e => e.State == EntityState.Added).Select(e => e.Entity.Id));
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        if (record.As<QuoteLine>().QuoteId is { } quote && !drafts.Contains(quote)) yield return QuoteProblems.NotDraft with { Field = "quoteId" };
    }
}

/// <summary>適格請求書発行事業者の登録番号 is T and 13 digits.</summary>
internal static class RegistrationNumberIsTAndThirteenDigits
{
    public static Problem? Check(Issuer issuer) =>
        issuer.InvoiceNumber is null || Sdk.Japan.InvoiceNumber.TryParse(issuer.InvoiceNumber, out _, out var flaw)
            ? null
            : flaw!.Problem with { Field = "invoiceNumber" };
}
