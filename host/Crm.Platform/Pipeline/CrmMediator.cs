using Crm.Platform.Modules;
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
internal sealed partial class CrmMediator : IMediator
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromSeconds(5);

    private readonly ModuleList modules;
    private readonly ModuleScopes scopes;
    private readonly ModuleFaults faults;
    private readonly IServiceScopeFactory newScope;
    private readonly Current current;
    private readonly ILogger<CrmMediator> log;
    private readonly Mediator inner;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly AsyncLocal<bool> handling = new();

    public CrmMediator(ModuleList modules, ModuleScopes scopes, ModuleFaults faults, IServiceScopeFactory newScope, Current current, ILogger<CrmMediator> log)
    {
        (this.modules, this.scopes, this.faults, this.newScope, this.current, this.log) = (modules, scopes, faults, newScope, current, log);
        inner = new(Resolve!);
    }

    private ModuleSet Set => modules.Of(current);

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
        catch (Exception e) when (e is not (OperationCanceledException or RefusedException))
        {
            Fault(Set.Request(request.GetType())?.Module, request.GetType().Name);
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    public Task Publish(object notification, CancellationToken cancellationToken = default) => notification switch
    {
        IEvent => throw new InvalidOperationException($"{notification.GetType()} is an event: raise it, so that it is stored with the change and delivered after it."),
        IGather gather => Task.WhenAll(Set.GatherersOf(notification.GetType()).Select(h => Gather(h, notification, gather, cancellationToken))),
        _ => throw new InvalidOperationException($"{notification.GetType()} is neither an event nor a gather."),
    };

    public Task Publish<TNotification>(TNotification notification, CancellationToken cancellationToken = default) where TNotification : INotification =>
        Publish((object)notification, cancellationToken);

    private async Task Gather(Gatherer gatherer, object notification, IGather gather, CancellationToken cancellationToken)
    {
        if (!current.IsOpen(gatherer.Module)) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(GatherTime);
        try
        {
            await Task.Run(() => HandleInOwnScope(gatherer, notification, limit.Token), limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogMissing(log, e, gatherer.Module ?? "", notification.GetType().Name);
            gather.MarkMissing(gatherer.Module ?? "");
            Fault(gatherer.Module, gatherer.Handler.Name);
        }
    }

    private async Task HandleInOwnScope(Gatherer gatherer, object notification, CancellationToken cancellationToken)
    {
        await using var scope = newScope.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().Enter(current.Tenant, current.Catalog, current.Actor);
        var handler = scope.ServiceProvider.GetRequiredService<ModuleScopes>().Make(Set.Runtime(gatherer.Module), gatherer.Handler);
        await gatherer.Handle(handler, notification, cancellationToken);
    }

    private void Fault(string? module, string what)
    {
        if (module is not null && current.HasTenant) faults.Note(module, current.Tenant.Id, what);
    }

    /// <summary>A request's handler and the steps before it come from the container of whose request it is.</summary>
    private object? Resolve(Type service)
    {
        var wanted = service.GetGenericTypeDefinition() == typeof(IEnumerable<>) ? service.GetGenericArguments()[0] : service;
        return scopes.Of(Set.Runtime(Set.Request(wanted.GetGenericArguments()[0])?.Module)).GetService(service);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Module} gave no part of {Gather}")]
    private static partial void LogMissing(ILogger logger, Exception exception, string module, string gather);
}
