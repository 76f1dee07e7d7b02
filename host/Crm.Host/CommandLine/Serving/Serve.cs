// ./crm serve: migrates, then serves until it is stopped.
using System.CommandLine;
using System.Net.Sockets;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Serving;

internal static class Serve
{
    public const string DefaultUrl = "http://localhost:5080";

    private const string HostLog = "Microsoft.Extensions.Hosting.Internal.Host";

    public static Command Verb(VerbRunner runner)
    {
        var urls = Take.Urls();
        var safe = new Option<bool>("--safe") { Description = Texts.L("プラグインを読み込まずに起動する", "Start without any plugin") };
        var command = new Command("serve", Texts.L($"サーバーを起動する（既定は {DefaultUrl}）", $"Start the server (on {DefaultUrl} unless told otherwise)")) { urls, safe };
        command.SetAction((parsed, cancellation) => Run(runner, parsed.GetValue(urls), ready: null, cancellation, parsed.GetValue(safe)));
        return command;
    }

    /// <summary>Serving is what happens without a verb.</summary>
    public static void AsDefault(RootCommand root, VerbRunner runner)
    {
        var urls = Take.Urls();
        root.Add(urls);
        root.SetAction((parsed, cancellation) => Run(runner, parsed.GetValue(urls), ready: null, cancellation));
    }

    /// <summary>Serves; <paramref name="ready"/> is told the address people use as soon as it answers.</summary>
    public static async Task<int> Run(VerbRunner runner, string? urls, Func<WebApplication, string, Task>? ready, CancellationToken cancellation, bool safe = false)
    {
        var started = false;
        try
        {
            string[] settings = urls is null ? runner.Settings : [.. runner.Settings, "--urls", urls];
            if (safe) settings = [.. settings, "--Plugins:Safe=true"];
            await using var app = runner.Surroundings.Build(settings, builder =>
            {
                ListenSomewhere(builder);

                // Why a start failed is said below, in a sentence. CRM_TRACE shows the rest.
                builder.Logging.AddFilter(HostLog, level => level >= LogLevel.Warning && (started || runner.Surroundings.Variable("CRM_TRACE") is not null));
            });
            await CrmApp.Migrate(app, cancellation);
            await Start(app, cancellation);
            started = true;
            var address = app.Urls.FirstOrDefault() ?? DefaultUrl;
            if (ready is null) runner.Surroundings.Error.WriteLine(Texts.L($"{address} で待ち受けています（終了は Ctrl+C）。", $"Listening on {address} (Ctrl+C to stop)."));
            else await ready(app, address);
            await app.WaitForShutdownAsync(cancellation);
            return ExitCode.Ok;
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return runner.Broke(new IOException(Texts.L("そのアドレスはすでに使われています。--urls で別のポートを指定してください。", "The address is taken. Choose another port with --urls.") + $" ({e.Message})", e), asJson: false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return runner.Broke(e, asJson: false);
        }
    }

    /// <summary>When the server cannot listen, what runs beside it is stopped in good order: it would complain of a host that is gone under its feet.</summary>
    private static async Task Start(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private static void ListenSomewhere(WebApplicationBuilder builder)
    {
        if (builder.Configuration["urls"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists()) builder.WebHost.UseUrls(DefaultUrl);
    }
}
