using Crm.Platform.Audit;
using Crm.Platform.Catalog;
using Crm.Platform.Records;
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

internal sealed class RemoveFieldHandler(PlatformDb db, Session session, Current current, Tenants tenants, FieldLimits limits, SettingsJournal journal, TimeProvider clock) : IRequestHandler<RemoveField, Result>
{
    public async Task<Result> Handle(RemoveField remove, CancellationToken cancellationToken)
    {
        var row = await db.Fields.SingleOrDefaultAsync(f => f.RecordType == remove.RecordType && f.Key == remove.Key, cancellationToken);
        if (row is null)
        {
            return new Problem("not-found", ($"項目「{remove.Key}」はありません。", $"There is no field “{remove.Key}”."), Kind: ProblemKind.NotFound);
        }

        if (remove.Restore && row.RemovedAt is not null && current.Catalog.TryGet(row.RecordType, out var type)
            && await limits.Refuses(type, row.Key, FieldDefinition.Parse(row.Definition), cancellationToken) is { } full)
        {
            return full;
        }

        var (before, after) = remove.Restore ? ("removed", "in use") : ("in use", "removed");
        row.RemovedAt = remove.Restore ? null : clock.GetUtcNow();
        var saved = await session.Write(
            async _ =>
            {
                var done = await db.SaveAsync(cancellation: cancellationToken);
                if (!done.Failed) await journal.Note(AuditedSettings.Field, remove.Restore ? RecordActions.Restored : RecordActions.Deleted, [($"{row.RecordType}/{row.Key}", before, after)], cancellationToken);
                return done;
            },
            cancellationToken);
        if (!saved.Failed) await tenants.Changed(current.Tenant.Id, cancellationToken);
        return saved;
    }
}
