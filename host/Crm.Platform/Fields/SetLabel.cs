using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Fields;

/// <summary>Calls a record type (<c>customers.company</c>, <c>customers.company#plural</c>) or field (<c>customers.company/rank</c>) by the tenant's own word; null by the product's again.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record SetLabel(string Key, Label? Label) : IRequest<Result>;

internal sealed class SetLabelHandler(PlatformDb db, Current current, Tenants tenants) : IRequestHandler<SetLabel, Result>
{
    public async Task<Result> Handle(SetLabel set, CancellationToken cancellationToken)
    {
        var row = await db.Labels.SingleOrDefaultAsync(l => l.Key == set.Key, cancellationToken);
        if (set.Label is { } label)
        {
            if (row is null) db.Labels.Add(row = new LabelRow { Key = set.Key, Ja = "", En = "" });
            (row.Ja, row.En) = (label.Ja, label.En);
        }
        else if (row is not null)
        {
            db.Labels.Remove(row);
        }

        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (!saved.Failed) await tenants.Changed(current.Tenant.Id, cancellationToken);
        return saved;
    }
}
