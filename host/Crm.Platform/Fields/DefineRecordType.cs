using System.Text.Json;
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

/// <summary>Adds a record type of the tenant's own, with a first field for its name, or changes its description.</summary>
/// <param name="Key">The last step of its key, such as <c>vehicle</c> of <c>custom.vehicle</c>.</param>
/// <param name="Definition">What it is.</param>
[Requires(FieldPermissions.Fields)]
internal sealed record DefineRecordType(string Key, RecordTypeDefinition Definition) : IRequest<Result<string>>
{
    /// <summary>Whether it is to be a new one: refused when there is, or was, one of this key.</summary>
    public bool Adds { get; init; }
}

internal sealed class DefineRecordTypeHandler(PlatformDb db, Session session, Current current, Tenants tenants, ExtIndexes indexes, SettingsJournal journal, TimeProvider clock)
    : IRequestHandler<DefineRecordType, Result<string>>
{
    internal const string FirstFieldKey = "custom.name";

    /// <summary>What every new one has.</summary>
    internal static readonly FieldDefinition FirstField = new() { Kind = FieldKind.Text, Ja = "名称", En = "Name", Required = true, Searchable = true, Indexed = true, InList = true, MaxLength = 200 };

    public async Task<Result<string>> Handle(DefineRecordType define, CancellationToken cancellationToken)
    {
        if (!CustomFields.KeyStep().IsMatch(define.Key))
        {
            return new Problem(
                "bad-key", ("キーは英小文字で始まる英数字と _ で、40 文字までです。", "The key must be letters, digits and _, begin with a small letter and have at most 40 characters."),
                ("例: vehicle", "For example: vehicle"), "key");
        }

        var key = CustomFields.Owner + "." + define.Key;
        var row = await db.RecordTypes.SingleOrDefaultAsync(t => t.Key == key, cancellationToken);
        if (define.Adds && row is not null)
        {
            return new Problem(
                "taken", ($"キー「{define.Key}」の台帳はすでにあります{(row.RemovedAt is null ? "" : "（外した台帳）")}。", $"There are records with the key “{define.Key}” already{(row.RemovedAt is null ? "" : ", taken out of use")}."),
                ("別のキーにしてください。外した台帳は下の一覧から戻せます。", "Choose another key. Removed record types can be restored below."), "key");
        }

        if (row is null)
        {
            row = new RecordTypeRow { Key = key, Definition = "", CreatedAt = clock.GetUtcNow() };
            db.RecordTypes.Add(row);
            db.Fields.Add(new FieldRow
            {
                RecordType = key, Key = FirstFieldKey, Definition = JsonSerializer.Serialize(FirstField, Json.Compact), CreatedAt = clock.GetUtcNow(),
            });
        }

        var before = row.Definition.Length == 0 ? null : row.Definition;
        row.Definition = JsonSerializer.Serialize(define.Definition, Json.Compact);
        row.RemovedAt = null;
        var saved = await session.Write(
            async _ =>
            {
                var done = await db.SaveAsync(cancellation: cancellationToken);
                if (!done.Failed) await journal.Note(AuditedSettings.RecordType, before is null ? RecordActions.Created : RecordActions.Updated, [(key, before, row.Definition)], cancellationToken);
                return done;
            },
            cancellationToken);
        if (saved.Failed) return Result<string>.Fail(saved.Problems);
        await tenants.Changed(current.Tenant.Id, cancellationToken);
        indexes.Want(current.Tenant, RecordType.Custom(key), FirstField.ToField(FirstFieldKey));
        return key;
    }
}

/// <summary>Takes a record type of the tenant's own out of use, or back into it; its records stay.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record RemoveRecordType(string Key, bool Restore = false) : IRequest<Result>;

/// <summary>The record types of the tenant's own that were taken out of use.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record ListRemovedRecordTypes : IRequest<Result<IReadOnlyList<RemovedRecordType>>>;

internal sealed record RemovedRecordType(string Key, Label Label, DateTimeOffset RemovedAt);

/// <summary>What other records point to stays in use, or their fields would point to nothing.</summary>
internal static class NothingPointsToARemovedRecordType
{
    public static Problem? Refuses(TenantCatalog catalog, string key)
    {
        var pointing = catalog.RecordTypes.Where(t => t.Key != key).SelectMany(t => t.Fields.Where(f => f.References == key).Select(f => (Type: t, Field: f))).FirstOrDefault();
        return pointing.Field is null ? null : new(
            "pointed-to", ($"「{pointing.Type.Label.Ja}」の項目「{pointing.Field.Label.Ja}」がこの台帳を参照しています。", $"The field “{pointing.Field.Label.En}” of “{pointing.Type.Label.En}” points to this record type."),
            ("先にその項目を外してください。", "Remove that field first."), "key");
    }
}

internal sealed class RemoveRecordTypeHandler(PlatformDb db, Session session, Current current, Tenants tenants, SettingsJournal journal, TimeProvider clock)
    : IRequestHandler<RemoveRecordType, Result>, IRequestHandler<ListRemovedRecordTypes, Result<IReadOnlyList<RemovedRecordType>>>
{
    public async Task<Result> Handle(RemoveRecordType remove, CancellationToken cancellationToken)
    {
        var row = await db.RecordTypes.SingleOrDefaultAsync(t => t.Key == remove.Key, cancellationToken);
        if (row is null) return Records.ListRecordsHandler.UnknownType(remove.Key);
        if (!remove.Restore && NothingPointsToARemovedRecordType.Refuses(current.Catalog, remove.Key) is { } problem) return problem;
        var (before, after) = remove.Restore ? ("removed", "in use") : ("in use", "removed");
        row.RemovedAt = remove.Restore ? null : clock.GetUtcNow();
        var saved = await session.Write(
            async _ =>
            {
                var done = await db.SaveAsync(cancellation: cancellationToken);
                if (!done.Failed) await journal.Note(AuditedSettings.RecordType, remove.Restore ? RecordActions.Restored : RecordActions.Deleted, [(remove.Key, before, after)], cancellationToken);
                return done;
            },
            cancellationToken);
        if (!saved.Failed) await tenants.Changed(current.Tenant.Id, cancellationToken);
        return saved;
    }

    public async Task<Result<IReadOnlyList<RemovedRecordType>>> Handle(ListRemovedRecordTypes list, CancellationToken cancellationToken)
    {
        var rows = await db.RecordTypes.AsNoTracking().Where(t => t.RemovedAt != null).OrderBy(t => t.Key).ToListAsync(cancellationToken);
        return rows.ConvertAll(row =>
        {
            var definition = JsonSerializer.Deserialize<RecordTypeDefinition>(row.Definition, Json.Compact)!;
            return new RemovedRecordType(row.Key, new(definition.Ja, definition.En), row.RemovedAt!.Value);
        });
    }
}
