using Crm.Platform.Modules;
using Crm.Platform.Observability;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Pipeline;

/// <summary>Runs the validators of a request before its handler.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(RequestValidators validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var problems = await validators.Check(request, cancellationToken);
        return problems.Count == 0 ? await next() : ResultOf<TResponse>.Fail(problems);
    }
}

/// <summary>The validators of a request: of its own module, and of others that are open for the tenant.</summary>
internal sealed partial class RequestValidators(ModuleList modules, ModuleScopes scopes, ModuleFaults faults, Current current, ILogger<RequestValidators> log)
{
    public async ValueTask<IReadOnlyList<Problem>> Check<TRequest>(TRequest request, CancellationToken cancellation)
    {
        List<Problem>? problems = null;
        var set = modules.Of(current);
        foreach (var (module, type) in set.ValidatorsOf(typeof(TRequest)))
        {
            if (current.IsOpen(module?.Key)) (problems ??= []).AddRange(await Check(module, type, request, cancellation));
        }

        return problems ?? (IReadOnlyList<Problem>)[];
    }

    private async Task<IEnumerable<Problem>> Check<TRequest>(ModuleRuntime? module, Type type, TRequest request, CancellationToken cancellation)
    {
        try
        {
            var outcome = await ((IValidator<TRequest>)scopes.Make(module, type)).ValidateAsync(request, cancellation);
            return outcome.Errors.Select(e => e.CustomState as Problem ?? new Problem(
                e.ErrorCode ?? "invalid", Label.Same(e.ErrorMessage), Field: e.PropertyName is { Length: > 0 } name ? char.ToLowerInvariant(name[0]) + name[1..] : null));
        }
        catch (Exception e) when (module is not null && !cancellation.IsCancellationRequested)
        {
            // What was to be checked was not: nothing passes, and it is said by whose fault.
            LogFailed(log, e, module.Key, type.Name);
            if (current.HasTenant) faults.Note(module.Key, current.Tenant.Id, type.Name);
            var name = module.Description.Module.Name;
            return
            [
                new Problem(
                    "validator-failed", ($"「{name.Ja}」の確認処理でエラーが起きたため、実行しませんでした。", $"“{name.En}” failed while checking this, so it was not done."),
                    ("管理者に連絡してください。", "Tell an administrator.")),
            ];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Module} failed while validating with {Validator}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string module, string validator);
}

/// <summary>The steps each request takes before its handler, in the host's container and in each module's.</summary>
internal static class CrmPipeline
{
    public static IServiceCollection AddCrmPipeline(this IServiceCollection services) => services
        .AddScoped(typeof(IPipelineBehavior<,>), typeof(RequestMeasure<,>))
        .AddScoped(typeof(IPipelineBehavior<,>), typeof(GateBehavior<,>))
        .AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
}
