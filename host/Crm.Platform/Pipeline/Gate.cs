using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using MediatR;

namespace Crm.Platform.Pipeline;

/// <summary>
/// Decides for every request: is its module open for the tenant, and may the user do it. What is open says the tenant's catalog, from
/// which screens, slots, jobs, subscribers and record types are taken too.
/// </summary>
internal sealed class Gate(ModuleList modules, Current current)
{
    /// <summary>Null when the request may pass.</summary>
    public Problem? Refuses(Type request)
    {
        var set = modules.Of(current);
        if (set.Request(request) is not { } known) return null;
        if (!current.IsOpen(known.Module)) return Off(set.Find(known.Module!)!.Name());
        return known.Permission is null || current.Actor.May(known.Permission) ? null : Named([Problems.Forbidden(known.Permission)])[0];
    }

    /// <summary>Problems that call rights by their names instead of their keys.</summary>
    public IReadOnlyList<Problem> Named(IReadOnlyList<Problem> problems) => current.Named(problems);

    private static Problem Off(Label module) => new(
        "module-off", ($"「{module.Ja}」は現在利用できません。", $"“{module.En}” is not available."), ("管理者に有効化を依頼してください。", "Ask an administrator to switch it on."),
        Kind: ProblemKind.NotFound);
}

/// <summary>Puts every request through the gate, and calls the rights it was refused for by their names.</summary>
internal sealed class GateBehavior<TRequest, TResponse>(Gate gate) : IPipelineBehavior<TRequest, TResponse> where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (gate.Refuses(typeof(TRequest)) is { } problem) return ResultOf<TResponse>.Fail([problem]);
        var answer = await next();
        return answer is Result { Failed: true } refused && gate.Named(refused.Problems) is var named && !ReferenceEquals(named, refused.Problems)
            ? ResultOf<TResponse>.Fail(named)
            : answer;
    }
}

internal static class ModuleNames
{
    public static Label Name(this ModuleDescription module) => module.Module.Name;
}
