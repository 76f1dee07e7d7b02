using System.Text.Json;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Crm.Sdk.Users;

namespace Crm.Platform.Audit;

/// <summary>What was set for a tenant as a whole; persisted names, beside the record types of the audit.</summary>
internal static class AuditedSettings
{
    public const string Tenant = "platform.tenant";
    public const string Word = "platform.label";
    public const string RecordType = "platform.record-type";
    public const string Field = "platform.field";
    public const string Role = "platform.role";
    public const string Team = "platform.team";
    public const string Module = "platform.module";
    public const string User = "platform.user";
    public const string Webhook = "platform.webhook";
    public const string SingleSignOn = "platform.sso";

    /// <summary>All of them, in the order they are offered.</summary>
    public static readonly IReadOnlyList<string> All = [Tenant, Word, RecordType, Field, Role, Team, User, Module, Webhook, SingleSignOn];

    /// <summary>Whether an entry is about settings and not about a record.</summary>
    public static bool Are(string recordType) => recordType.StartsWith("platform.", StringComparison.Ordinal);
}

/// <summary>Notes changes of settings in the audit, in the form of the changes of records; they are about the tenant.</summary>
internal sealed class SettingsJournal(Session session, Current current, TimeProvider clock)
{
    /// <param name="what">One of <see cref="AuditedSettings"/>.</param>
    /// <param name="action">One of <see cref="RecordActions"/>.</param>
    /// <param name="changes">What was set, before and after; equal ones are left out.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Note(string what, string action, IEnumerable<(string Key, string? Before, string? After)> changes, CancellationToken cancellation)
    {
        var changed = changes.Where(c => c.Before != c.After).ToDictionary(c => c.Key, c => new[] { c.Before, c.After });
        if (changed.Count == 0) return;
        var json = JsonSerializer.Serialize(changed, Json.Compact);
        await session.Write(
            sql => sql.Execute(
                $"""
                INSERT INTO platform_audit (tenant_id, id, record_type, record_id, at, action, actor_id, actor_name, source, changes)
                VALUES ({current.Tenant.Id}, {Ids.New()}, {what}, {current.Tenant.Id}, {clock.GetUtcNow()}, {action}, {current.Actor.Id}, {current.Actor.Name},
                  {current.Actor.Source.PersistedName()}, {json})
                """,
                cancellation),
            cancellation);
    }
}
