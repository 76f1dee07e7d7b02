using Crm.Platform.Tenancy;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Which changes in the journal somebody may see: those of the fields they see on the record.</summary>
internal sealed class SeenChanges(Current current)
{
    /// <summary>
    /// Whether what was in a field may be shown. Nobody can say any more from whom a field that is gone was hidden, so only those from
    /// whom nothing is hidden see it.
    /// </summary>
    public bool Shows(string recordType, string field) =>
        current.Catalog.TryGet(recordType, out var type) && type.TryGet(field, out var known) ? !current.Actor.Rights.Hides(type, known) : current.Actor.Rights.All;

    /// <summary>Whether nothing at all is kept from them.</summary>
    public bool ShowsEverything => current.Actor.Rights.All;

    /// <summary>Whether they see every record of a type, so that changes of any of them may be shown.</summary>
    public bool ShowsAllOf(string recordType) =>
        !current.Catalog.TryGet(recordType, out _) ? current.Actor.Rights.All : current.Actor.Reach(recordType, RecordAction.Read) == Reach.All;
}
