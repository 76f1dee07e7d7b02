using System.Net;
using Crm.Platform;
using Crm.Platform.Observability;
using Crm.Platform.Storage;
using Crm.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Tests.Observability;

/// <summary>What operators see: health, readiness, figures; none of it to strangers, none of it about persons.</summary>
public sealed class ObservabilityTests
{
    [Fact]
    public async Task A_node_is_ready_when_its_migrations_are_through_and_its_database_answers()
    {
        await using var app = await App();
        var client = app.GetTestClient();
        Assert.Equal("ok", await client.GetStringAsync("/healthz"));
        var early = await client.GetAsync("/readyz");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "waiting: migrations"), (early.StatusCode, await early.Content.ReadAsStringAsync()));
        await app.Services.GetRequiredService<Migrator>().Installation(CancellationToken.None);
        app.Services.GetRequiredService<Readiness>().Migrated();
        Assert.Equal("ready", await client.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task A_node_whose_database_does_not_answer_is_not_ready_but_alive()
    {
        await using var app = await App(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", "Host=127.0.0.1;Port=1;Database=x;Username=x"));
        app.Services.GetRequiredService<Readiness>().Migrated();
        var client = app.GetTestClient();
        var answer = await client.GetAsync("/readyz");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "waiting: database"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("ok", await client.GetStringAsync("/healthz"));
    }

    [Fact]
    public async Task Figures_are_open_metrics_text_and_count_requests_by_outcome()
    {
        await using var app = await App();
        var meters = app.Services.GetRequiredService<CrmMeters>();
        meters.Requested("MoveDeal", "done", TimeSpan.FromMilliseconds(30));
        meters.Requested("MoveDeal", "done", TimeSpan.FromSeconds(2));
        meters.Requested("MoveDeal", "refused", TimeSpan.FromMilliseconds(1));
        meters.Mailed("sent");
        meters.JobBegan("shop.count");
        var lines = (await Get(app, IPAddress.Loopback)).Body.Split('\n');
        Assert.Contains("# TYPE crm_request_duration_seconds histogram", lines);
        Assert.Contains("# UNIT crm_request_duration_seconds seconds", lines);
        Assert.Contains("""crm_request_duration_seconds_bucket{request="MoveDeal",result="done",le="0.05"} 1""", lines);
        Assert.Contains("""crm_request_duration_seconds_bucket{request="MoveDeal",result="done",le="+Inf"} 2""", lines);
        Assert.Contains("""crm_request_duration_seconds_count{request="MoveDeal",result="refused"} 1""", lines);
        Assert.Contains("""crm_mail_sent_total{result="sent"} 1""", lines);
        Assert.Contains("""crm_job_running{job="shop.count"} 1""", lines);
        Assert.Contains(lines, l => l.StartsWith("dotnet_process_memory_working_set_bytes ", StringComparison.Ordinal));
        Assert.Equal("# EOF", lines[^2]);
        Assert.Equal(lines.Count(l => l.StartsWith("# TYPE", StringComparison.Ordinal)), lines.Where(l => l.StartsWith("# TYPE", StringComparison.Ordinal)).Distinct().Count());
    }

    [Theory]
    [InlineData("127.0.0.1", null, HttpStatusCode.OK)]
    [InlineData("::1", null, HttpStatusCode.OK)]
    [InlineData("203.0.113.9", null, HttpStatusCode.NotFound)]
    [InlineData("10.1.2.3", null, HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "203.0.113.9", HttpStatusCode.NotFound)]
    public async Task Strangers_do_not_see_figures(string from, string? through, HttpStatusCode expected)
    {
        await using var app = await App(("Observability:MetricsFrom:0", "10.0.0.0/8"));
        Assert.Equal(expected, (await Get(app, IPAddress.Parse(from), through)).Status);
    }

    private static async Task<(HttpStatusCode Status, string Body)> Get(WebApplication app, IPAddress from, string? through = null)
    {
        var context = await app.GetTestServer().SendAsync(http =>
        {
            http.Request.Path = "/metrics";
            http.Connection.RemoteIpAddress = from;
            if (through is not null) http.Request.Headers["X-Forwarded-For"] = through;
        });
        using var reader = new StreamReader(context.Response.Body);
        return ((HttpStatusCode)context.Response.StatusCode, await reader.ReadToEndAsync());
    }

    private static async Task<WebApplication> App(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Storage:DataFolder", Directory.CreateTempSubdirectory("crm-test-").FullName), .. settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)),
        ]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddCrmPlatform(builder.Configuration);
        foreach (var worker in builder.Services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory is not null).ToList()) builder.Services.Remove(worker);
        var app = builder.Build();
        app.MapCrmObservability();
        await app.StartAsync();
        _ = app.Services.GetRequiredService<MetricsText>();
        return app;
    }
}
