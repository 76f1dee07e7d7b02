using Crm.Deals.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Deals.Dealing;

/// <summary>
/// A deal with lines is worth their sum: worked out anew for whatever deals a change of lines concerns, however it came. A deal whose last
/// line is gone keeps its amount, and so does one that was won or lost.
/// </summary>
[Subscriber("deals.amount-from-lines", DealsContract.Line)]
internal sealed class AmountFromLines(DealsDb db, IMediator mediator, ITenant tenant) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var ids = changed.Ids.ToList();
        var deals = await db.Lines.IgnoreQueryFilters().Where(l => l.TenantId == db.TenantId && ids.Contains(l.Id)).Select(l => l.DealId).ToListAsync(cancellationToken);
        if (changed.Fields.Contains("dealId")) deals.AddRange(await Before(ids, cancellationToken));
        var concerned = deals.OfType<Guid>().Distinct().ToList();

        var rule = await LineSums.Of(db, tenant, cancellationToken);
        var lines = (await db.Lines.AsNoTracking().Where(l => concerned.Contains(l.DealId!.Value)).ToListAsync(cancellationToken)).ToLookup(l => l.DealId!.Value);
        var withLines = lines.Select(l => l.Key).ToList();

        // What was won or lost meanwhile stays as it was.
        var closed = await ClosedHere.Of(db, concerned, cancellationToken);
        foreach (var deal in await db.Deals.Where(d => withLines.Contains(d.Id) && !closed.Keys.Contains(d.Id)).ToListAsync(cancellationToken)) deal.Amount = rule.Sum(lines[deal.Id], deal.Currency);

        // Tried again when somebody saved one of them meanwhile.
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        saved.OrThrow("The amounts could not be saved");
    }

    /// <summary>The deals from which lines were moved away: only the history knows.</summary>
    private async Task<List<Guid?>> Before(List<Guid> lines, CancellationToken cancellation)
    {
        var deals = new List<Guid?>();
        foreach (var line in lines)
        {
            var history = await mediator.Send(new GetHistory(DealsContract.Line, line) { Limit = 10 }, cancellation);
            if (!history.Failed) deals.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => c.Field == "dealId").Select(c => c.Before as Guid?));
        }

        return deals;
    }
}
