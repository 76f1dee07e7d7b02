using System.Diagnostics;
using Crm.Platform.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Crm.Platform.Observability;

/// <summary>
/// Sends traces and metrics to a collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one, and begins to listen to the meters for <c>/metrics</c>.
/// </summary>
internal sealed class OtlpExport(IConfiguration configuration, NodeName node, MetricsText metrics) : IHostedService, IDisposable
{
    private TracerProvider? traces;
    private MeterProvider? meters;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = metrics; // Listens from now on.
        if (string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService("crm", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(), serviceInstanceId: node.Value);
        traces = OpenTelemetry.Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(CrmMeters.Name, "Microsoft.AspNetCore", "Npgsql").AddProcessor(new WithoutPersonalData()).AddOtlpExporter().Build();
        meters = OpenTelemetry.Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(CrmMeters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.EntityFrameworkCore", "Npgsql", "System.Runtime")
            .AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(2000);
        meters?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        meters?.Dispose();
    }

    /// <summary>Takes out of traces what could name or find a person: what they searched for, whence they came, what they used.</summary>
    private sealed class WithoutPersonalData : BaseProcessor<Activity>
    {
        private static readonly string[] Tags =
            ["url.query", "url.full", "http.url", "http.target", "client.address", "network.peer.address", "user_agent.original", "db.statement", "db.query.text", "enduser.id"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Tags) data.SetTag(tag, null);
        }
    }
}

/// <summary>Sets up logging.</summary>
internal static class LoggingSetup
{
    /// <summary>
    /// Lines for people, or JSON when <c>Logging:Format</c> is <c>json</c>. What the framework logs of each request is left out:
    /// it carries the query, and so what people search for.
    /// </summary>
    public static ILoggingBuilder AddCrmLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        if (string.Equals(configuration["Logging:Format"], "json", StringComparison.OrdinalIgnoreCase)) logging.AddJsonConsole(o => o.UseUtcTimestamp = true);
        else logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss "));
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        logging.AddFilter("Quartz", LogLevel.Warning);
        return logging;
    }
}
