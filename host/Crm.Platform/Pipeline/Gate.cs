using System.Collections.Concurrent;
using System.Reflection;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;

namespace Crm.Platform.Pipeline;

/// <summary>Decides for every request, screen, slot, job and subscriber: is its module on for the tenant and well, and may the user do it.</summary>
internal sealed class Gate(Modules modules, ModuleHealth health, Current current)
{
    private static readonly ConcurrentDictionary<Type, string?> Permissions = new();

    /// <summary>Null when the request may pass.</summary>
    public Problem? Refuses(Type request)
    {
        if (modules.Of(request) is { } module && !IsOpen(module.Key)) return Off(module.Name());
        var permission = Permissions.GetOrAdd(request, static t => t.GetCustomAttribute<RequiresAttribute>()?.Permission);
        return permission is null || current.Actor.May(permission) ? null : Problems.Forbidden(permission);
    }

    /// <summary>Whether a module is on for the tenant and not quarantined.</summary>
    public bool IsOpen(string module) => health.IsHealthy(module) && current.HasTenant && current.Catalog.IsOn(module);

    private static Problem Off(Label module) => new(
        "module-off", ($"「{module.Ja}」は現在利用できません。", $"“{module.En}” is not available."), ("管理者に有効化を依頼してください。", "Ask an administrator to switch it on."),
        Kind: ProblemKind.NotFound);
}

/// <summary>Puts every request through the gate, and calls the rights it was refused for by their names.</summary>
internal sealed class GateBehavior<TRequest, TResponse>(Gate gate, Current current) : IPipelineBehavior<TRequest, TResponse> where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (gate.Refuses(typeof(TRequest)) is { } problem) return ResultOf<TResponse>.Fail(current.Named([problem]));
        var answer = await next();
        return answer is Result { Failed: true } refused && current.Named(refused.Problems) is var named && !ReferenceEquals(named, refused.Problems)
            ? ResultOf<TResponse>.Fail(named)
            : answer;
    }
}

internal static class ModuleNames
{
    public static Label Name(this Sdk.Modules.ModuleDescription module) => module.Module.Name;
}
