using Crm.Customers.Contracts;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Acme.Visits;

/// <summary>Whoever goes to a company that was renamed should know what it was called.</summary>
[Subscriber("visits.remember-old-names")]
internal sealed class RememberOldNames(VisitsDb db) : INotificationHandler<CompanyRenamed>
{
    public async Task Handle(CompanyRenamed renamed, CancellationToken cancellationToken)
    {
        var coming = await db.Visits.Where(v => v.CompanyId == renamed.CompanyId && v.MadeOn == null).ToListAsync(cancellationToken);
        foreach (var visit in coming) visit.Notes = $"旧社名: {renamed.OldName}\n{visit.Notes}".TrimEnd();

        await db.SaveAsync(cancellation: cancellationToken);
    }
}
