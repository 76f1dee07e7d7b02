using Crm.Sdk.Messaging;

namespace Crm.Sdk.Records;

/// <summary>
/// Goes on with what a form, the API or a file saved, in the same transaction: starts the clock of an inquiry, writes the first message of its
/// thread. Whoever opens the record next sees it as it is meant to be. Named with <see cref="RecordType{T}.CompletedBy{TCompletion}"/> by the
/// module that keeps the type.
/// </summary>
/// <remarks>
/// Every save waits for it, so it reads and writes its own module's tables and leaves the rest to a <see cref="SubscriberAttribute">subscriber</see>.
/// One that throws takes the save back and refuses it in the name of its module. Other ways to save, such as a bulk edit or undo, are heard of
/// by subscribers alone.
/// </remarks>
public interface IRecordCompletion
{
    /// <summary>Completes records.</summary>
    /// <param name="saved">What was <c>created</c> or <c>updated</c>; up to 500 records.</param>
    /// <param name="cancellation">Stops it.</param>
    Task Complete(RecordsChanged saved, CancellationToken cancellation);
}
