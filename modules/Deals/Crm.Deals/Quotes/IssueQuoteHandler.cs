using Crm.Deals.Contracts;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Quotes;

/// <summary>Gives a draft its number and freezes it; the version before it, if any, is replaced.</summary>
internal sealed class IssueQuoteHandler(DealsDb db, IMediator mediator, TimeProvider clock, ITenant tenant) : IRequestHandler<IssueQuote, Result>
{
    /// <summary>The day stands on the paper, decides the tax and the range of the number: a month is enough for what was forgotten.</summary>
    private const int DaysBack = 31;

    public Task<Result> Handle(IssueQuote issue, CancellationToken cancellationToken) => Numbered.Try(db, () => Try(issue, cancellationToken));

    private async Task<Result> Try(IssueQuote issue, CancellationToken cancellation)
    {
        var quote = await db.Load<Quote>(issue.Id, RecordAction.Edit, cancellation: cancellation);
        if (quote.Failed) return quote;
        if (quote.Value.Status != QuoteStatuses.Draft) return QuoteProblems.NotDraft;
        var lines = await db.QuoteLines.AsNoTracking().Where(l => l.QuoteId == issue.Id).ToListAsync(cancellation);
        if (lines.Count == 0) return Empty;
        if (string.IsNullOrWhiteSpace(quote.Value.Addressee)) return QuoteProblems.NobodyAddressed;
        if (await db.Issuers.AsNoTracking().SingleOrDefaultAsync(i => i.Id == quote.Value.IssuerId, cancellation) is not { } issuer) return Problems.NotFound(DealsContract.Issuer, quote.Value.IssuerId ?? Guid.Empty);

        var today = clock.Today(tenant);
        var on = issue.On ?? today;
        if (on > today) return QuoteProblems.IssuedInFuture;
        if (on < today.AddDays(-DaysBack)) return QuoteProblems.IssuedTooLongAgo(today.AddDays(-DaysBack));
        var number = quote.Value.Number;
        if (number is null)
        {
            number = await NumberRange.Take(db, "quote", issuer.QuoteFormat, on, tenant.FiscalYearStart, cancellation);
        }
        else if (await db.Quotes.SingleOrDefaultAsync(q => q.Number == number && q.Status == QuoteStatuses.Issued, cancellation) is { } before)
        {
            if (on < before.IssuedOn) return QuoteProblems.IssuedTooLongAgo(before.IssuedOn.Value);
            _ = before.Replace();
        }

        var person = await Person.Of(quote.Value, mediator, cancellation);
        var issued = quote.Value.Issue(number, on, QuoteDocument.Of(quote.Value, issuer, lines, tenant, on) with { Person = person });
        return issued.Failed ? issued : await db.SaveAsync(cancellation: cancellation);
    }

    private static Problem Empty => new(
        "deals.quote-empty", ("明細のない見積は発行できません。", "A quote without lines cannot be issued."), ("明細を追加してください。", "Add a line."));
}

/// <summary>The name of whoever is responsible for a quote, as it stands on it; null when nobody is.</summary>
internal static class Person
{
    public static async Task<string?> Of(Quote quote, IMediator mediator, CancellationToken cancellation)
    {
        if (quote.OwnerId is not { } owner) return null;
        var staff = await mediator.Send(new GetColleagues(), cancellation);
        return staff.Failed ? null : staff.Value.People.FirstOrDefault(p => p.Id == owner)?.Name;
    }
}

/// <summary>Takes a number again when somebody else took it meanwhile: nothing was saved of the attempt, so no number is lost.</summary>
internal static class Numbered
{
    private const int Attempts = 10;

    public static async Task<Result> Try(DealsDb db, Func<Task<Result>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            var done = await work();
            if (!done.Failed || !done.Problems.Any(p => p.Code is "conflict" or "taken")) return done;
            if (attempt == Attempts) return Busy;
            db.ChangeTracker.Clear();
        }
    }

    private static Problem Busy => new(
        "deals.busy", ("ほかの人が同時に番号を取っています。", "Others take numbers at the same moment."), ("もう一度実行してください。", "Try again."), Kind: ProblemKind.Conflict);
}
