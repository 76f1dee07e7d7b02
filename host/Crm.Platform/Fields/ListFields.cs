using System.Text.Json;
using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Records;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Fields;

/// <summary>The metadata page of a record type: every field with its definition, owner, class of personal data and state.</summary>
[Requires(FieldPermissions.Fields)]
internal sealed record ListFields(string RecordType) : IRequest<Result<IReadOnlyList<FieldMetadata>>>;

/// <summary>What an admin sees of a field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Definition">What the tenant's admin described, when it is the tenant's own.</param>
/// <param name="RemovedAt">When it was taken out of use, or null.</param>
/// <param name="IndexState">What became of its index, or null when it has none to wait for.</param>
internal sealed record FieldMetadata(Field Field, FieldDefinition? Definition, DateTimeOffset? RemovedAt, IndexState? IndexState);

internal sealed class ListFieldsHandler(PlatformDb db, Current current, ExtIndexes indexes) : IRequestHandler<ListFields, Result<IReadOnlyList<FieldMetadata>>>
{
    public async Task<Result<IReadOnlyList<FieldMetadata>>> Handle(ListFields list, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(list.RecordType, out var type)) return Records.ListRecordsHandler.UnknownType(list.RecordType);
        var own = (await db.Fields.AsNoTracking().Where(f => f.RecordType == type.Key).OrderBy(f => f.Position).ToListAsync(cancellationToken))
            .ToDictionary(f => f.Key, f => (Row: f, Definition: JsonSerializer.Deserialize<FieldDefinition>(f.Definition, Json.Compact)!));
        List<FieldMetadata> all =
        [
            .. type.Fields.Select(f => new FieldMetadata(f, own.GetValueOrDefault(f.Key).Definition, null, indexes.StateOf(current.Tenant, type, f))),
            .. own.Values.Where(o => o.Row.RemovedAt is not null).Select(o => new FieldMetadata(o.Definition.ToField(o.Row.Key), o.Definition, o.Row.RemovedAt, null)),
        ];
        return all;
    }
}
