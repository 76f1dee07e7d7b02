using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Sdk.Messaging;
using MediatR;
using ModuleList = Crm.Platform.Catalog.Modules;

namespace Crm.Platform.Messaging;

/// <summary>A handler of an event, known by its persisted name.</summary>
/// <param name="Name">Stands in the queue.</param>
/// <param name="Module">The module it belongs to; null for the platform's own, which are always on.</param>
/// <param name="Handler">The class.</param>
/// <param name="Event">What it handles; <see cref="IEvent"/> itself for everything.</param>
internal sealed record Subscriber(string Name, string? Module, Type Handler, Type Event)
{
    public Task Handle(object handler, IEvent happened, CancellationToken cancellation) =>
        NotificationCall.Of(Event).Handle(handler, happened, cancellation);
}

/// <summary>
/// Events and their subscribers, found in the assemblies of the platform and of all modules; found anew when a module comes or goes.
/// A missing or doubled name is an error that names the type.
/// </summary>
internal sealed class Subscribers(ModuleList modules)
{
    private readonly Lock sync = new();
    private Found? found;

    public IReadOnlyCollection<Subscriber> All => Now().ByName.Values;

    public Subscriber? Find(string name) => Now().ByName.GetValueOrDefault(name);

    /// <summary>Those who listen to an event of this name; none when no module knows the event.</summary>
    public IReadOnlyList<Subscriber> Of(string eventName)
    {
        var now = Now();
        return now.Events.TryGetValue(eventName, out var type) ? [.. now.ByName.Values.Where(s => s.Event.IsAssignableFrom(type))] : [];
    }

    /// <summary>Names of the events a subscriber listens to.</summary>
    public IReadOnlyList<string> EventsOf(Subscriber subscriber) =>
        [.. Now().Events.Where(e => subscriber.Event.IsAssignableFrom(e.Value)).Select(e => e.Key)];

    public IEvent Read(string eventName, string payload) =>
        (IEvent?)JsonSerializer.Deserialize(payload, Now().Events[eventName], Json.Compact)
        ?? throw new InvalidOperationException($"The stored event {eventName} is empty.");

    /// <summary>The persisted name of an event.</summary>
    public static string NameOf(Type happened) => happened.GetCustomAttribute<EventAttribute>()?.Name
        ?? throw new InvalidOperationException($"{happened} is an event and needs [Event(\"module.what-happened.v1\")].");

    private Found Now()
    {
        lock (sync)
        {
            if (found is not { } known || known.Version != modules.Version) found = Find();
            return found;
        }
    }

    private Found Find()
    {
        var version = modules.Version;
        Assembly[] own = [typeof(IEvent).Assembly, typeof(Subscribers).Assembly];
        var ofModules = modules.All.SelectMany(m => AssembliesOf(m.Assembly)).Distinct().SelectMany(a => a.GetTypes()).Where(t => modules.Of(t) is not null);
        return Check(version, [.. own.SelectMany(a => a.GetTypes()), .. ofModules], t => modules.Of(t)?.Key);
    }

    /// <summary>Finds events and subscribers among types; each needs a name that no other has.</summary>
    internal static Found Check(int version, IEnumerable<Type> all, Func<Type, string?> moduleOf)
    {
        var types = all.Where(t => t is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false }).ToList();
        var events = new Dictionary<string, Type>(StringComparer.Ordinal);
        foreach (var type in types.Where(t => t.IsAssignableTo(typeof(IEvent))))
        {
            var name = NameOf(type);
            if (!events.TryAdd(name, type)) throw new InvalidOperationException($"{type} and {events[name]} are both called [Event(\"{name}\")].");
        }

        var byName = new Dictionary<string, Subscriber>(StringComparer.Ordinal);
        foreach (var (handler, handled) in types.Select(t => (Type: t, Events: Handled(t))).Where(h => h.Events.Length > 0))
        {
            var name = handler.GetCustomAttribute<SubscriberAttribute>()?.Name
                ?? throw new InvalidOperationException($"{handler} handles {handled[0].Name} and needs [Subscriber(\"module.what-it-does\")].");
            if (handled.Length > 1) throw new InvalidOperationException($"{handler} handles {handled.Length} kinds of events; a subscriber handles one.");
            var subscriber = new Subscriber(name, moduleOf(handler), handler, handled[0]);
            if (!byName.TryAdd(name, subscriber)) throw new InvalidOperationException($"{handler} and {byName[name].Handler} are both called [Subscriber(\"{name}\")].");
        }

        return new Found(version, events, byName);
    }

    private static Type[] Handled(Type type) =>
    [
        .. type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INotificationHandler<>))
            .Select(i => i.GetGenericArguments()[0]).Where(e => e.IsAssignableTo(typeof(IEvent))),
    ];

    private static IEnumerable<Assembly> AssembliesOf(Assembly module)
    {
        yield return module;
        var contracts = module.GetReferencedAssemblies().FirstOrDefault(a => a.Name == module.GetName().Name + ".Contracts");
        if (contracts is not null) yield return (AssemblyLoadContext.GetLoadContext(module) ?? AssemblyLoadContext.Default).LoadFromAssemblyName(contracts);
    }

    internal sealed record Found(int Version, Dictionary<string, Type> Events, Dictionary<string, Subscriber> ByName);
}
