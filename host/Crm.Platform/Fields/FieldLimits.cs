using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Fields;

/// <summary>How many fields tenants may add; section <c>Fields</c> of the configuration.</summary>
internal sealed class FieldSettings
{
    /// <summary>Fields of a tenant's own on one record type.</summary>
    public int PerRecordType { get; set; } = 200;

    /// <summary>Those of them that are indexed, unique or matched by.</summary>
    public int IndexedPerRecordType { get; set; } = 20;

    /// <summary>The same for all record types of a tenant's own together, which share one table; fields of one key share an index.</summary>
    public int IndexedOnOwnRecordTypes { get; set; } = 60;

    /// <summary>Indexes of such fields on one table, of all tenants of a database together; SQL Server ends at 999 indexes and 1,024 columns.</summary>
    public int IndexesPerTable { get; set; } = 400;
}

/// <summary>
/// Tenants share tables. Each indexed field costs every tenant time on every save, and a table holds only so many: one tenant must not use
/// them up.
/// </summary>
internal sealed class FieldLimits(PlatformDb db, Current current, ExtIndexes indexes, IOptions<FieldSettings> settings)
{
    /// <summary>Why a field cannot be added, put back or given an index; null when there is room.</summary>
    public async Task<Problem?> Refuses(RecordType type, string key, FieldDefinition wanted, CancellationToken cancellation)
    {
        var others = (await db.Fields.AsNoTracking().Where(f => f.RecordType == type.Key && f.Key != key && f.RemovedAt == null).ToListAsync(cancellation))
            .ConvertAll(f => FieldDefinition.Parse(f.Definition).ToField(f.Key));
        var (limit, field) = (settings.Value, wanted.ToField(key));
        if (others.Count >= limit.PerRecordType)
        {
            return new Problem(
                "too-many-fields", ($"「{type.Label.Ja}」に追加できる項目は {limit.PerRecordType} 個までです。", $"{type.Label.En} takes at most {limit.PerRecordType} fields of your own."),
                ("使っていない項目を外してください。", "Remove fields that are not used."), "key");
        }

        if (!field.Indexed) return null;
        if (others.Count(f => f.Indexed) >= limit.IndexedPerRecordType)
        {
            return new Problem(
                "too-many-indexed",
                ($"「{type.Label.Ja}」で索引・重複禁止・照合キーにできる追加項目は {limit.IndexedPerRecordType} 個までです。", $"{type.Label.En} takes at most {limit.IndexedPerRecordType} fields of your own that are indexed, unique or matched by."),
                ("ほかの項目の索引を外すか、索引なしで登録してください。", "Take the index off another field, or add this one without."), "indexed");
        }

        if (type.IsCustom)
        {
            var own = (await db.Fields.AsNoTracking().Where(f => f.RecordType.StartsWith(CustomFields.Owner + ".") && f.RemovedAt == null).ToListAsync(cancellation))
                .Select(f => FieldDefinition.Parse(f.Definition).ToField(f.Key)).Where(f => f.Indexed).Select(f => ExtIndexes.NameOf(type, f)).ToHashSet(StringComparer.Ordinal);
            if (!own.Contains(ExtIndexes.NameOf(type, field)) && own.Count >= limit.IndexedOnOwnRecordTypes)
            {
                return new Problem(
                    "too-many-indexed",
                    ($"追加した台帳全体で、索引・重複禁止・照合キーにできる項目は {limit.IndexedOnOwnRecordTypes} 種類までです。", $"Your own record types together take at most {limit.IndexedOnOwnRecordTypes} kinds of fields that are indexed, unique or matched by."),
                    ("ほかの項目の索引を外すか、索引なしで登録してください。", "Take the index off another field, or add this one without."), "indexed");
            }
        }

        return await indexes.HasRoom(current.Tenant, type, field, limit.IndexesPerTable, cancellation) ? null : new Problem(
            "no-more-indexes",
            ("このサーバーでは、これ以上この台帳に索引を作れません。", "This server has no room for more indexes on this record type."),
            ("索引なしで登録するか、サーバーの管理者に相談してください。", "Add it without an index, or ask whoever runs the server."), "indexed");
    }
}
