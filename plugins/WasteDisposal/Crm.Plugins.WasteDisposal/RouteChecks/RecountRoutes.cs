using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.RouteChecks;

/// <summary>
/// What routes rest on has changed: those of some companies, or to and from some sites, are to be checked again. Of the plugin alone.
/// </summary>
/// <param name="Companies">As generator, transporter or disposer.</param>
/// <param name="Sites">As place of origin or destination.</param>
/// <param name="After">The last manifest that is done; null to begin.</param>
[Event("waste.routes-to-recount.v1")]
internal sealed record RoutesToRecount(IReadOnlyList<Guid> Companies, IReadOnlyList<Guid> Sites, Guid? After) : IEvent;

/// <summary>Sees that the cause of a finding was mended, or that a new one came up: a permit, contract, site or generator was changed.</summary>
[Subscriber("waste.recount-routes", WasteContract.Permit, WasteContract.Contract, WasteContract.Site, CustomersContract.Company)]
internal sealed class RecountRoutes(WasteDb db, IMediator mediator, IEvents events) : INotificationHandler<RecordsChanged>
{
    private const int HistoryRead = 20;

    /// <summary>What the plugin keeps itself, and what no route rests on.</summary>
    private static readonly string[] Idle = ["missingItems", "keepUntil", "renewedOn", "title", "memo", "document", "conditions", "copy", "phone", "method", "capacity"];

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "updated" && changed.Fields.All(Idle.Contains)) return;
        var ids = changed.Ids.ToList();
        List<Guid> companies = changed.RecordType switch
        {
            // The filter that hides the bin also hides other tenants; without it the tenant must be named.
            WasteContract.Permit => await db.Permits.IgnoreQueryFilters().Where(p => p.TenantId == db.TenantId && ids.Contains(p.Id) && p.CompanyId != null)
                .Select(p => p.CompanyId!.Value).Distinct().ToListAsync(cancellationToken),
            WasteContract.Contract => await db.Contracts.IgnoreQueryFilters().Where(c => c.TenantId == db.TenantId && ids.Contains(c.Id) && c.GeneratorId != null)
                .Select(c => c.GeneratorId!.Value).Distinct().ToListAsync(cancellationToken),
            CustomersContract.Company when changed.Fields.Contains(WasteContract.CompanyFields.LargeGenerator) => ids,
            _ => [],
        };
        if (changed.RecordType is WasteContract.Permit or WasteContract.Contract) companies.AddRange(await Before(changed, cancellationToken));
        List<Guid> sites = changed.RecordType == WasteContract.Site ? ids : [];
        if (companies.Count + sites.Count > 0) events.Raise(new RoutesToRecount([.. companies.Distinct()], sites, null));
    }

    /// <summary>Whose moved permits and contracts were before: only the history knows.</summary>
    private async Task<List<Guid>> Before(RecordsChanged changed, CancellationToken cancellation)
    {
        var moved = changed.RecordType == WasteContract.Permit ? "companyId" : "generatorId";
        var companies = new List<Guid>();
        foreach (var id in changed.Fields.Contains(moved) ? changed.Ids : [])
        {
            var history = await mediator.Send(new GetHistory(changed.RecordType, id) { Limit = HistoryRead }, cancellation);
            if (!history.Failed) companies.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => c.Field == moved).Select(c => c.Before).OfType<Guid>());
        }

        return companies;
    }
}

/// <summary>
/// Checks the manifests of some companies again, some at a time; the rest goes on with an event of its own, so each step is short and a
/// stopped one is done again alone. Manifests that are done with and had nothing against them stay as they are.
/// </summary>
[Subscriber("waste.recount-routes-on")]
internal sealed class RecountRoutesOn(WasteDb db, IMediator mediator, IEvents events) : INotificationHandler<RoutesToRecount>
{
    private const int AtOnce = 200;

    public async Task Handle(RoutesToRecount recount, CancellationToken cancellationToken)
    {
        var (companies, sites, after) = (recount.Companies.Select(c => (Guid?)c).ToList(), recount.Sites.Select(s => (Guid?)s).ToList(), recount.After ?? Guid.Empty);
        var batch = await db.Manifests
            .Where(m => companies.Contains(m.GeneratorId) || companies.Contains(m.TransporterId) || companies.Contains(m.DisposerId) || sites.Contains(m.SiteId) || sites.Contains(m.DestinationId))
            .Where(m => (m.NextDue != null || m.RouteFindings != null) && m.Id.CompareTo(after) > 0)
            .OrderBy(m => m.Id).Take(AtOnce).ToListAsync(cancellationToken);
        if (batch.Count == AtOnce) events.Raise(recount with { After = batch[^1].Id });
        await KeepRouteFindings.Note(db, mediator, batch, cancellationToken);
    }
}
