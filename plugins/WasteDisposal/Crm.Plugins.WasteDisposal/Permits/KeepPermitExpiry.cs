using Crm.Customers.Contracts;
using Crm.Plugins.WasteDisposal.Contracts;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Plugins.WasteDisposal.Permits;

/// <summary>Keeps at each company the day its first permit expires, so that lists, segments and mails of companies can go by it.</summary>
[Subscriber("waste.keep-permit-expiry", WasteContract.Permit)]
internal sealed class KeepPermitExpiry(WasteDb db, IMediator mediator) : INotificationHandler<RecordsChanged>
{
    /// <summary>The condition of segments: a permit expires within so many days, and none has yet.</summary>
    public static Filter Within(ConditionValue days) => new Filter.All(
        new Filter.Compare(WasteContract.CompanyFields.PermitExpiry, FilterOp.Gte, days.Today),
        new Filter.Compare(WasteContract.CompanyFields.PermitExpiry, FilterOp.Lte, days.Today.AddDays(Math.Clamp(days.Number, 0, 36_500))));

    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        if (changed.Action == "updated" && !changed.Fields.Any(f => f is "companyId" or "expiresOn" or "endedOn" or "renewalAppliedOn")) return;

        var ids = changed.Ids.ToList();

        // The filter that hides the bin also hides other tenants; without it the tenant must be named.
        var companies = await db.Permits.IgnoreQueryFilters().Where(p => p.TenantId == db.TenantId && ids.Contains(p.Id) && p.CompanyId != null)
            .Select(p => p.CompanyId!.Value).Distinct().ToListAsync(cancellationToken);
        if (changed.Fields.Contains("companyId")) companies.AddRange(await Before(ids, cancellationToken));
        if (companies.Count == 0) return;

        var permits = await db.Permits.Where(p => p.CompanyId != null && companies.Contains(p.CompanyId.Value) && p.EndedOn == null && p.ExpiresOn != null).ToListAsync(cancellationToken);
        var first = permits.Where(p => !p.RenewalPending).GroupBy(p => p.CompanyId!.Value).ToDictionary(g => g.Key, g => g.Min(p => p.ExpiresOn));
        var kept = companies.Distinct().ToDictionary(
            c => c, IReadOnlyDictionary<string, object?> (c) => new Dictionary<string, object?> { [WasteContract.CompanyFields.PermitExpiry] = first.GetValueOrDefault(c) });
        var saved = await mediator.Send(new KeepValues(CustomersContract.Company, kept), cancellationToken);
        saved.OrThrow("The expiry of permits could not be kept");
    }

    /// <summary>Whose moved permits were before: only the history knows.</summary>
    private async Task<List<Guid>> Before(List<Guid> ids, CancellationToken cancellation)
    {
        var companies = new List<Guid>();
        foreach (var id in ids)
        {
            var history = await mediator.Send(new GetHistory(WasteContract.Permit, id) { Limit = 20 }, cancellation);
            if (!history.Failed) companies.AddRange(history.Value.SelectMany(e => e.Changes).Where(c => c.Field == "companyId").Select(c => c.Before).OfType<Guid>());
        }

        return companies;
    }
}
