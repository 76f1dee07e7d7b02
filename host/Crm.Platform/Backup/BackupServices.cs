using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Backup;

internal static class BackupServices
{
    public static void AddCrmBackups(this IServiceCollection services)
    {
        services.AddSingleton<KnownTables>();
        services.AddSingleton<Backups>();
        services.AddSingleton<Restore>();
        services.AddSingleton<RestoredPeople>();
        services.AddSingleton<BackupClock>();
        services.AddHostedService(s => s.GetRequiredService<BackupClock>());
    }
}
