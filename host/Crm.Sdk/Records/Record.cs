using System.Buffers.Binary;
using Crm.Sdk.Messaging;

namespace Crm.Sdk.Records;

/// <summary>Anything a person keeps: a company, a deal, a permit. Saved, listed, searched, audited and exported by the record engine.</summary>
public abstract class Record
{
    private List<IEvent>? raised;

    /// <summary>GUID v7: sorts by time of creation.</summary>
    public Guid Id { get; set; } = Ids.New();

    /// <summary>The tenant that owns it; stamped by the storage, never by hand.</summary>
    public Guid TenantId { get; internal set; }

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
internal sealed class CustomRecord : Record
{
    /// <summary>Key of its record type, such as <c>custom.vehicle</c>.</summary>
    public string TypeKey { get; set; } = "";
}

/// <summary>Makes ids.</summary>
public static class Ids
{
    private static long last;

    /// <summary>
    /// A GUID v7, later than every one this process made before: order of keys is order of making, within a millisecond too
    /// (RFC 9562, 6.2, method 1: the 12 bits after the time count).
    /// </summary>
    public static Guid New()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(bytes, bigEndian: true, out _);
        var now = BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16 << 12;
        long before, next;
        do
        {
            before = Volatile.Read(ref last);
            next = Math.Max(now, before + 1);
        }
        while (Interlocked.CompareExchange(ref last, next, before) != before);

        BinaryPrimitives.WriteInt64BigEndian(bytes, (next >> 12 << 16) | 0x7000 | (next & 0xFFF));
        return new Guid(bytes, bigEndian: true);
    }
}
