// The end of a deal, and its going on after all: load, decide, note, save.
using Crm.Deals.Contracts;
using Crm.Deals.Pipelines;
using Crm.Deals.Quotes;
using Crm.Sdk;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Dealing;

/// <summary>They ordered; the lines go with the event, so that Customers can make purchases of them.</summary>
internal sealed class WinDealHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<WinDeal, Result>
{
    public async Task<Result> Handle(WinDeal win, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(win.Id, RecordAction.Edit, win.Version, cancellationToken);
        if (deal.Failed) return deal;
        var lines = await db.Lines.Where(l => l.DealId == win.Id).OrderBy(l => l.Position).ThenBy(l => l.Id).ToListAsync(cancellationToken);
        var sums = await LineSums.Of(db, tenant, cancellationToken);
        if (lines.Count > 0) deal.Value.Amount = sums.Sum(lines, deal.Value.Currency);

        var today = clock.Today(tenant);
        var won = deal.Value.Win(win.On ?? today, today, clock.GetUtcNow(), lines, sums);
        if (won.Failed) return won;
        db.Changes.Add(won.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

/// <summary>They did not order; why is asked for, because nobody can tell later.</summary>
internal sealed class LoseDealHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<LoseDeal, Result>
{
    public async Task<Result> Handle(LoseDeal lose, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(lose.Id, RecordAction.Edit, lose.Version, cancellationToken);
        if (deal.Failed) return deal;
        if (lose.Reason is not { } reason || !await db.LossReasons.AnyAsync(r => r.Id == reason, cancellationToken)) return ReasonNeeded;

        var today = clock.Today(tenant);
        var lost = deal.Value.Lose(reason, lose.Competitor, string.IsNullOrWhiteSpace(lose.Note) ? null : lose.Note, lose.On ?? today, today, clock.GetUtcNow());
        if (lost.Failed) return lost;
        db.Changes.Add(lost.Value);
        return await db.SaveAsync(cancellation: cancellationToken);
    }

    private static Problem ReasonNeeded => Problems.Invalid(
        "deals.reason-needed", "reason", ("失注理由を選んでください。", "Choose why it is lost."), ("理由の一覧は設定 →「失注理由」で変えられます。", "The list of reasons can be changed under Loss reasons."));
}

/// <summary>A closed deal goes on; the quote by which it was won is an offer again.</summary>
internal sealed class ReopenDealHandler(DealsDb db, TimeProvider clock, ITenant tenant) : IRequestHandler<ReopenDeal, Result>
{
    public async Task<Result> Handle(ReopenDeal reopen, CancellationToken cancellationToken)
    {
        var deal = await db.Load<Deal>(reopen.Id, RecordAction.Edit, reopen.Version, cancellationToken);
        if (deal.Failed) return deal;
        var reopened = deal.Value.Reopen(clock.Today(tenant), clock.GetUtcNow());
        if (reopened.Failed) return reopened;
        db.Changes.Add(reopened.Value);
        foreach (var quote in await db.Quotes.Where(q => q.DealId == reopen.Id && q.Status == QuoteStatuses.Accepted).ToListAsync(cancellationToken)) quote.TakeOrderBack();
        return await db.SaveAsync(cancellation: cancellationToken);
    }
}

/// <summary>Whether a deal is won at this moment.</summary>
internal sealed class IsDealWonHandler(DealsDb db) : IRequestHandler<IsDealWon, Result<bool>>
{
    public async Task<Result<bool>> Handle(IsDealWon query, CancellationToken cancellationToken) =>
        await db.Deals.AnyAsync(d => d.Id == query.Id && d.Status == DealsContract.Status.Won, cancellationToken);
}
