using MediatR;

namespace Crm.Sdk.Messaging;

/// <summary>
/// Something that happened. Raised by an entity or with <see cref="IEvents"/>, written in the same transaction as the change,
/// delivered to each <see cref="INotificationHandler{T}"/> at least once, with its own retries and dead letter.
/// </summary>
/// <remarks>Serialised as JSON: a record of simple values. Carries <see cref="EventAttribute"/>.</remarks>
public interface IEvent : INotification;

/// <summary>The persisted name of an event: <c>deals.deal-won.v1</c>. A changed shape gets a new version.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>The persisted name of an event handler, unique in its module: <c>customers.purchases-from-won-deals</c>.</summary>
/// <param name="name">The name.</param>
/// <param name="recordTypes">Of <see cref="RecordsChanged"/>, those about these types alone: others are not even queued. All when none is named.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SubscriberAttribute(string name, params string[] recordTypes) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>Keys of the record types of whose changes it hears; empty for all.</summary>
    public IReadOnlyList<string> RecordTypes { get; } = recordTypes;
}

/// <summary>Raises events outside an entity; they are written with the next save of the current unit of work.</summary>
public interface IEvents
{
    /// <summary>Adds an event to the current unit of work.</summary>
    void Raise(IEvent happened);
}

/// <summary>Records of one type were created, changed, deleted or restored; one event per save or per batch of up to 500.</summary>
/// <param name="RecordType">Key of the type.</param>
/// <param name="Action"><c>created</c>, <c>updated</c>, <c>deleted</c> or <c>restored</c>.</param>
/// <param name="Ids">The records.</param>
/// <param name="Fields">Keys of the fields that changed in any of them; empty for created and deleted.</param>
[Event("platform.records-changed.v1")]
public sealed record RecordsChanged(string RecordType, string Action, IReadOnlyList<Guid> Ids, IReadOnlyList<string> Fields) : IEvent;
