using System.Net;
using Crm.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Observability;

/// <summary>What may be seen from where; section <c>Observability</c> of the configuration.</summary>
internal sealed class ObservabilityOptions
{
    /// <summary>Networks that may read <c>/metrics</c> besides this machine itself, such as <c>10.0.0.0/8</c>.</summary>
    public IList<string> MetricsFrom { get; } = [];
}

/// <summary>Whether this node can serve: its database answers and is up to date.</summary>
internal sealed class Readiness(Databases databases, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private volatile bool migrated;

    /// <summary>Says that migrations are through.</summary>
    public void Migrated() => migrated = true;

    /// <summary>What is missing; null when ready.</summary>
    public async Task<string?> Missing(CancellationToken cancellation)
    {
        if (!migrated) return "migrations";
        using var time = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, time.Token);
        try
        {
            await using var connection = await databases.Open(null, either.Token).WaitAsync(either.Token);
            await new Sql(databases.Dialect, connection).Rows($"SELECT 1", r => r.Long(0), either.Token);
            return null;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return "database";
        }
    }
}

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>: without sign-in, and so without anything worth a sign-in.</summary>
internal static class ObservabilityEndpoints
{
    public static void MapCrmObservability(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/readyz", async (Readiness readiness, CancellationToken cancellation) =>
            await readiness.Missing(cancellation) is { } missing ? Results.Text("waiting: " + missing, statusCode: 503) : Results.Text("ready")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/metrics", (HttpContext http, MetricsText metrics, IOptions<ObservabilityOptions> options) => MayRead(http, options.Value)
            ? Results.Text(metrics.Write(), "application/openmetrics-text; version=1.0.0; charset=utf-8")
            : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>A request that a proxy passed on comes from this machine only by its looks.</summary>
    private static bool MayRead(HttpContext http, ObservabilityOptions options)
    {
        if (http.Connection.RemoteIpAddress is not { } from || http.Request.Headers.ContainsKey("X-Forwarded-For") || http.Request.Headers.ContainsKey("Forwarded")) return false;
        var address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        return IPAddress.IsLoopback(address) || options.MetricsFrom.Any(n => IPNetwork.Parse(n).Contains(address));
    }
}

/// <summary>Registers observability.</summary>
internal static class ObservabilityServices
{
    public static IServiceCollection AddCrmObservability(this IServiceCollection services)
    {
        services.AddOptions<ObservabilityOptions>().BindConfiguration("Observability")
            .Validate(o => o.MetricsFrom.All(n => IPNetwork.TryParse(n, out _)), "Observability:MetricsFrom must be networks such as 10.0.0.0/8.").ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<CrmMeters>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<Readiness>();
        return services.AddHostedService<OtlpExport>();
    }
}
