using Crm.Sdk;
using FluentValidation;
using MediatR;

namespace Crm.Platform.Pipeline;

/// <summary>Runs a request's validators before its handler.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var problems = new List<Problem>();
        foreach (var validator in validators)
        {
            var checkedRequest = await validator.ValidateAsync(request, cancellationToken);
            problems.AddRange(checkedRequest.Errors.Select(e => e.CustomState as Problem ?? new Problem(
                e.ErrorCode ?? "invalid", Label.Same(e.ErrorMessage), Field: e.PropertyName is { Length: > 0 } name ? char.ToLowerInvariant(name[0]) + name[1..] : null)));
        }

        return problems.Count == 0 ? await next() : ResultOf<TResponse>.Fail(problems);
    }
}
