using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Puts records into the bin and takes them out again. Nothing is lost: what the bin holds keeps its values and history.</summary>
internal sealed class DeleteRecordsHandler(Storage.Session session, Current current, RecordLoader loader, RecordWriter writer, RecordChecks checks)
    : IRequestHandler<DeleteRecords, Result<SavedRecords>>, IRequestHandler<RestoreRecords, Result<SavedRecords>>
{
    private const int MostRecords = 5_000;

    public Task<Result<SavedRecords>> Handle(DeleteRecords delete, CancellationToken cancellationToken) =>
        Move(delete.Type, delete.Ids, RecordActions.Deleted, delete.Reason, delete.Version, cancellationToken);

    public Task<Result<SavedRecords>> Handle(RestoreRecords restore, CancellationToken cancellationToken) =>
        Move(restore.Type, restore.Ids, RecordActions.Restored, null, null, cancellationToken);

    private async Task<Result<SavedRecords>> Move(
        string typeKey, IReadOnlyList<Guid> ids, string action, string? reason, int? version, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(typeKey, out var type)) return ListRecordsHandler.UnknownType(typeKey);

        // One record is deleted from its own page; the ticked rows of a list are a bulk change.
        if (ids.Count > 1 && !current.Actor.May(PlatformPermissions.Bulk)) return Problems.Forbidden(PlatformPermissions.Bulk);
        if (ids.Count > MostRecords)
        {
            return new Problem("too-many-rows", ($"一度に扱えるのは {MostRecords:N0} 件までです。", $"At most {MostRecords:N0} records at once."), Kind: ProblemKind.TooLarge);
        }

        var found = (await loader.ByIds(type, [.. ids.Distinct()], cancellation)).ToDictionary(r => r.Id);
        var outcomes = new List<RowOutcome>(ids.Count);
        var moving = new List<RecordDraft>();
        foreach (var id in ids.Distinct())
        {
            if (found.GetValueOrDefault(id) is not { } record || !current.Actor.MayAct(type.Key, record.OwnerId, RecordAction.Read))
            {
                outcomes.Add(new(RowAction.Refused, id, [Problems.NotFound(type.Key, id)]));
            }
            else if (!current.Actor.MayAct(type.Key, record.OwnerId, RecordAction.Delete))
            {
                outcomes.Add(new(RowAction.Refused, id, [Problems.Forbidden(type.Key + ":delete")]));
            }
            else if (version is { } seen && seen != record.Version)
            {
                outcomes.Add(new(RowAction.Refused, id, RecordProblems.Conflict(new Dictionary<Field, object?>(), record)));
            }
            else if (record.DeletedAt is null == (action == RecordActions.Restored))
            {
                outcomes.Add(new(RowAction.Unchanged, id, []));
            }
            else
            {
                var draft = RecordDraft.Of(record);
                outcomes.Add(new(RowAction.Updated, id, draft.Problems));
                moving.Add(draft);
            }
        }

        await checks.Bin(type, moving, cancellation);
        outcomes = outcomes.ConvertAll(o => o is { Action: RowAction.Updated, Problems.Count: > 0 } ? o with { Action = RowAction.Refused } : o);
        var changes = moving.Where(d => d.Problems.Count == 0).Select(d => new RecordChange(type, d.Record!, action, [])).ToList();

        var changeSet = current.ChangeSet ??= Ids.New();
        if (changes.Count == 0) return new SavedRecords(outcomes, changeSet);
        try
        {
            var lost = await writer.Write(changes, reason, changeSet, cancellation);
            return lost.Count == 0 ? new SavedRecords(outcomes, changeSet) : RecordProblems.Busy();
        }
        catch (Exception e) when (action == RecordActions.Restored && (e is TakenMeanwhileException || session.Dialect.IsUniqueViolation(e)))
        {
            return new Problem(
                "taken", ("同じ値を持つレコードが後から登録されたため、元に戻せません。", "Cannot be restored: a record made since has the same unique value."),
                ("先にそのレコードの値を変えてください。", "Change that record's value first."));
        }
    }
}
