using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Records;

/// <summary>Writes changes together with what the module that keeps the type goes on with: both or neither.</summary>
internal sealed partial class RecordCompletions(
    Session session, Current current, RecordWriter writer, ModuleScopes scopes, ModuleFaults faults, ILogger<RecordCompletions> log)
{
    /// <inheritdoc cref="RecordWriter.Write"/>
    /// <exception cref="CompletionFailedException">Nothing was written.</exception>
    public Task<IReadOnlySet<Guid>> Write(RecordType type, IReadOnlyList<RecordChange> changes, string? reason, Guid? changeSet, CancellationToken cancellation) =>
        type.Completion is not { } completion
            ? writer.Write(changes, reason, changeSet, cancellation)
            : session.Write(
                async _ =>
                {
                    var lost = await writer.Write(changes, reason, changeSet, cancellation);
                    if (lost.Count == 0) await Complete(type, completion, changes, cancellation);
                    return lost;
                },
                cancellation);

    private async Task Complete(RecordType type, Type completion, IReadOnlyList<RecordChange> changes, CancellationToken cancellation)
    {
        try
        {
            var going = (IRecordCompletion)scopes.Make(current.Catalog.Set.Runtime(type.Owner), completion);
            foreach (var saved in RecordJournal.News(changes)) await going.Complete(saved, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e, completion.Name, type.Owner, type.Key);
            faults.Note(type.Owner, current.Tenant.Id, type.Key);
            throw new CompletionFailedException(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Completion} of {Module} could not complete a save of {RecordType}; it was taken back")]
    private static partial void LogFailed(ILogger logger, Exception exception, string completion, string module, string recordType);
}

/// <summary>What a module goes on with failed, and the save with it.</summary>
internal sealed class CompletionFailedException(Exception why) : Exception("The save could not be completed.", why);
