using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Fields;

/// <summary>Takes a field of the tenant's own out of use, or back into it; its values stay.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record RemoveField(string RecordType, string Key, bool Restore = false) : IRequest<Result>;

internal sealed class RemoveFieldHandler(PlatformDb db, Current current, Tenants tenants, TimeProvider clock) : IRequestHandler<RemoveField, Result>
{
    public async Task<Result> Handle(RemoveField remove, CancellationToken cancellationToken)
    {
        var row = await db.Fields.SingleOrDefaultAsync(f => f.RecordType == remove.RecordType && f.Key == remove.Key, cancellationToken);
        if (row is null)
        {
            return new Problem("not-found", ($"項目「{remove.Key}」はありません。", $"There is no field “{remove.Key}”."), Kind: ProblemKind.NotFound);
        }

        row.RemovedAt = remove.Restore ? null : clock.GetUtcNow();
        var saved = await db.SaveAsync(cancellation: cancellationToken);
        if (!saved.Failed) await tenants.Changed(current.Tenant.Id, cancellationToken);
        return saved;
    }
}
