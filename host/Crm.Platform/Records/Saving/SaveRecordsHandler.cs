using System.Text.Json;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>
/// Saves rows of values into records: read → find → apply → check → write. Every way of saving values comes through here
/// (forms, API, import, bulk edit, undo), so all meet the same rules.
/// </summary>
internal sealed class SaveRecordsHandler(
    Session session, Current current, RecordLoader loader, RecordCompletions writer, RecordChecks checks, ComputedFields computed)
    : IRequestHandler<SaveRecords, Result<SavedRecords>>, IRequestHandler<SaveRecord, Result<SavedRecord>>
{
    private const int MostRows = 5_000;
    private const int Attempts = 3;

    public async Task<Result<SavedRecord>> Handle(SaveRecord save, CancellationToken cancellationToken)
    {
        var row = new Dictionary<string, object?>(save.Values, StringComparer.Ordinal);
        row.Remove("id");
        if (save.Id is { } id) row["id"] = id;
        var saved = await Save(new SaveRecords(save.Type, [row]) { Reason = save.Reason }, save.Version, noteChangeSet: false, cancellationToken);
        if (saved.Failed) return Result<SavedRecord>.Fail(saved.Problems);
        var draft = saved.Value.Drafts[0];
        if (draft.Problems.Count > 0) return Result<SavedRecord>.Fail(draft.Problems);
        var record = await AsCompleted(save.Type, draft.Record!, cancellationToken);
        return new SavedRecord(record.Id, record.Version, draft.IsNew) { Record = record };
    }

    public async Task<Result<SavedRecords>> Handle(SaveRecords save, CancellationToken cancellationToken)
    {
        var saved = await Save(save, version: null, noteChangeSet: true, cancellationToken);
        if (saved.Failed) return Result<SavedRecords>.Fail(saved.Problems);
        var (drafts, changeSet) = saved.Value;
        return new SavedRecords([.. drafts.Select(d => d.Outcome(save.DryRun))], changeSet);
    }

    /// <summary>The record as it is stored, where its module went on with it.</summary>
    private async Task<Record> AsCompleted(string key, Record saved, CancellationToken cancellation) =>
        current.Catalog.TryGet(key, out var type) && type.Completion is not null && await loader.ByIds(type, [saved.Id], cancellation) is [var stored] ? stored : saved;

    private async Task<Result<(List<RecordDraft> Drafts, Guid ChangeSet)>> Save(SaveRecords save, int? version, bool noteChangeSet, CancellationToken cancellation)
    {
        if (!current.Catalog.TryGet(save.Type, out var type)) return ListRecordsHandler.UnknownType(save.Type);
        if (save.Rows.Count > MostRows)
        {
            return new Problem("too-many-rows", ($"一度に保存できるのは {MostRows:N0} 件までです。", $"At most {MostRows:N0} rows can be saved at once."), ("分けて送ってください。", "Send them in parts."), Kind: ProblemKind.TooLarge);
        }

        var match = new List<Field>();
        foreach (var key in save.Match)
        {
            if (!type.TryGet(key, out var field)) return RecordSql.Unknown(type, key);
            match.Add(field);
        }

        var changeSet = save.ChangeSet ?? current.ChangeSet ?? Ids.New();
        if (noteChangeSet) current.ChangeSet = changeSet;
        for (var attempt = 1; ; attempt++)
        {
            var drafts = await Prepare(type, save, match, version, cancellation);
            if (save.Atomic && drafts.Exists(d => d.Problems.Count > 0))
            {
                foreach (var fine in drafts.Where(d => d.Problems.Count == 0))
                {
                    fine.Problems.Add(new Problem("not-saved", ("ほかの行に誤りがあるため保存しませんでした。", "Not saved, because another row has an error.")));
                }
            }

            var changes = RecordDraft.ToChanges(type, drafts);
            if (save.DryRun || changes.Count == 0) return (drafts, changeSet);
            try
            {
                var lost = await writer.Write(type, changes, save.Reason, noteChangeSet ? changeSet : null, cancellation);
                if (lost.Count == 0) return (drafts, changeSet);
            }
            catch (CompletionFailedException)
            {
                return RecordProblems.RuleFailed(current.Catalog.NameOf(type.Owner));
            }
            catch (Exception e) when (e is TakenMeanwhileException || session.Dialect.IsUniqueViolation(e))
            {
                // Somebody saved the same value between our look and our write; the next attempt finds and names it.
                if (attempt == Attempts) throw;
            }

            if (attempt == Attempts) return RecordProblems.Busy();
        }
    }

    private async Task<List<RecordDraft>> Prepare(
        RecordType type, SaveRecords save, List<Field> match, int? version, CancellationToken cancellation)
    {
        var input = new FieldInput(current.Tenant);
        var drafts = new List<RecordDraft>(save.Rows.Count);
        foreach (var row in save.Rows) drafts.Add(Read(type, row, input));
        var scope = new SaveScope();
        await Find(type, drafts, match, scope, cancellation);
        foreach (var turn in Turns(drafts))
        {
            foreach (var draft in turn) Apply(type, draft, version, save.Kept);
            await checks.Run(type, turn, scope, cancellation);
            foreach (var draft in turn) draft.End();
        }

        return drafts;
    }

    /// <summary>
    /// Rows about the same record take turns, so that each is checked on top of what was accepted before it and nothing of a refused one
    /// stays. Nearly always one turn is all.
    /// </summary>
    private static IEnumerable<List<RecordDraft>> Turns(List<RecordDraft> drafts)
    {
        var waiting = drafts.Where(d => d.IsToBeChecked).ToList();
        while (waiting.Count > 0)
        {
            var taken = new HashSet<RecordInHand>();
            var turn = waiting.Where(d => taken.Add(d.About!)).ToList();
            var inTurn = turn.ToHashSet();
            yield return turn;
            waiting.RemoveAll(inTurn.Contains);
        }
    }

    private RecordDraft Read(RecordType type, IReadOnlyDictionary<string, object?> row, FieldInput input)
    {
        var draft = new RecordDraft(row.Count);
        foreach (var (key, raw) in row)
        {
            if (key == "id")
            {
                if (raw is Guid id || Guid.TryParse(raw is JsonElement { ValueKind: JsonValueKind.String } json ? json.GetString() : raw as string, out id)) draft.Id = id;
                else if (raw is not null and not "") draft.Problems.Add(new Problem("not-an-id", ("id の形が正しくありません。", "The id is not one."), Field: "id"));
                continue;
            }

            if (!type.TryGet(key, out var field) || current.Actor.Rights.Hides(type, field))
            {
                draft.Problems.Add(RecordSql.Unknown(type, key));
                continue;
            }

            var (value, problem) = input.Read(field, raw);
            if (problem is not null) draft.Problems.Add(problem);
            else draft.Values[field] = value;
        }

        // Somebody who mends a form or a file wants to hear of every mistake at once: the checks look at what could be read.
        draft.Unread = draft.Problems.Count;
        return draft;
    }

    /// <summary>Finds the stored record each row is about; a row that finds none is a new record.</summary>
    private async Task Find(RecordType type, List<RecordDraft> drafts, List<Field> match, SaveScope scope, CancellationToken cancellation)
    {
        var ids = drafts.Where(d => d.Id is not null).Select(d => d.Id!.Value).Distinct().ToList();
        var byId = ids.Count == 0 ? [] : (await loader.ByIds(type, ids, cancellation)).Where(r => MayAct(type, r, RecordAction.Read)).ToDictionary(r => r.Id, r => new RecordInHand(r, exists: true));
        foreach (var draft in drafts.Where(d => d.Id is not null))
        {
            if (byId.TryGetValue(draft.Id!.Value, out var record)) draft.About = record;
            else draft.Problems.Add(Problems.NotFound(type.Key, draft.Id.Value));
        }

        var rest = drafts.Where(d => d.Id is null && d.Problems.Count == d.Unread).ToList();
        if (match.Count == 0)
        {
            foreach (var draft in rest) draft.About = new(type.Create(), exists: false);
            return;
        }

        // A record the user may not see matches nothing: neither that it is there nor its id is for them to know.
        var values = rest.Select(d => d.Values.GetValueOrDefault(match[0])).OfType<object>().Distinct().ToList();
        List<Record> stored = values.Count == 0 ? [] : await loader.ByField(type, match[0], values, cancellation);
        scope.Looked(match[0], values, stored);
        var byKey = stored.Where(r => MayAct(type, r, RecordAction.Read)).GroupBy(r => Key(match, f => f.Get(r)), r => byId.GetValueOrDefault(r.Id) ?? new RecordInHand(r, exists: true))
            .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        foreach (var draft in rest)
        {
            if (match.Find(f => draft.Values.GetValueOrDefault(f) is null) is { } empty)
            {
                if (!draft.Problems.Exists(p => p.Field == empty.Key)) draft.Problems.Add(Problems.Required(empty.Key, empty.Label));
                continue;
            }

            // A later row with the same key is about the record an earlier one makes.
            var key = Key(match, f => draft.Values[f]);
            if (!byKey.TryGetValue(key, out var same)) byKey[key] = same = [new(type.Create(), exists: false)];
            if (same.Count == 1) draft.About = same[0];
            else draft.Problems.Add(RecordProblems.Ambiguous(match, same.Count));
        }
    }

    private void Apply(RecordType type, RecordDraft draft, int? version, bool kept)
    {
        draft.Begin();
        var record = draft.Record!;
        var action = draft.IsNew ? RecordAction.Create : RecordAction.Edit;
        if (draft.IsNew)
        {
            foreach (var field in type.Fields.Where(f => f.Default is not null)) field.Set(record, field.Default);
            record.OwnerId ??= current.Actor.Id;
        }
        else if (version is { } seen && seen != record.Version)
        {
            draft.Problems.AddRange(RecordProblems.Conflict(draft.Values, record));
            return;
        }

        if (!MayAct(type, record, action))
        {
            draft.Problems.Add(Problems.Forbidden($"{type.Key}:{(draft.IsNew ? "create" : "edit")}"));
            return;
        }

        if (record.DeletedAt is not null)
        {
            draft.Problems.Add(RecordProblems.InBin());
            return;
        }

        foreach (var (field, value) in draft.Values)
        {
            var before = field.Get(record);
            if (Field.Same(before, value)) continue;
            if (!kept && current.Actor.Rights.Locks(type.Key, field.Key))
            {
                draft.Problems.Add(RecordProblems.Locked(field));
                continue;
            }

            if (field.ReadOnly != kept)
            {
                draft.Problems.Add(RecordProblems.ReadOnly(field));
                continue;
            }

            field.Set(record, value);
            draft.Changed(field, before, field.Get(record));
        }

        if (draft.IsNew || draft.HasChanges) computed.Fill(type, draft);
    }

    private bool MayAct(RecordType type, Record record, RecordAction action) => current.Actor.MayAct(type.Key, record.OwnerId, action);

    private static string Key(List<Field> match, Func<Field, object?> value) =>
        string.Join('\u001f', match.Select(f => RecordCursor.ToText(value(f))));
}
