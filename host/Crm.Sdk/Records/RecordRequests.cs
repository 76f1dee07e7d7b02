using Crm.Sdk.Users;
using MediatR;

namespace Crm.Sdk.Records;

/// <summary>A page of records that the caller may see.</summary>
/// <param name="Type">Key of the record type.</param>
public sealed record ListRecords(string Type) : IRequest<Result<RecordPage>>
{
    /// <summary>Which; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>In what order; the type's default when empty. The id always decides last.</summary>
    public IReadOnlyList<Sort> Sort { get; init; } = [];

    /// <summary>How many at most, up to 500; 0 when only <see cref="Count"/> is wanted.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>The <see cref="RecordPage.Next"/> of the page before; null for the first.</summary>
    public string? After { get; init; }

    /// <summary>Keys of the fields wanted; all the caller may see when null.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Whether to count. Counts above 10,000 are estimates.</summary>
    public bool Count { get; init; }

    /// <summary>Whether to look into the bin instead.</summary>
    public bool Deleted { get; init; }

    /// <summary>What the rows are wanted for; an export gives only what the caller may export.</summary>
    internal RecordAction Action { get; init; } = RecordAction.Read;

    /// <summary>Whether titles of referenced records and names of users are wanted too (<see cref="RecordPage.Titles"/>).</summary>
    public bool Titles { get; init; }
}

/// <summary>
/// Pages of several lists, for what shows more than one: the database is asked once for all of them. Each has its own outcome, as if asked
/// alone; titles of all are in every page that wants titles.
/// </summary>
/// <param name="Lists">What is wanted; the pages come in the same order.</param>
public sealed record ListRecordsTogether(IReadOnlyList<ListRecords> Lists) : IRequest<Result<IReadOnlyList<Result<RecordPage>>>>;

/// <summary>A page of records.</summary>
/// <param name="Type">The type as this tenant sees it.</param>
/// <param name="Fields">The fields of each row, in the order of its values.</param>
/// <param name="Rows">The records.</param>
/// <param name="Next">Asks for the next page; null on the last.</param>
public sealed record RecordPage(RecordType Type, IReadOnlyList<Field> Fields, IReadOnlyList<RecordRow> Rows, string? Next)
{
    /// <summary>How many records there are in all, when asked for.</summary>
    public long? Count { get; init; }

    /// <summary>Whether <see cref="Count"/> is an estimate.</summary>
    public bool CountIsEstimate { get; init; }

    /// <summary>Titles of referenced records and names of users by id, when asked for.</summary>
    public IReadOnlyDictionary<Guid, string> Titles { get; init; } = new Dictionary<Guid, string>();

    /// <summary>The records, to be read by field key.</summary>
    public IEnumerable<Row> Read() => Rows.Select(row => new Row(this, row));
}

/// <summary>One record of a page.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Values">One value for each of <see cref="RecordPage.Fields"/>, as the field's CLR type or null.</param>
public sealed record RecordRow(Guid Id, int Version, object?[] Values);

/// <summary>One record, whole.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Id">The record.</param>
public sealed record GetRecord(string Type, Guid Id) : IRequest<Result<RecordView>>
{
    /// <summary>Whether a record in the bin is wanted too.</summary>
    public bool EvenDeleted { get; init; }
}

/// <summary>One record, whole, as the caller may see it.</summary>
/// <param name="Type">The type as this tenant sees it, without the fields hidden from the caller.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Title">Its title.</param>
/// <param name="Values">Values by field key; empty fields are absent.</param>
public sealed record RecordView(RecordType Type, Guid Id, int Version, string Title, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>The user responsible.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>When it was first saved (UTC).</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last saved (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was put into the bin (UTC), or null.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Titles of referenced records and names of users by id.</summary>
    public IReadOnlyDictionary<Guid, string> Titles { get; init; } = new Dictionary<Guid, string>();

    /// <summary>Whether the caller may change it.</summary>
    public bool MayEdit { get; init; }

    /// <summary>Whether the caller may delete it.</summary>
    public bool MayDelete { get; init; }

    /// <summary>Why nobody changes or deletes it by hand any more, whatever their rights; or null. Its steps go on.</summary>
    public Problem? Locked { get; init; }

    /// <summary>The value of a field, or null.</summary>
    public object? this[string field] => Values.GetValueOrDefault(field);
}

/// <summary>Creates a record or changes some fields of one.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Id">The record to change; null creates one.</param>
/// <param name="Values">Values by field key, as the field's CLR type, as JSON or as text as a person types it; null or "" empties a field.</param>
public sealed record SaveRecord(string Type, Guid? Id, IReadOnlyDictionary<string, object?> Values) : IRequest<Result<SavedRecord>>
{
    /// <summary>The version the caller saw; null saves over whatever is there.</summary>
    public int? Version { get; init; }

    /// <summary>Why, for the history; or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>A record that was saved.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version now.</param>
/// <param name="Created">Whether it is new.</param>
public sealed record SavedRecord(Guid Id, int Version, bool Created)
{
    /// <summary>The record as it was saved, for who must show it at once.</summary>
    internal Record? Record { get; init; }
}

/// <summary>Creates or changes many records of one type (up to 5,000 at once) in one transaction.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Rows">One set of values per record; a row may carry its record's <c>id</c>.</param>
public sealed record SaveRecords(string Type, IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows) : IRequest<Result<SavedRecords>>
{
    /// <summary>Field keys by which a row finds the record it changes; rows that find none create. Empty: rows without an id create.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    /// <summary>Whether one bad row refuses all.</summary>
    public bool Atomic { get; init; }

    /// <summary>Whether to check everything and save nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Names the whole for the history and for undo; a new one is made when null.</summary>
    public Guid? ChangeSet { get; init; }

    /// <summary>Why, for the history; or null.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the rows hold what a module keeps: its read-only fields, which nobody types.</summary>
    internal bool Kept { get; init; }
}

/// <summary>
/// Writes read-only fields that a module added to records of another and keeps itself, such as the earliest expiry among a company's permits.
/// For subscribers and jobs; it is no command, so that nobody sends it from outside. Fields that are typed, computed or kept in a column are
/// refused, and records that are gone are left out.
/// </summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Rows">Values by field key, by record; up to 5,000.</param>
public sealed record KeepValues(string Type, IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, object?>> Rows) : IRequest<Result>;

/// <summary>
/// Removes records for good, in the bin or not: their rows, history, search text and the files of their fields. For jobs of the module that
/// keeps them, when the time the law gives is over, and for the erasure of a person's data; it is no command, and nothing takes it back. Who
/// sends it needs the right to delete them. What other records say of them stays.
/// </summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Ids">Up to 5,000 records; those that are gone are left out.</param>
/// <remarks>Answers with how many there were. Problems: <c>forbidden</c>, <c>too-many-rows</c>.</remarks>
public sealed record EraseRecords(string Type, IReadOnlyList<Guid> Ids) : IRequest<Result<int>>
{
    /// <summary>Whether the records stay, emptied by the caller before, and only their history and its files are forgotten.</summary>
    public bool HistoryOnly { get; init; }
}

/// <summary>What became of many rows.</summary>
/// <param name="Rows">One outcome for each row, in order.</param>
/// <param name="ChangeSet">Names the whole for undo.</param>
public sealed record SavedRecords(IReadOnlyList<RowOutcome> Rows, Guid ChangeSet);

/// <summary>What became of one row.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Id">The record; null when refused or on a dry run that would create.</param>
/// <param name="Problems">Why it was refused.</param>
public readonly record struct RowOutcome(RowAction Action, Guid? Id, IReadOnlyList<Problem> Problems);

/// <summary>What was done with a row.</summary>
public enum RowAction
{
    /// <summary>A record was made.</summary>
    Created,

    /// <summary>A record was changed.</summary>
    Updated,

    /// <summary>The record was so already.</summary>
    Unchanged,

    /// <summary>Nothing was saved; see the problems.</summary>
    Refused,
}

/// <summary>Puts records into the bin.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Ids">Up to 5,000 records.</param>
public sealed record DeleteRecords(string Type, IReadOnlyList<Guid> Ids) : IRequest<Result<SavedRecords>>
{
    /// <summary>The version the caller saw, when there is one record; null deletes whatever is there.</summary>
    public int? Version { get; init; }

    /// <summary>Why, for the history; or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>Takes records out of the bin.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Ids">Up to 5,000 records.</param>
public sealed record RestoreRecords(string Type, IReadOnlyList<Guid> Ids) : IRequest<Result<SavedRecords>>;

/// <summary>Sets the same values in many records, found by a filter; at most 5,000 at once.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Filter">Which records.</param>
/// <param name="Values">Values by field key.</param>
public sealed record BulkEdit(string Type, Filter Filter, IReadOnlyDictionary<string, object?> Values) : IRequest<Result<SavedRecords>>
{
    /// <summary>Why, for the history; or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>Takes back everything saved under one change set; fields edited since are kept and listed.</summary>
/// <param name="ChangeSet">From <see cref="SavedRecords.ChangeSet"/> or an import.</param>
public sealed record UndoChangeSet(Guid ChangeSet) : IRequest<Result<UndoOutcome>>;

/// <summary>What an undo did.</summary>
/// <param name="Restored">Records set back, deleted again or taken out of the bin.</param>
/// <param name="Kept">Fields left alone because somebody changed them since.</param>
public sealed record UndoOutcome(int Restored, IReadOnlyList<KeptField> Kept);

/// <summary>A field that an undo left alone.</summary>
/// <param name="Record">The record.</param>
/// <param name="Field">Key of the field.</param>
public sealed record KeptField(Guid Record, string Field);

/// <summary>What happened to one record, newest first.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Id">The record.</param>
public sealed record GetHistory(string Type, Guid Id) : IRequest<Result<IReadOnlyList<HistoryEntry>>>
{
    /// <summary>How many saves at most.</summary>
    public int Limit { get; init; } = 200;
}

/// <summary>One save of a record.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Action"><c>created</c>, <c>updated</c>, <c>deleted</c>, <c>restored</c>.</param>
/// <param name="Actor">The user; null for the system.</param>
/// <param name="ActorName">What they were called then.</param>
/// <param name="Source">How they came.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="Changes">Field by field, before and after; those hidden from the caller left out.</param>
/// <param name="ChangeSet">Names the whole it was part of.</param>
public sealed record HistoryEntry(
    DateTimeOffset At, string Action, Guid? Actor, string ActorName, ChangeSource Source, string? Reason,
    IReadOnlyList<FieldChange> Changes, Guid? ChangeSet);

/// <summary>One field before and after.</summary>
/// <param name="Field">Its key.</param>
/// <param name="Label">Its name; the key when the field is gone.</param>
/// <param name="Before">The value before, as the field's CLR type, or null.</param>
/// <param name="After">The value after, as the field's CLR type, or null.</param>
public sealed record FieldChange(string Field, Label Label, object? Before, object? After);

/// <summary>Records of all types whose text has all words of a query in it, grouped by type.</summary>
/// <param name="Query">Two or more characters find quickest; kana, width and old kanji forms do not matter.</param>
public sealed record SearchRecords(string Query) : IRequest<Result<IReadOnlyList<SearchHit>>>
{
    /// <summary>Only this record type; null for all.</summary>
    public string? Type { get; init; }

    /// <summary>How many per record type at most.</summary>
    public int PerType { get; init; } = 5;
}

/// <summary>A record found.</summary>
/// <param name="Type">Key of its record type.</param>
/// <param name="Id">The record.</param>
/// <param name="Title">Its title.</param>
/// <param name="Snippet">Some more of its text, to tell it from others; or null.</param>
public sealed record SearchHit(string Type, Guid Id, string Title, string? Snippet);

/// <summary>The record types that are on for the tenant and that the caller may read.</summary>
public sealed record GetRecordTypes : IRequest<Result<IReadOnlyList<RecordType>>>
{
    /// <summary>Also types and fields that the caller may not read: to find out whether they may do something everywhere. Not to be shown.</summary>
    public bool EvenHidden { get; init; }
}
