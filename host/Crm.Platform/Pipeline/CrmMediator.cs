using System.Collections.Concurrent;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Pipeline;

/// <summary>
/// MediatR as this product uses it; the one file that knows the quirks of its version 5.1.0.
/// Requests go to their one handler through the behaviours. Of notifications only gathers are published here, to each enabled
/// module in a scope of its own, contained and limited in time; events go through the outbox.
/// A scope has one connection, so its requests take turns: the components of a page send theirs at the same time.
/// </summary>
internal sealed partial class CrmMediator(IServiceProvider services, HandlerTypes handlers, Current current, ILogger<CrmMediator> log) : IMediator, IDisposable
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromSeconds(5);

    private readonly Mediator inner = new(services.GetService!);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly AsyncLocal<bool> handling = new();

    public async Task<TResponse> Send<TResponse>(IRequest<TResponse> request, CancellationToken cancellationToken = default)
    {
        // A request sent by a handler is part of its turn.
        if (handling.Value) return await inner.Send(request, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            handling.Value = true;
            return await inner.Send(request, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    public Task Publish(object notification, CancellationToken cancellationToken = default) => notification switch
    {
        IEvent => throw new InvalidOperationException($"{notification.GetType()} is an event: raise it, so that it is stored with the change and delivered after it."),
        IGather gather => Task.WhenAll(handlers.Of(notification.GetType()).Select(h => Gather(h, notification, gather, cancellationToken))),
        _ => throw new InvalidOperationException($"{notification.GetType()} is neither an event nor a gather."),
    };

    public Task Publish<TNotification>(TNotification notification, CancellationToken cancellationToken = default) where TNotification : INotification =>
        Publish((object)notification, cancellationToken);

    private async Task Gather((Type Handler, string Module) subscriber, object notification, IGather gather, CancellationToken cancellationToken)
    {
        if (subscriber.Module.Length > 0 && !services.GetRequiredService<Gate>().IsOpen(subscriber.Module)) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(GatherTime);
        try
        {
            await Task.Run(() => HandleInOwnScope(subscriber.Handler, notification, limit.Token), limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogMissing(log, e, subscriber.Module, notification.GetType().Name);
            gather.MarkMissing(subscriber.Module);
        }
    }

    private async Task HandleInOwnScope(Type handlerType, object notification, CancellationToken cancellationToken)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().Enter(current.Tenant, current.Catalog, current.Actor);
        var handler = ActivatorUtilities.CreateInstance(scope.ServiceProvider, handlerType);
        await NotificationCall.Of(notification.GetType()).Handle(handler, notification, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Module} gave no part of {Gather}")]
    private static partial void LogMissing(ILogger logger, Exception exception, string module, string gather);
}

/// <summary>Which classes handle which notification, and whose they are; the empty module is the platform's own.</summary>
internal sealed class HandlerTypes
{
    private readonly Dictionary<Type, List<(Type Handler, string Module)>> byNotification = [];

    public HandlerTypes(Modules modules)
    {
        Add(typeof(HandlerTypes).Assembly, "");
        foreach (var module in modules.All) Add(module.Assembly, module.Key);
    }

    public IReadOnlyList<(Type Handler, string Module)> Of(Type notification) => byNotification.GetValueOrDefault(notification) ?? [];

    private void Add(System.Reflection.Assembly assembly, string module)
    {
        foreach (var type in assembly.GetTypes().Where(t => t is { IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            foreach (var handles in type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INotificationHandler<>)))
            {
                var notification = handles.GetGenericArguments()[0];
                if (!byNotification.TryGetValue(notification, out var list)) byNotification[notification] = list = [];
                list.Add((type, module));
            }
        }
    }
}

/// <summary>Calls a notification handler whose types are known at run time only.</summary>
internal abstract class NotificationCall
{
    private static readonly ConcurrentDictionary<Type, NotificationCall> Known = new();

    public static NotificationCall Of(Type notification) =>
        Known.GetOrAdd(notification, static t => (NotificationCall)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(t))!);

    public abstract Task Handle(object handler, object notification, CancellationToken cancellation);

    private sealed class Typed<T> : NotificationCall where T : INotification
    {
        public override Task Handle(object handler, object notification, CancellationToken cancellation) =>
            ((INotificationHandler<T>)handler).Handle((T)notification, cancellation);
    }
}

/// <summary>Sends a request whose type is known at run time only: from a form, the API or the command line.</summary>
internal abstract class RequestCall
{
    private static readonly ConcurrentDictionary<Type, RequestCall> Known = new();

    /// <summary>Sends it and answers with its response, which is a <see cref="Sdk.Result"/> for all public requests.</summary>
    public static Task<object?> Send(IMediator mediator, object request, CancellationToken cancellation) =>
        Known.GetOrAdd(request.GetType(), static type =>
        {
            var response = type.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
            return (RequestCall)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(response))!;
        }).SendCore(mediator, request, cancellation);

    protected abstract Task<object?> SendCore(IMediator mediator, object request, CancellationToken cancellation);

    private sealed class Typed<TResponse> : RequestCall
    {
        protected override async Task<object?> SendCore(IMediator mediator, object request, CancellationToken cancellation) =>
            await mediator.Send((IRequest<TResponse>)request, cancellation);
    }
}
