using Crm.Sdk;
using MediatR;

namespace Crm.Platform.Observability;

/// <summary>Measures and traces every request, whichever way it came.</summary>
internal sealed class RequestMeasure<TRequest, TResponse>(CrmMeters meters, TimeProvider clock) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly string Name = typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = meters.Start(Name);
        var started = clock.GetTimestamp();
        var result = "error";
        try
        {
            var response = await next();
            result = response is Result { Failed: true } ? "refused" : "done";
            return response;
        }
        finally
        {
            meters.Requested(Name, result, clock.GetElapsedTime(started));
        }
    }
}
