using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>
/// Takes back everything saved under one change set: new records go into the bin, deleted ones come back, changed fields get their
/// old values, unless somebody changed them since: those are kept and listed.
/// </summary>
internal sealed class UndoChangeSetHandler(
    Session session, Current current, RecordLoader loader, RecordWriter writer, RecordChecks checks, ComputedFields computed, TimeProvider clock)
    : IRequestHandler<UndoChangeSet, Result<UndoOutcome>>
{
    private const int EntriesAtOnce = 2_000;

    public async Task<Result<UndoOutcome>> Handle(UndoChangeSet undo, CancellationToken cancellationToken)
    {
        if (await Refuse(undo, cancellationToken) is { } problem) return problem;
        if (await RefuseHalf(undo, cancellationToken) is { } beyond) return beyond;
        var original = current.ChangeSet;
        current.ChangeSet = Ids.New();
        try
        {
            var restored = 0;
            var kept = new List<KeptField>();
            Guid? before = null;
            while (true)
            {
                var entries = await Entries(undo.ChangeSet, before, cancellationToken);
                if (entries.Count == 0) break;
                before = entries[^1].Id;
                foreach (var group in entries.GroupBy(e => e.RecordType))
                {
                    var outcome = await Revert(group.Key, [.. group], kept, cancellationToken);
                    if (outcome.Failed) return Result<UndoOutcome>.Fail(outcome.Problems);
                    restored += outcome.Value;
                }
            }

            await Mark(undo.ChangeSet, cancellationToken);
            return new UndoOutcome(restored, kept);
        }
        finally
        {
            current.ChangeSet = original;
        }
    }

    private async Task<Problem?> Refuse(UndoChangeSet undo, CancellationToken cancellation)
    {
        var dialect = session.Dialect;
        await using var command = await session.Command(cancellation);
        command.CommandText = "SELECT undone_at, actor_id FROM platform_change_set"
            + $" WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND id = {dialect.Bind(command, dialect.ToColumn(undo.ChangeSet))}";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return new Problem("not-found", ("この変更のまとまりは見つかりません。", "There is no such change set."), Kind: ProblemKind.NotFound);
        }

        if (!reader.IsDBNull(0))
        {
            return new Problem("undone-already", ("この変更はすでに取り消されています。", "This has been undone already."));
        }

        // One's own work can be taken back by oneself; somebody else's by an administrator.
        return (Guid?)dialect.Read(reader, 1, typeof(Guid)) == current.Actor.Id || current.Actor.May("admin.undo") ? null : Problems.Forbidden("admin.undo");
    }

    /// <summary>Nothing is taken back of what cannot be taken back as a whole: others' records may be among it since others followed the change.</summary>
    private async Task<Problem?> RefuseHalf(UndoChangeSet undo, CancellationToken cancellation)
    {
        Guid? before = null;
        while (await Entries(undo.ChangeSet, before, cancellation) is { Count: > 0 } entries)
        {
            before = entries[^1].Id;
            foreach (var group in entries.GroupBy(e => e.RecordType))
            {
                if (!current.Catalog.TryGet(group.Key, out var type)) return ListRecordsHandler.UnknownType(group.Key);
                if (current.Actor.Reach(type.Key, RecordAction.Edit) == Reach.All && current.Actor.Reach(type.Key, RecordAction.Delete) == Reach.All) continue;
                var owners = (await loader.ByIds(type, [.. group.Select(e => e.RecordId).Distinct()], cancellation)).ToDictionary(r => r.Id, r => r.OwnerId);
                if (group.Any(e => owners.TryGetValue(e.RecordId, out var owner) && !current.Actor.MayAct(type.Key, owner, Needed(e)))) return Problems.Forbidden(type.Key);
            }
        }

        return null;
    }

    private static RecordAction Needed(Entry entry) => entry.Action == RecordActions.Updated ? RecordAction.Edit : RecordAction.Delete;

    private async Task<List<Entry>> Entries(Guid changeSet, Guid? before, CancellationToken cancellation)
    {
        var dialect = session.Dialect;
        await using var command = await session.Command(cancellation);
        var older = before is { } id ? $" AND id < {dialect.Bind(command, dialect.ToColumn(id))}" : "";
        command.CommandText = "SELECT id, record_type, record_id, action, changes FROM platform_audit"
            + $" WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND change_set = {dialect.Bind(command, dialect.ToColumn(changeSet))}{older}"
            + $" ORDER BY id DESC{dialect.Limit(EntriesAtOnce)}";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<Entry>();
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add(new((Guid)dialect.Read(reader, 0, typeof(Guid))!, reader.GetString(1), (Guid)dialect.Read(reader, 2, typeof(Guid))!, reader.GetString(3), dialect.Read(reader, 4, typeof(string)) as string));
        }

        return entries;
    }

    private async Task<Result<int>> Revert(string typeKey, List<Entry> entries, List<KeptField> kept, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(typeKey, out var type)) return ListRecordsHandler.UnknownType(typeKey);
        var records = (await loader.ByIds(type, [.. entries.Select(e => e.RecordId).Distinct()], cancellation)).ToDictionary(r => r.Id);
        var drafts = new Dictionary<Guid, RecordDraft>();
        var moves = new Dictionary<Guid, string>();
        foreach (var entry in entries)
        {
            if (!records.TryGetValue(entry.RecordId, out var record)) continue;
            if (!current.Actor.MayAct(typeKey, record.OwnerId, Needed(entry))) return Problems.Forbidden(typeKey);
            switch (entry.Action)
            {
                case RecordActions.Created when record.DeletedAt is null:
                    moves[record.Id] = RecordActions.Deleted;
                    break;
                case RecordActions.Deleted when record.DeletedAt is not null:
                    moves[record.Id] = RecordActions.Restored;
                    break;
                case RecordActions.Restored when record.DeletedAt is null:
                    moves[record.Id] = RecordActions.Deleted;
                    break;
                case RecordActions.Updated:
                    Put(type, record, entry, drafts, kept);
                    break;
            }
        }

        var moving = moves.Keys.Select(id => RecordDraft.Of(records[id])).ToList();
        await checks.Bin(type, moving, cancellation);
        if (drafts.Values.Concat(moving).FirstOrDefault(d => d.Problems.Count > 0) is { } refused) return Result<int>.Fail(refused.Problems);
        var changes = drafts.Values.Where(d => d.HasChanges && !moves.ContainsKey(d.Record!.Id)).Select(d => new RecordChange(type, d.Record!, RecordActions.Updated, d.Changes))
            .Concat(moves.Select(m => new RecordChange(type, records[m.Key], m.Value, []))).ToList();
        if (changes.Count == 0) return 0;
        try
        {
            var lost = await writer.Write(changes, reason: null, changeSet: null, cancellation);
            return lost.Count > 0 ? RecordProblems.Busy() : changes.Count;
        }
        catch (TakenMeanwhileException taken)
        {
            return taken.Problem;
        }
    }

    private void Put(RecordType type, Record record, Entry entry, Dictionary<Guid, RecordDraft> drafts, List<KeptField> kept)
    {
        if (!drafts.TryGetValue(record.Id, out var draft))
        {
            drafts[record.Id] = draft = new RecordDraft { About = new(record, exists: true) };
        }

        foreach (var (key, before, after) in ChangesJson.Read(entry.Changes, type))
        {
            if (!type.TryGet(key, out var field)) continue;
            var now = field.Get(record);
            if (!Field.Same(now, after) || current.Actor.Rights.Locks(type.Key, key))
            {
                kept.Add(new(record.Id, key));
                continue;
            }

            field.Set(record, before);
            draft.Changed(field, now, before);
        }

        computed.Fill(type, draft);
    }

    private async Task Mark(Guid changeSet, CancellationToken cancellation) => await session.Write(
        async (connection, transaction) =>
        {
            var dialect = session.Dialect;
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = $"UPDATE platform_change_set SET undone_at = {dialect.Bind(command, dialect.ToColumn(clock.GetUtcNow()))}"
                + $" WHERE tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))} AND id = {dialect.Bind(command, dialect.ToColumn(changeSet))}";
            return await command.ExecuteNonQueryAsync(cancellation);
        },
        cancellation);

    private sealed record Entry(Guid Id, string RecordType, Guid RecordId, string Action, string? Changes);
}
