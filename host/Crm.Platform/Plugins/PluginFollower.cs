using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Plugins;

/// <summary>
/// Looks now and then what other nodes and the plugins folder have for this one, and drops versions nothing uses any more.
/// A package put into the folder is installed and renamed: <c>.installed</c>, or <c>.rejected</c> with the reason in a text beside it.
/// </summary>
internal sealed partial class PluginFollower(PluginStore store, PluginHost host, IOptions<PluginOptions> options, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<PluginFollower> log)
    : BackgroundService
{
    /// <summary>Where packages are dropped.</summary>
    public string Folder => options.Value.Folder is { Length: > 0 } set ? set : Path.Combine(storage.Value.DataFolder, "plugins");

    /// <summary>Installs what lies in the folder; of a file that is still being written the end is waited for.</summary>
    public async Task TakeFromFolder(CancellationToken cancellation)
    {
        if (options.Value.Safe || !Directory.Exists(Folder)) return;
        foreach (var file in Directory.GetFiles(Folder, "*" + PluginPackage.Extension).Order(StringComparer.Ordinal))
        {
            if (clock.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(file)) < TimeSpan.FromMilliseconds(500)) continue;
            byte[] content;
            try
            {
                content = await File.ReadAllBytesAsync(file, cancellation);
            }
            catch (IOException)
            {
                continue; // Another node has just taken it, or it is still being copied.
            }

            var installed = await store.Install(content, Path.GetFileName(file), cancellation);
            if (installed.Failed) await File.WriteAllLinesAsync(file + ".txt", installed.Problems.SelectMany(p => new[] { p.Message.Ja, p.Message.En }), cancellation);
            File.Move(file, file + (installed.Failed ? ".rejected" : ".installed"), overwrite: true);
            LogTaken(log, Path.GetFileName(file), installed.Failed ? "rejected" : "installed");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await TakeFromFolder(stoppingToken);
                    await store.Follow(stoppingToken);
                    await host.Reclaim();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} was {Outcome}")]
    private static partial void LogTaken(ILogger logger, string file, string outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugins could not be looked after; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
