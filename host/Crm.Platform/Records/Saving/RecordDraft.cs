using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>One row on its way to become a saved record.</summary>
/// <param name="room">How many values it will have, where that is known.</param>
internal sealed class RecordDraft(int room = 0)
{
    private readonly List<FieldDelta> changes = new(room);

    /// <summary>The record the row names, or null.</summary>
    public Guid? Id { get; set; }

    /// <summary>What the row says, normalised.</summary>
    public Dictionary<Field, object?> Values { get; } = new(room);

    /// <summary>Why it cannot be saved.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>How many of its problems are values that could not be read; what could be read is checked all the same, to tell of everything at once.</summary>
    public int Unread { get; set; }

    /// <summary>Whether nothing but unread values stands against it so far.</summary>
    public bool IsToBeChecked => About is not null && Problems.Count == Unread;

    /// <summary>The record it is about; several rows of a save may be about the same one.</summary>
    public RecordInHand? About { get; set; }

    /// <summary>The record it is about, with the values applied.</summary>
    public Record? Record => About?.Record;

    /// <summary>Whether this row makes the record.</summary>
    public bool IsNew { get; private set; }

    public IReadOnlyList<FieldDelta> Changes => changes;

    public bool HasChanges => changes.Count > 0;

    /// <summary>A stored record as it is, to be moved and not to be changed.</summary>
    public static RecordDraft Of(Record record)
    {
        var draft = new RecordDraft { About = new(record, exists: true) };
        draft.Begin();
        return draft;
    }

    /// <summary>A field that could not be read is not wrong in a second way.</summary>
    public void SayOncePerField()
    {
        if (Unread == 0) return;
        var said = Problems.Take(Unread).Select(p => p.Field).ToHashSet();
        var more = Problems.Skip(Unread).Where(p => !said.Contains(p.Field)).ToList();
        Problems.RemoveRange(Unread, Problems.Count - Unread);
        Problems.AddRange(more);
    }

    public bool IsToBeWritten => Problems.Count == 0 && Record is not null && (IsNew || HasChanges);

    /// <summary>Its turn has come: the record is as the rows before left it.</summary>
    public void Begin() => IsNew = !About!.Exists;

    public void Changed(Field field, object? before, object? after, bool isComputed = false) =>
        changes.Add(new(field, before, after) { IsComputed = isComputed });

    /// <summary>The value a field had before this row.</summary>
    public object? Before(Field field)
    {
        foreach (var change in changes)
        {
            if (change.Field == field) return change.Before;
        }

        return field.Get(Record!);
    }

    /// <summary>Whether the row gives a field a value it did not have.</summary>
    public bool Brings(Field field) => (IsNew || changes.Exists(c => c.Field == field)) && field.Get(Record!) is not (null or "");

    /// <summary>Its turn is over. Of a refused row nothing stays in the record, for the next row about it is saved from there.</summary>
    public void End()
    {
        if (Problems.Count == 0)
        {
            About!.Exists = true;
            return;
        }

        for (var i = changes.Count - 1; i >= 0; i--) changes[i].Field.Set(Record!, changes[i].Before);
    }

    /// <summary>What is to be written: one change per record, also when several rows are about the same one.</summary>
    public static List<RecordChange> ToChanges(RecordType type, IReadOnlyCollection<RecordDraft> drafts)
    {
        var changes = new List<RecordChange>(drafts.Count);
        foreach (var rows in drafts.Where(d => d.IsToBeWritten).GroupBy(d => d.Record!, ReferenceEqualityComparer.Instance))
        {
            var first = rows.First();
            changes.Add(rows.Skip(1).Any() || first.ChangesTwice
                ? new(type, first.Record!, rows.Any(r => r.IsNew) ? RecordActions.Created : RecordActions.Updated, [.. rows.SelectMany(r => r.changes).GroupBy(c => c.Field).Select(c => c.First() with { After = c.Last().After })])
                : new(type, first.Record!, first.IsNew ? RecordActions.Created : RecordActions.Updated, first.changes));
        }

        return changes;
    }

    /// <summary>Whether a field was changed and then changed again, as by a rule that works it out.</summary>
    private bool ChangesTwice
    {
        get
        {
            for (var i = 1; i < changes.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (changes[i].Field == changes[j].Field) return true;
                }
            }

            return false;
        }
    }

    public RowOutcome Outcome(bool dryRun)
    {
        if (Problems.Count > 0) return new(RowAction.Refused, IsNew ? null : Record?.Id, Problems);
        var action = IsNew ? RowAction.Created : HasChanges ? RowAction.Updated : RowAction.Unchanged;
        return new(action, dryRun && IsNew ? null : Record?.Id, []);
    }
}

/// <summary>A record as it stands while the rows of a save are applied to it.</summary>
internal sealed class RecordInHand(Record record, bool exists)
{
    public Record Record => record;

    /// <summary>Whether it is stored, or a row before makes it.</summary>
    public bool Exists { get; set; } = exists;
}
