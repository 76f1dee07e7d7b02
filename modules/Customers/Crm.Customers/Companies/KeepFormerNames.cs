using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Customers.Companies;

/// <summary>Writes former names into the companies they lead to, where the search finds them; newest first.</summary>
[Subscriber("customers.former-names", CustomersContract.FormerName)]
internal sealed class KeepFormerNames(CustomersDb db) : INotificationHandler<RecordsChanged>
{
    public async Task Handle(RecordsChanged changed, CancellationToken cancellationToken)
    {
        var ids = changed.Ids.ToList();
        var names = await db.FormerNames.IgnoreQueryFilters().Where(n => n.TenantId == db.TenantId && ids.Contains(n.Id)).ToListAsync(cancellationToken);
        foreach (var id in names.SelectMany(n => new[] { n.CompanyId, n.SuccessorId }).OfType<Guid>().Distinct())
        {
            if (await db.Companies.SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } company) continue;
            var all = await db.FormerNames.Where(n => n.CompanyId == id || n.SuccessorId == id).ToListAsync(cancellationToken);
            company.FormerNames = FormerName.Joined(all.OrderByDescending(n => n.Until).ThenByDescending(n => n.Id).Select(n => n.Text));
        }

        await db.SaveAsync(cancellation: cancellationToken);
    }
}
