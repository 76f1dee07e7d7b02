using Crm.Platform.Audit;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Import;

/// <summary>Whose imports and files somebody may look at: reports hold what stood in the files, of whatever field.</summary>
internal sealed class ImportAccess(Session session, Current current)
{
    /// <summary>Whether those of others are open to them at all.</summary>
    public bool SeesOthers => current.Actor.Rights.All || current.Actor.May(AuditRights.Key);

    /// <summary>One's own; and for those who read the audit everybody's, where nothing of the record type is kept from them.</summary>
    public bool MaySee(string recordType, Guid? startedBy)
    {
        var actor = current.Actor;
        if (actor.Rights.All || (startedBy is not null && startedBy == actor.Id)) return true;
        return SeesOthers && current.Catalog.TryGet(recordType, out var type) && actor.Reach(recordType, RecordAction.Read) == Reach.All
            && !type.Fields.Any(f => actor.Rights.Hides(type, f));
    }

    /// <summary>Whether they brought a file themselves, or may see an import of it.</summary>
    public async Task<bool> MayUse(Guid file, CancellationToken cancellation)
    {
        if (current.Actor.Rights.All) return true;
        var sql = await session.Sql(cancellation);
        var mine = await sql.Rows(
            $"SELECT id FROM platform_file WHERE tenant_id = {current.Tenant.Id} AND id = {file} AND actor_id = {current.Actor.Id}", r => r.Id(0), cancellation);
        if (mine.Count > 0) return true;
        var imports = await sql.Rows(
            $"SELECT record_type, actor_id FROM platform_import WHERE tenant_id = {current.Tenant.Id} AND file_id = {file}", r => (Type: r.Text(0), By: r.MaybeId(1)), cancellation);
        return imports.Exists(i => MaySee(i.Type, i.By));
    }
}
