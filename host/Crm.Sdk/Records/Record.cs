using Crm.Sdk.Messaging;

namespace Crm.Sdk.Records;

/// <summary>Anything a person keeps: a company, a deal, a permit. Saved, listed, searched, audited and exported by the record engine.</summary>
public abstract class Record
{
    private List<IEvent>? raised;

    /// <summary>GUID v7: sorts by time of creation.</summary>
    public Guid Id { get; set; } = Ids.New();

    /// <summary>The tenant that owns it; stamped by the storage, never by hand.</summary>
    public Guid TenantId { get; set; }

    /// <summary>Counts saves, from 1; a save that expects another number is refused.</summary>
    public int Version { get; set; }

    /// <summary>The user responsible for it; rights of the levels own and team go by it.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>When it was first saved (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last saved (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was put into the bin (UTC); null while it lives.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Values of fields added by plugins and by the tenant.</summary>
    public ExtensionData Ext { get; set; } = new();

    /// <summary>Events waiting to be written with the next save.</summary>
    public IReadOnlyList<IEvent> RaisedEvents => raised ?? [];

    /// <summary>Tells other modules what happened; delivered after the save commits, at least once per subscriber.</summary>
    protected void Raise(IEvent happened) => (raised ??= []).Add(happened);

    internal IReadOnlyList<IEvent> TakeEvents()
    {
        var taken = raised ?? [];
        raised = null;
        return taken;
    }
}

/// <summary>A record of a type that a tenant's admin made in the browser; all its fields live in <see cref="Record.Ext"/>.</summary>
public sealed class CustomRecord : Record
{
    /// <summary>Key of its record type, such as <c>custom.vehicle</c>.</summary>
    public string TypeKey { get; set; } = "";
}

/// <summary>Makes ids.</summary>
public static class Ids
{
    /// <summary>A GUID v7: key order is time order.</summary>
    public static Guid New() => Guid.CreateVersion7();
}
