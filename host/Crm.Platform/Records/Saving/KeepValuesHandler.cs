using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Writes what a module keeps in records of another, through the same way as everything else: checked, noted in the history, told.</summary>
internal sealed class KeepValuesHandler(Current current, RecordLoader loader, IRequestHandler<SaveRecords, Result<SavedRecords>> records) : IRequestHandler<KeepValues, Result>
{
    public async Task<Result> Handle(KeepValues keep, CancellationToken cancellationToken)
    {
        if (!current.Catalog.TryGet(keep.Type, out var type)) return ListRecordsHandler.UnknownType(keep.Type);
        foreach (var key in keep.Rows.Values.SelectMany(r => r.Keys).Distinct())
        {
            if (!type.TryGet(key, out var field)) return RecordSql.Unknown(type, key);
            if (!field.ReadOnly || !field.InExt || field.Owner == type.Owner || type.Computed.Exists(c => c.Field == field))
            {
                throw new InvalidOperationException($"{key} of {type.Key} is no read-only field that a module added to keep it.");
            }
        }

        // Who was deleted meanwhile needs nothing kept.
        var there = (await loader.ByIds(type, [.. keep.Rows.Keys], cancellationToken)).Where(r => r.DeletedAt is null && current.Actor.MayAct(type.Key, r.OwnerId, RecordAction.Edit));
        IReadOnlyDictionary<string, object?>[] rows = [.. there.Select(r => new Dictionary<string, object?>(keep.Rows[r.Id]) { ["id"] = r.Id })];
        if (rows.Length == 0) return Result.Done;
        var saved = await records.Handle(new SaveRecords(keep.Type, rows) { Kept = true }, cancellationToken);
        return saved.Failed ? saved : Result.Fail([.. saved.Value.Rows.SelectMany(r => r.Problems)]);
    }
}
