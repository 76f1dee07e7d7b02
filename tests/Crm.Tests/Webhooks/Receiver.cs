using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Tests.Webhooks;

/// <summary>Another system, as a webhook finds it: a web server on this machine that keeps what it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>What came, oldest first.</summary>
    public ConcurrentQueue<Received> Came { get; } = new();

    /// <summary>What it answers: by the number of the call, from 1.</summary>
    public Func<int, int> Answers { get; set; } = _ => StatusCodes.Status204NoContent;

    public string Url => app.Urls.First() + "/hooks";

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hooks", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            receiver.Came.Enqueue(new(http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(), await reader.ReadToEndAsync()));
            http.Response.StatusCode = receiver.Answers(receiver.Came.Count);
            if (http.Response.StatusCode == StatusCodes.Status302Found) http.Response.Headers.Location = receiver.Url + "/elsewhere";
        });
        app.MapFallback((HttpContext http) =>
        {
            receiver.Came.Enqueue(new("elsewhere", "", "", http.Request.Path));
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>A call.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, string Body);
