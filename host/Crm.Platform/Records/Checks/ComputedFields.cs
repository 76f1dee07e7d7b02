using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Records;

/// <summary>
/// Works out the fields that follow from others, for every way of saving: those of the type's own module first, then those of extensions,
/// which may build on them. One that throws refuses the record in the name of the module that brought it.
/// </summary>
internal sealed partial class ComputedFields(Current current, ModuleFaults faults, ILogger<ComputedFields> log)
{
    private bool told;

    public void Fill(RecordType type, RecordDraft draft)
    {
        foreach (var (field, compute) in type.Computed)
        {
            try
            {
                var before = field.Get(draft.Record!);
                var value = compute(draft.Record!);
                if (Field.Same(before, value)) continue;
                field.Set(draft.Record!, value);
                draft.Changed(field, before, value, isComputed: true);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A whole file may fail for one mistake; it is told once.
                if (!told) LogThrew(log, e, type.Key, field.Key, field.Owner);
                if (!told) faults.Note(field.Owner, current.Tenant.Id, field.Key);
                told = true;
                draft.Problems.Add(RecordProblems.ComputingFailed(field, current.Catalog.NameOf(field.Owner)));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{RecordType}.{Field} of {Module} could not be worked out")]
    private static partial void LogThrew(ILogger logger, Exception exception, string recordType, string field, string module);
}
