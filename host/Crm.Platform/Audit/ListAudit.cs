using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Plugins;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using MediatR;

namespace Crm.Platform.Audit;

/// <summary>Changes of all records and settings, or looks at personal data, newest first.</summary>
/// <param name="Access">Whether looks and exports are wanted in place of changes.</param>
/// <param name="Before">The last id of the page before; null for the newest.</param>
[Requires(AuditRights.Key)]
internal sealed record ListAudit(bool Access = false, Guid? Before = null) : IRequest<Result<AuditPart>>
{
    /// <summary>Only what happened on this day of the tenant's or later.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Only what happened on this day of the tenant's or earlier.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Only what this user did.</summary>
    public Guid? Actor { get; init; }

    /// <summary>Only what no user did but the system itself.</summary>
    public bool BySystem { get; init; }

    /// <summary>Only this action, one of <see cref="RecordActions"/> or <c>view</c> and <c>export</c>.</summary>
    public string? Action { get; init; }

    /// <summary>Only records of this type, or settings: one of <see cref="AuditedSettings"/>.</summary>
    public string? RecordType { get; init; }

    /// <summary>Only this record.</summary>
    public Guid? Record { get; init; }

    /// <summary>Only what was changed of the one setting of this key, such as <c>customers.company/custom.grade</c>.</summary>
    public string? Key { get; init; }

    /// <summary>Only this change set, record by record; otherwise what was changed together is one entry.</summary>
    public Guid? ChangeSet { get; init; }
}

/// <summary>A page of the audit.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="More">Whether there are older ones.</param>
/// <param name="Titles">Titles of records and names of users the entries speak of, by id; those the reader may not see are missing.</param>
/// <param name="People">The users of the tenant, by name.</param>
internal sealed record AuditPart(
    IReadOnlyList<AuditEntry> Entries, bool More, IReadOnlyDictionary<Guid, string> Titles, IReadOnlyList<(Guid Id, string Name)> People);

/// <summary>One entry of the audit.</summary>
internal sealed record AuditEntry(Guid Id, DateTimeOffset At, string ActorName, string Source, string Action, string RecordType, Guid? RecordId)
{
    /// <summary>What the reader may see of the changes, as it is kept; of looks and exports, what was taken.</summary>
    public string? Detail { get; init; }

    /// <summary>The changes field by field; of settings, by their keys.</summary>
    public IReadOnlyList<FieldChange> Changes { get; init; } = [];

    public string? Reason { get; init; }

    public Guid? ChangeSet { get; init; }

    /// <summary>How many records were changed together, or taken out.</summary>
    public long Records { get; init; } = 1;
}

internal static class AuditRights
{
    public const string Key = "admin.audit";
}

internal sealed class ListAuditHandler(Session session, Current current, RecordTitles titles, Staff staff, FormerFields former) : IRequestHandler<ListAudit, Result<AuditPart>>
{
    private const int Rows = 50;

    public async Task<Result<AuditPart>> Handle(ListAudit list, CancellationToken cancellationToken)
    {
        var sql = new Sql(session.Dialect, await session.Open(cancellationToken), session.Transaction);
        var entries = await (list.Access ? Looks(sql, list, cancellationToken) : Changes(sql, list, cancellationToken));
        var more = entries.Count > Rows;
        if (more) entries.RemoveAt(Rows);
        if (!list.Access && list.ChangeSet is null) entries = await Counted(sql, list, entries, cancellationToken);
        var people = (await staff.Of(current.Tenant, cancellationToken)).Members.OrderBy(m => m.Name, StringComparer.CurrentCulture).Select(m => (m.Id, m.Name));
        return new AuditPart(entries, more, await Titles(entries, cancellationToken), [.. people]);
    }

    private async Task<List<AuditEntry>> Changes(Sql sql, ListAudit list, CancellationToken cancellation)
    {
        // Of what was changed together only the newest stands for all; the index by change set finds whether there is a newer one.
        FormattableString gathered = list.ChangeSet is not null ? Sql.Raw("") : $"""
             AND (a.change_set IS NULL OR NOT EXISTS (SELECT 1 FROM platform_audit n
              WHERE n.tenant_id = {current.Tenant.Id} AND n.change_set = a.change_set AND n.id > a.id AND n.record_type = a.record_type AND n.action = a.action{Asked(list, "n")}))
            """;
        var seen = new SeenChanges(current);
        var names = await former.Now(cancellation);
        return await sql.Rows(
            $"""
            SELECT a.id, a.at, a.actor_name, a.source, a.action, a.record_type, a.record_id, a.changes, a.reason, a.change_set FROM platform_audit a
            WHERE a.tenant_id = {current.Tenant.Id}{Asked(list, "a")}{Older(list)}{gathered} ORDER BY a.id DESC{sql.Limit(Rows + 1)}
            """,
            r =>
            {
                var visible = Visible(seen, r.Text(5), r.MaybeText(7));
                return new AuditEntry(r.Id(0), r.Moment(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.MaybeId(6))
                {
                    Detail = visible, Changes = Told(names, r.Text(5), visible), Reason = r.MaybeText(8), ChangeSet = r.MaybeId(9),
                };
            },
            cancellation);
    }

    private Task<List<AuditEntry>> Looks(Sql sql, ListAudit list, CancellationToken cancellation) => sql.Rows(
        $"""
        SELECT a.id, a.at, a.actor_name, a.source, a.action, a.record_type, a.record_id, a.detail, a.records FROM platform_access_log a
        WHERE a.tenant_id = {current.Tenant.Id}{Asked(list, "a")}{Older(list)} ORDER BY a.id DESC{sql.Limit(Rows + 1)}
        """,
        r => new AuditEntry(r.Id(0), r.Moment(1), r.Text(2), r.Text(3), r.Text(4), r.Text(5), r.MaybeId(6)) { Detail = r.MaybeText(7), Records = r.Long(8) },
        cancellation);

    /// <summary>The entries with how many records each change set touched; one that touched many tells no single record's changes.</summary>
    private async Task<List<AuditEntry>> Counted(Sql sql, ListAudit list, List<AuditEntry> entries, CancellationToken cancellation)
    {
        var sets = entries.Select(e => e.ChangeSet).OfType<Guid>().Distinct().ToList();
        if (sets.Count == 0) return entries;
        var counts = (await sql.Rows(
            $"""
            SELECT a.change_set, a.record_type, a.action, COUNT(*) FROM platform_audit a
            WHERE a.tenant_id = {current.Tenant.Id} AND a.change_set IN ({Sql.List(sets)}){Asked(list, "a")} GROUP BY a.change_set, a.record_type, a.action
            """,
            r => (Of: (r.Id(0), r.Text(1), r.Text(2)), Records: r.Long(3)), cancellation)).ToDictionary(c => c.Of, c => c.Records);
        return
        [
            .. entries.Select(e => e.ChangeSet is { } set && counts.GetValueOrDefault((set, e.RecordType, e.Action), 1) is > 1 and var records
                ? e with { Records = records, RecordId = null, Changes = [], Detail = null }
                : e),
        ];
    }

    private async Task<IReadOnlyDictionary<Guid, string>> Titles(List<AuditEntry> entries, CancellationToken cancellation)
    {
        var all = new Dictionary<Guid, string>();
        foreach (var type in entries.Where(e => e.RecordId is not null).GroupBy(e => e.RecordType))
        {
            foreach (var (id, title) in await titles.Of(type.Key, [.. type.Select(e => e.RecordId!.Value).Distinct()], cancellation)) all[id] = title;
        }

        var pointing = entries.SelectMany(e => e.Changes.Select(c => (e.RecordType, Change: c))).Where(c => c.Change is { Before: Guid } or { After: Guid })
            .GroupBy(c => (c.RecordType, c.Change.Field));
        foreach (var of in pointing)
        {
            if (!current.Catalog.TryGet(of.Key.RecordType, out var type) || !type.TryGet(of.Key.Field, out var field)) continue;
            foreach (var (id, title) in await titles.Of([field], of.SelectMany(c => (object?[][])[[c.Change.Before], [c.Change.After]]), cancellation)) all[id] = title;
        }

        return all;
    }

    private static FormattableString Older(ListAudit list) => list.Before is { } before ? $" AND a.id < {before}" : Sql.Raw("");

    /// <summary>What was asked for, as conditions on the rows of the table called so.</summary>
    private FormattableString Asked(ListAudit list, string alias)
    {
        var row = Sql.Raw(alias);
        FormattableString asked = $"";
        if (list.From is { } from) asked = $"{asked} AND {row}.at >= {current.Tenant.StartOf(from)}";
        if (list.To is { } to && to < DateOnly.MaxValue) asked = $"{asked} AND {row}.at < {current.Tenant.StartOf(to.AddDays(1))}";
        if (list.BySystem) asked = $"{asked} AND {row}.actor_id IS NULL";
        else if (list.Actor is { } actor) asked = $"{asked} AND {row}.actor_id = {actor}";
        if (list.Action is { } action) asked = $"{asked} AND {row}.action = {action}";
        if (list.RecordType is { } type) asked = $"{asked} AND {row}.record_type = {type}";
        if (list.Record is { } record) asked = $"{asked} AND {row}.record_id = {record}";
        if (list is { Access: false, Key: { } key })
        {
            var begins = "%\"" + key.Replace("_", "!_", StringComparison.Ordinal);
            asked = $"{asked} AND ({row}.changes LIKE {begins + ":%"} ESCAPE '!' OR {row}.changes LIKE {begins + "\"%"} ESCAPE '!')";
        }

        if (list is { Access: false, ChangeSet: { } set }) asked = $"{asked} AND {row}.change_set = {set}";
        return asked;
    }

    private IReadOnlyList<FieldChange> Told(FormerNames names, string recordType, string? visible)
    {
        if (visible is null) return [];
        if (current.Catalog.TryGet(recordType, out var type))
        {
            return [.. ChangesJson.Read(visible, type).Select(c => names.Told(type, c.Key, c.Before, c.After))];
        }

        using var settings = JsonDocument.Parse(visible);
        return [.. settings.RootElement.EnumerateObject().Select(c => new FieldChange(c.Name, Label.Same(c.Name), Text(c.Value[0]), Text(c.Value[1])))];
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.ToString();

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
