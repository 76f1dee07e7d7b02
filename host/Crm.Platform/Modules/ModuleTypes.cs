using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Crm.Platform.Storage;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using Crm.Sdk.Modules;
using FluentValidation;
using MediatR;

namespace Crm.Platform.Modules;

/// <summary>
/// The types that take part in the product, of one version of a module or of the platform itself: found once, by one scan, and held
/// nowhere else, so that they go when the version goes.
/// </summary>
internal sealed class ModuleTypes
{
    private ModuleTypes()
    {
    }

    /// <summary>Reads and writes what has these types. One for each version: what a serializer knows of types must not outlive them.</summary>
    public JsonSerializerOptions Json { get; } = new(Storage.Json.Compact) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public List<RequestDescription> Requests { get; } = [];

    /// <summary>Classes by the <see cref="IRequestHandler{TRequest,TResponse}"/> they are.</summary>
    public List<(Type Service, Type Handler)> Handlers { get; } = [];

    /// <summary>Validators by the request they look at, which may be somebody else's.</summary>
    public List<(Type Request, Type Validator)> Validators { get; } = [];

    public List<Gatherer> Gatherers { get; } = [];

    /// <summary>Events by persisted name.</summary>
    public Dictionary<string, Type> Events { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Subscriber> Subscribers { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with them; whoever brings such types must not run.</summary>
    public List<Label> Faults { get; } = [];

    /// <summary>Those of the platform and the host.</summary>
    public static ModuleTypes OfPlatform(params IEnumerable<Assembly> assemblies)
    {
        var types = Of(null, assemblies.SelectMany(a => a.GetTypes()));
        return types.Faults.Count == 0 ? types : throw new InvalidOperationException(string.Join('\n', types.Faults.Select(f => f.En)));
    }

    /// <summary>Those of a module's assembly and its contracts.</summary>
    public static ModuleTypes Of(CrmModule module)
    {
        try
        {
            return Of(module.Key, module.Types());
        }
        catch (ReflectionTypeLoadException lacking)
        {
            var types = new ModuleTypes();
            types.Faults.AddRange(lacking.LoaderExceptions.OfType<Exception>().Select(e => e.Message).Distinct().Take(5)
                .Select(m => new Label($"型を読み込めません: {m}", $"A type cannot be loaded: {m}")));
            return types;
        }
    }

    /// <summary>Sorts types by what they are.</summary>
    public static ModuleTypes Of(string? module, IEnumerable<Type> all)
    {
        var found = new ModuleTypes();
        foreach (var type in all.Where(t => t is { IsAbstract: false, IsInterface: false, ContainsGenericParameters: false }))
        {
            if (type.IsAssignableTo(typeof(IBaseRequest))) found.Requests.Add(new RequestDescription(type, module));
            else if (type.IsAssignableTo(typeof(IEvent))) found.AddEvent(type);
            foreach (var role in type.GetInterfaces().Where(i => i.IsGenericType))
            {
                var shape = role.GetGenericTypeDefinition();
                if (shape == typeof(IRequestHandler<,>)) found.Handlers.Add((role, type));
                else if (shape == typeof(IValidator<>)) found.Validators.Add((role.GetGenericArguments()[0], type));
            }

            found.AddNotificationHandler(module, type);
        }

        return found;
    }

    private void AddEvent(Type type)
    {
        if (type.GetCustomAttribute<EventAttribute>()?.Name is not { } name)
        {
            Faults.Add(new($"{type} はイベントなので [Event(\"module.what-happened.v1\")] が必要です。", $"{type} is an event and needs [Event(\"module.what-happened.v1\")]."));
        }
        else if (!Events.TryAdd(name, type))
        {
            Faults.Add(new($"{type} と {Events[name]} が同じ [Event(\"{name}\")] です。", $"{type} and {Events[name]} are both called [Event(\"{name}\")]."));
        }
    }

    private void AddNotificationHandler(string? module, Type type)
    {
        var handled = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INotificationHandler<>)).Select(i => i.GetGenericArguments()[0]).ToList();
        Gatherers.AddRange(handled.Where(h => h.IsAssignableTo(typeof(IGather))).Select(h => new Gatherer(h, type, module)));
        var events = handled.Where(h => h.IsAssignableTo(typeof(IEvent))).ToList();
        if (events.Count == 0) return;
        if (type.GetCustomAttribute<SubscriberAttribute>() is not { Name: var name, RecordTypes: var recordTypes })
        {
            Faults.Add(new($"{type} は {events[0].Name} を受け取るので [Subscriber(\"module.what-it-does\")] が必要です。", $"{type} handles {events[0].Name} and needs [Subscriber(\"module.what-it-does\")]."));
        }
        else if (events.Count > 1)
        {
            Faults.Add(new($"{type} は {events.Count} 種類のイベントを受け取っています。1 つの受け手は 1 種類だけ受け取れます。", $"{type} handles {events.Count} kinds of events; a subscriber handles one."));
        }
        else if (!Subscribers.TryAdd(name, new Subscriber(name, module, type, events[0], recordTypes)))
        {
            Faults.Add(new($"{type} と {Subscribers[name].Handler} が同じ [Subscriber(\"{name}\")] です。", $"{type} and {Subscribers[name].Handler} are both called [Subscriber(\"{name}\")]."));
        }
    }
}

/// <summary>A request that the product knows.</summary>
internal sealed class RequestDescription(Type type, string? module)
{
    private readonly RequestCall call = RequestCall.Of(type);

    public Type Type => type;

    /// <summary>The module it belongs to; null for the platform's own.</summary>
    public string? Module => module;

    /// <summary>The name by which forms, the API and the command line send it; null when they may not.</summary>
    public string? Command { get; } = type.GetCustomAttribute<CommandAttribute>()?.Key;

    /// <summary>The right it needs; or null.</summary>
    public string? Permission { get; } = type.GetCustomAttribute<RequiresAttribute>()?.Permission;

    /// <summary>Sends one of them and answers with its response, which is a <see cref="Result"/> for all public requests.</summary>
    public Task<object?> Send(IMediator mediator, object request, CancellationToken cancellation) => call.Send(mediator, request, cancellation);

    /// <summary>Sends a request whose type is known at run time only.</summary>
    private abstract class RequestCall
    {
        public static RequestCall Of(Type request)
        {
            var response = request.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
            return (RequestCall)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(response))!;
        }

        public abstract Task<object?> Send(IMediator mediator, object request, CancellationToken cancellation);

        private sealed class Typed<TResponse> : RequestCall
        {
            public override async Task<object?> Send(IMediator mediator, object request, CancellationToken cancellation) =>
                await mediator.Send((IRequest<TResponse>)request, cancellation);
        }
    }
}

/// <summary>A class that answers a gather.</summary>
internal sealed class Gatherer(Type gather, Type handler, string? module)
{
    private readonly NotificationCall call = NotificationCall.Of(gather);

    public Type Gather => gather;

    public Type Handler => handler;

    public string? Module => module;

    public Task Handle(object instance, object notification, CancellationToken cancellation) => call.Handle(instance, notification, cancellation);
}

/// <summary>A handler of an event, known by its persisted name.</summary>
internal sealed class Subscriber(string name, string? module, Type handler, Type @event, IReadOnlyList<string> recordTypes)
{
    private readonly NotificationCall call = NotificationCall.Of(@event);

    /// <summary>Stands in the queue.</summary>
    public string Name => name;

    /// <summary>The module it belongs to; null for the platform's own, which are always on.</summary>
    public string? Module => module;

    public Type Handler => handler;

    /// <summary>What it handles; <see cref="IEvent"/> itself for everything.</summary>
    public Type Event => @event;

    /// <summary>Whether it hears of changes of records of a type.</summary>
    public bool Hears(string recordType) => recordTypes.Count == 0 || recordTypes.Contains(recordType, StringComparer.Ordinal);

    public Task Handle(object instance, IEvent happened, CancellationToken cancellation) => call.Handle(instance, happened, cancellation);
}

/// <summary>Calls a notification handler whose types are known at run time only.</summary>
internal abstract class NotificationCall
{
    public static NotificationCall Of(Type notification) => (NotificationCall)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(notification))!;

    public abstract Task Handle(object handler, object notification, CancellationToken cancellation);

    private sealed class Typed<T> : NotificationCall where T : INotification
    {
        public override Task Handle(object handler, object notification, CancellationToken cancellation) =>
            ((INotificationHandler<T>)handler).Handle((T)notification, cancellation);
    }
}
