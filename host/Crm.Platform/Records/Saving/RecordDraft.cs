using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>One row on its way to become a saved record.</summary>
internal sealed class RecordDraft
{
    private readonly List<FieldDelta> changes = [];

    /// <summary>The record the row names, or null.</summary>
    public Guid? Id { get; set; }

    /// <summary>What the row says, normalised.</summary>
    public Dictionary<Field, object?> Values { get; } = [];

    /// <summary>Why it cannot be saved.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The record it is about, with the values applied.</summary>
    public Record? Record { get; private set; }

    /// <summary>Whether this row makes the record.</summary>
    public bool IsNew { get; private set; }

    public IReadOnlyList<FieldDelta> Changes => changes;

    public bool HasChanges => changes.Count > 0;

    public bool IsToBeWritten => Problems.Count == 0 && Record is not null && (IsNew || HasChanges);

    public void Is(Record record) => Record = record;

    public void IsNewRecord(Record record) => (Record, IsNew) = (record, true);

    public void Changed(Field field, object? before, object? after, bool isComputed = false) =>
        changes.Add(new(field, before, after) { IsComputed = isComputed });

    /// <summary>What is to be written: one change per record, also when several rows are about the same one.</summary>
    public static List<RecordChange> ToChanges(RecordType type, IEnumerable<RecordDraft> drafts) =>
        [.. drafts.Where(d => d.IsToBeWritten).GroupBy(d => d.Record!, ReferenceEqualityComparer.Instance).Select(rows =>
        {
            var deltas = rows.SelectMany(r => r.changes).GroupBy(c => c.Field).Select(c => c.First() with { After = c.Last().After }).ToList();
            return new RecordChange(type, rows.First().Record!, rows.Any(r => r.IsNew) ? RecordActions.Created : RecordActions.Updated, deltas);
        })];

    public RowOutcome Outcome(bool dryRun)
    {
        if (Problems.Count > 0) return new(RowAction.Refused, IsNew ? null : Record?.Id, Problems);
        var action = IsNew ? RowAction.Created : HasChanges ? RowAction.Updated : RowAction.Unchanged;
        return new(action, dryRun && IsNew ? null : Record?.Id, []);
    }

    /// <summary>Whether two values of a field are the same to its users.</summary>
    public static bool Same(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (string[] x, string[] y) => x.AsSpan().SequenceEqual(y),
        (string { Length: 0 }, null) or (null, string { Length: 0 }) => true,
        _ => Equals(a, b),
    };
}
