using System.Collections.Frozen;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;

namespace Crm.Platform.Modules;

/// <summary>The modules and plugins of this process at one moment, and whose each of their types is; immutable. Work that began with one set ends with it.</summary>
internal sealed class ModuleSet
{
    private int users;
    private readonly ModuleTypes platform;
    private readonly FrozenDictionary<string, ModuleRuntime> byKey;
    private readonly FrozenDictionary<Type, RequestDescription> requests;
    private readonly FrozenDictionary<string, RequestDescription> commands;
    private readonly ILookup<Type, (ModuleRuntime? Module, Type Validator)> validators;
    private readonly ILookup<Type, Gatherer> gatherers;
    private readonly FrozenDictionary<string, (Type Type, ModuleTypes From)> events;
    private readonly FrozenDictionary<Type, string> eventNames;
    private readonly FrozenDictionary<string, Subscriber> subscribers;

    public ModuleSet(int version, IEnumerable<ModuleRuntime> modules, ModuleTypes platform)
    {
        Version = version;
        this.platform = platform;
        Runtimes = [.. modules.OrderBy(m => m.Description.Module.Order).ThenBy(m => m.Key, StringComparer.Ordinal)];
        All = [.. Runtimes.Select(m => m.Description)];
        byKey = Runtimes.ToFrozenDictionary(m => m.Key, StringComparer.Ordinal);

        // What is wrong with a module was found when it was taken in; those take no part.
        var sound = Runtimes.Where(m => m.Faults.Count == 0).ToList();
        (ModuleRuntime? Module, ModuleTypes Types)[] all = [(null, platform), .. sound.Select(m => ((ModuleRuntime?)m, m.Types))];
        requests = all.SelectMany(m => m.Types.Requests).ToFrozenDictionary(r => r.Type);
        commands = requests.Values.Where(r => r.Command is not null).ToFrozenDictionary(r => r.Command!, StringComparer.Ordinal);
        validators = all.SelectMany(m => m.Types.Validators.Select(v => (v.Request, m.Module, v.Validator))).ToLookup(v => v.Request, v => (v.Module, v.Validator));
        gatherers = all.SelectMany(m => m.Types.Gatherers).ToLookup(g => g.Gather);
        events = all.SelectMany(m => m.Types.Events.Select(e => (e.Key, e.Value, m.Types))).ToFrozenDictionary(e => e.Key, e => (e.Value, e.Types), StringComparer.Ordinal);
        eventNames = events.ToFrozenDictionary(e => e.Value.Type, e => e.Key);
        subscribers = all.SelectMany(m => m.Types.Subscribers.Values).ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
    }

    public int Version { get; }

    /// <summary>Pieces of work that began with this set and are not over.</summary>
    public int Users => users;

    public IReadOnlyList<ModuleRuntime> Runtimes { get; }

    /// <summary>What they said about themselves, in the order of the menu.</summary>
    public IReadOnlyList<ModuleDescription> All { get; }

    /// <summary>All requests that forms, the API and the command line may name.</summary>
    public IReadOnlyCollection<RequestDescription> Commands => commands.Values;

    public IReadOnlyCollection<Subscriber> Subscribers => subscribers.Values;

    /// <summary>Names of all events that somebody declares.</summary>
    public IReadOnlyCollection<string> EventNames => events.Keys;

    public ModuleDescription? Find(string key) => byKey.GetValueOrDefault(key)?.Description;

    /// <summary>The runtime of a module; null for the platform's own, which has none.</summary>
    public ModuleRuntime? Runtime(string? key) => key is null ? null : byKey.GetValueOrDefault(key);

    /// <summary>What is known of a request; null when it belongs to nobody who is here.</summary>
    public RequestDescription? Request(Type type) => requests.GetValueOrDefault(type);

    public RequestDescription? Command(string key) => commands.GetValueOrDefault(key);

    /// <summary>Validators of a request, whoever wrote them.</summary>
    public IEnumerable<(ModuleRuntime? Module, Type Validator)> ValidatorsOf(Type request) => validators[request];

    public IEnumerable<Gatherer> GatherersOf(Type gather) => gatherers[gather];

    public Subscriber? Subscriber(string name) => subscribers.GetValueOrDefault(name);

    /// <summary>Those who listen to an event of this name; none when no module knows the event.</summary>
    public IReadOnlyList<Subscriber> SubscribersOf(string eventName) =>
        events.TryGetValue(eventName, out var known) ? [.. subscribers.Values.Where(s => s.Event.IsAssignableFrom(known.Type))] : [];

    /// <summary>Names of the events a subscriber listens to.</summary>
    public IReadOnlyList<string> EventsOf(Subscriber subscriber) => [.. events.Where(e => subscriber.Event.IsAssignableFrom(e.Value.Type)).Select(e => e.Key)];

    /// <summary>The persisted name of an event and its content.</summary>
    /// <exception cref="InvalidOperationException">No module that is here declares it.</exception>
    public (string Name, string Payload) Write(IEvent happened)
    {
        var type = happened.GetType();
        var name = eventNames.GetValueOrDefault(type) ?? throw new InvalidOperationException($"{type} is declared by no module that is here.");
        return (name, System.Text.Json.JsonSerializer.Serialize(happened, type, events[name].From.Json));
    }

    /// <summary>A stored event.</summary>
    public IEvent Read(string eventName, string payload) =>
        (IEvent?)System.Text.Json.JsonSerializer.Deserialize(payload, events[eventName].Type, events[eventName].From.Json)
        ?? throw new InvalidOperationException($"The stored event {eventName} is empty.");

    /// <summary>A piece of work begins with this set.</summary>
    public void Enter() => Interlocked.Increment(ref users);

    public void Leave() => Interlocked.Decrement(ref users);

    /// <summary>The same with a module added, or in the place of an older version of it.</summary>
    public ModuleSet With(params IReadOnlyCollection<ModuleRuntime> modules) =>
        new(Version + 1, [.. Runtimes.Where(m => modules.All(n => n.Key != m.Key)), .. modules], platform);

    public ModuleSet Without(string key) => new(Version + 1, Runtimes.Where(m => m.Key != key), platform);
}
