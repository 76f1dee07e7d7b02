using MediatR;

namespace Crm.Sdk.Records;

/// <summary>
/// Removes records for good, with what the history knows of their values and what the search knows of them: for the erasure of a person's
/// data, when the bin is not enough. That something was erased, when and by whom stays in the history. No command: who asks for it has decided
/// by rules of its own that nothing must be kept.
/// </summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Ids">Up to 5,000 records, in the bin or not.</param>
/// <param name="HistoryOnly">Whether the records stay, emptied by the caller before, and only their history is forgotten.</param>
/// <remarks>Needs the right to delete each of them. There is no undo.</remarks>
public sealed record EraseRecords(string Type, IReadOnlyList<Guid> Ids, bool HistoryOnly = false) : IRequest<Result<int>>;
