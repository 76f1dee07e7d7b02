using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Tenancy;

/// <summary>Looks each second whether another node or the command line changed a tenant, its modules, users or roles.</summary>
internal sealed partial class TenantRefresh(Tenants tenants, ILogger<TenantRefresh> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await tenants.Refresh(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogNotRead(log, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of tenants could not be read; it is tried again")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
