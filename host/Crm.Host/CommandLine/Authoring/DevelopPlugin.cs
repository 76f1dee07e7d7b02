// ./crm plugin dev FOLDER: builds a plugin whenever it is saved, and shows it at once in the demonstration tenant.
using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Crm.Host.CommandLine.Serving;
using Crm.Platform.Modules;
using Crm.Platform.Plugins;
using Crm.Platform.Tenancy;
using Crm.Sdk;

namespace Crm.Host.CommandLine.Authoring;

internal static class DevelopPlugin
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(400);

    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Verb(VerbRunner runner)
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = Texts.L("プラグインのフォルダー", "The plugin's folder") };
        var urls = Take.Urls();
        var noBrowser = new Option<bool>("--no-browser") { Description = Texts.L("ブラウザーを開かない", "Do not open a browser") };
        var command = new Command("dev", Texts.L("変更のたびにビルドし、デモのテナントで動かす", "Build after every change and run it in the demonstration tenant")) { folder, urls, noBrowser };
        command.SetAction((parsed, cancellation) => Run(runner, parsed.GetRequiredValue(folder), parsed.GetValue(urls), parsed.GetValue(noBrowser), cancellation));
        return command;
    }

    private static async Task<int> Run(VerbRunner given, DirectoryInfo folder, string? urls, bool noBrowser, CancellationToken cancellation)
    {
        if (ProjectIn(folder) is not { } project)
        {
            return given.Refuse([new Problem("no-plugin", ($"{folder.FullName} に PluginId のあるプロジェクトがありません。", $"No project below {folder.FullName} sets PluginId."), ("./crm plugin new で作れます。", "./crm plugin new makes one."))], asJson: false);
        }

        // What one builds oneself is not signed.
        var runner = new VerbRunner(given.Surroundings, [.. given.Settings, "--Plugins:AllowUnsigned=true"]);
        var address = urls ?? Serve.DefaultUrl;
        if (await Answers(address, cancellation))
        {
            // A server of this installation runs already: it follows what the database says ought to run.
            runner.Surroundings.Error.WriteLine(Texts.L($"{address} で動いているサーバーを使います。", $"Using the server on {address}."));
            await using var app = runner.Surroundings.Build(runner.Settings, builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
            await CrmApp.Migrate(app, cancellation);
            await Watch(runner, app.Services, project, folder.FullName, address, cancellation);
            return ExitCode.Ok;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watching = Task.CompletedTask;
        var code = await Demo.Run(runner, urls, noBrowser, (app, at) => watching = Watch(runner, app.Services, project, folder.FullName, at, stop.Token), cancellation);
        await stop.CancelAsync();
        await watching;
        return code;
    }

    /// <summary>Builds and installs, now and after every change, until it is stopped.</summary>
    private static async Task Watch(VerbRunner runner, IServiceProvider services, string project, string folder, string address, CancellationToken cancellation)
    {
        try
        {
            string? built = null;
            while (true)
            {
                if (State(folder) is var state && state != built)
                {
                    built = state;
                    await Renew(runner, services, project, address, cancellation);
                }

                await Task.Delay(Look, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>Builds the project under a version of its own and installs what came of it; what is wrong is said, and what ran goes on.</summary>
    internal static async Task Renew(VerbRunner runner, IServiceProvider services, string project, string address, CancellationToken cancellation)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var number = (long)(clock.GetUtcNow() - Beginning).TotalSeconds;
        var built = await Dotnet.Run(["build", project, "-nologo", "-v:q", "-clp:NoSummary", $"-p:PluginBuild={number}"], Path.GetDirectoryName(project)!, cancellation);
        if (built.Failed)
        {
            runner.Refuse(built.Problems, asJson: false);
            return;
        }

        var package = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(project)!, "bin"), "*.crmplugin", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)!;
        var installed = await services.GetRequiredService<PluginStore>().Install(await File.ReadAllBytesAsync(package, cancellation), "crm plugin dev", cancellation);
        if (installed.Failed)
        {
            runner.Refuse(installed.Problems, asJson: false);
            return;
        }

        foreach (var notice in installed.Value.Notices) await runner.Surroundings.Error.WriteLineAsync(Texts.L("注意: ", "Note: ") + notice);
        var tenants = services.GetRequiredService<Platform.Tenancy.Tenants>();
        foreach (var scenario in Demo.Demonstrations(services.GetRequiredService<ModuleList>()).Select(d => d.Demo.Scenario).Distinct())
        {
            if (await tenants.Find(scenario, cancellation) is { } tenant) await tenants.Switch(tenant.Id, installed.Value.Id, on: true, cancellation);
        }

        var first = installed.Value.Runtime.Description.Screens.FirstOrDefault(s => s.InMenu);
        var page = first is null ? address : $"{address.TrimEnd('/')}/x/{first.Module}/{first.Key}";
        await runner.Surroundings.Error.WriteLineAsync(Texts.L($"{installed.Value.Id} {installed.Value.Version} が動いています: {page}", $"{installed.Value.Id} {installed.Value.Version} runs: {page}"));
    }

    /// <summary>The project that makes a package, the folder itself or below it.</summary>
    internal static string? ProjectIn(DirectoryInfo folder) => !folder.Exists ? null : Sources(folder.FullName)
        .Where(f => f.EndsWith(".csproj", StringComparison.Ordinal) && File.ReadAllText(f).Contains("<PluginId>", StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Changes whenever a file is saved, made or removed.</summary>
    private static string State(string folder)
    {
        var (count, newest) = (0, DateTime.MinValue);
        foreach (var file in Sources(folder))
        {
            var saved = File.GetLastWriteTimeUtc(file);
            (count, newest) = (count + 1, saved > newest ? saved : newest);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count} {newest.Ticks}");
    }

    private static IEnumerable<string> Sources(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (var below in Directory.EnumerateDirectories(folder).Where(d => Path.GetFileName(d) is var name && name[0] != '.' && name is not ("bin" or "obj" or "node_modules")))
        {
            foreach (var file in Sources(below)) yield return file;
        }
    }

    private static async Task<bool> Answers(string address, CancellationToken cancellation)
    {
        try
        {
            var uri = new Uri(address.Split(';')[0]);
            if (uri.Port == 0) return false;
            using var client = new TcpClient();
            await client.ConnectAsync(uri.Host, uri.Port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
