using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>A quote that went out is changed by its steps alone, and is not thrown away: it is kept as a document of the tax.</summary>
internal sealed class IssuedQuotesStayAsTheyWentOut : RecordRule
{
    // Who looks after it may change: somebody leaves. The paper keeps whom it named when it was issued.
    public override IEnumerable<Problem> Check(RuleContext record) =>
        record.IsNew || record.As<Quote>() is { Stepped: true } or { Status: QuoteStatuses.Draft } || record.Type.Fields.All(f => f.ReadOnly || f.Key == "owner" || !record.Changed(f.Key))
            ? []
            : [QuoteProblems.NotDraft];

    public override IEnumerable<Problem> CheckBin(RuleContext record) => record.Record.DeletedAt is not null || record.As<Quote>().Status == QuoteStatuses.Draft ? [] : [QuoteProblems.Kept];
}

/// <summary>Lines come to drafts, are changed in drafts and leave drafts; a quote that went out keeps those it had.</summary>
internal sealed class OnlyDraftsGetOtherLines(DealsDb db) : RecordRule
{
    private HashSet<Guid> drafts = [];

    public override async Task Prepare(RuleBatch batch, CancellationToken cancellation)
    {
        var quotes = batch.Records.SelectMany(Quotes).Distinct().ToList();
        drafts = await db.Quotes.Where(q => quotes.Contains(q.Id) && q.Status == QuoteStatuses.Draft).Select(q => q.Id).ToHashSetAsync(cancellation);

        // A new version and its lines are saved together.
        drafts.UnionWith(db.ChangeTracker.Entries<Quote>().Where(e => e.State == EntityState.Added).Select(e => e.Entity.Id));
    }

    public override IEnumerable<Problem> Check(RuleContext record)
    {
        if (!Quotes(record).All(drafts.Contains)) yield return QuoteProblems.NotDraft with { Field = "quoteId" };
    }

    public override IEnumerable<Problem> CheckBin(RuleContext record) => Check(record);

    private static IEnumerable<Guid> Quotes(RuleContext record) => new[] { record["quoteId"], record.Before("quoteId") }.OfType<Guid>();
}

/// <summary>適格請求書発行事業者の登録番号 is T and 13 digits.</summary>
internal static class RegistrationNumberIsTAndThirteenDigits
{
    public static Problem? Check(Issuer issuer) =>
        issuer.InvoiceNumber is null || Sdk.Japan.InvoiceNumber.TryParse(issuer.InvoiceNumber, out _, out var flaw)
            ? null
            : flaw!.Problem with { Field = "invoiceNumber" };
}
