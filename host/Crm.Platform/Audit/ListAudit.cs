using System.Text.Json.Nodes;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Audit;

/// <summary>The latest changes of all records, or looks at personal data, newest first.</summary>
/// <param name="Access">Whether looks and exports are wanted in place of changes.</param>
/// <param name="Before">The last id of the page before; null for the newest.</param>
[Requires(AuditRights.Key)]
internal sealed record ListAudit(bool Access = false, Guid? Before = null) : IRequest<Result<IReadOnlyList<AuditEntry>>>;

/// <summary>One line of the audit.</summary>
internal sealed record AuditEntry(Guid Id, DateTimeOffset At, string ActorName, string Source, string Action, string RecordType, Guid? RecordId, string? Detail);

internal static class AuditRights
{
    public const string Key = "admin.audit";
}

internal sealed class ListAuditHandler(Session session, Current current) : IRequestHandler<ListAudit, Result<IReadOnlyList<AuditEntry>>>
{
    private const int Rows = 100;

    public async Task<Result<IReadOnlyList<AuditEntry>>> Handle(ListAudit list, CancellationToken cancellationToken)
    {
        var sql = new Sql(session.Dialect, await session.Open(cancellationToken), session.Transaction);
        var older = list.Before is { } before ? $" AND id < {before}" : Sql.Raw("");
        var seen = new SeenChanges(current);
        return list.Access
            ? await sql.Rows(
                $"SELECT id, at, actor_name, source, action, record_type, record_id, detail, records FROM platform_access_log WHERE tenant_id = {current.Tenant.Id}{older} ORDER BY id DESC{sql.Limit(Rows)}",
                r => new AuditEntry(r.Id(0), r.Moment(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.MaybeId(6), $"{r.Long(8)} {r.MaybeText(7)}".Trim()),
                cancellationToken)
            : await sql.Rows(
                $"SELECT id, at, actor_name, source, action, record_type, record_id, changes FROM platform_audit WHERE tenant_id = {current.Tenant.Id}{older} ORDER BY id DESC{sql.Limit(Rows)}",
                r => new AuditEntry(r.Id(0), r.Moment(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.MaybeId(6), Visible(seen, r.Text(5), r.MaybeText(7))),
                cancellationToken);
    }

    /// <summary>Changes without what the reader may not see on the records themselves; that something was changed they may know.</summary>
    private static string? Visible(SeenChanges seen, string recordType, string? changes)
    {
        if (changes is null || AuditedSettings.Are(recordType) || seen.ShowsEverything) return changes;
        if (!seen.ShowsAllOf(recordType)) return null;
        var fields = JsonNode.Parse(changes)!.AsObject();
        foreach (var hidden in fields.Select(f => f.Key).Where(f => !seen.Shows(recordType, f)).ToList()) fields.Remove(hidden);
        return fields.Count == 0 ? null : fields.ToJsonString(Json.Compact);
    }
}
