using System.Collections.Concurrent;
using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Identity.SignIn;

/// <summary>When sessions and tokens were last used: noted in memory and written every half minute, so that no request waits for a write.</summary>
internal sealed partial class LastSeen(ControlDbs control, ILogger<LastSeen> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, (DateTimeOffset At, DateTimeOffset Expires)> sessions = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> tokens = new();

    public void Session(Guid id, DateTimeOffset at, DateTimeOffset expires) => sessions[id] = (at, expires);

    public void Token(Guid id, DateTimeOffset at) => tokens[id] = at;

    public async Task Write(CancellationToken cancellation)
    {
        if (sessions.IsEmpty && tokens.IsEmpty) return;
        await using var db = await control.Open();
        foreach (var id in sessions.Keys)
        {
            if (!sessions.TryRemove(id, out var seen)) continue;
            await db.Sessions.Where(s => s.Id == id && s.SeenAt < seen.At).ExecuteUpdateAsync(
                s => s.SetProperty(x => x.SeenAt, seen.At).SetProperty(x => x.ExpiresAt, seen.Expires), cancellation);
        }

        foreach (var id in tokens.Keys)
        {
            if (!tokens.TryRemove(id, out var at)) continue;
            await db.Tokens.Where(t => t.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.UsedAt, at), cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Write(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogNotWritten(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; what was not written is half a minute at most.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "When sessions were last used could not be written; it is tried again")]
    private static partial void LogNotWritten(ILogger logger, Exception exception);
}
