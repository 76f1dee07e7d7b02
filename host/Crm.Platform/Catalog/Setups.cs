// Before a tenant's first request: what its modules give it to begin with.
using System.Collections.Concurrent;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Catalog;

/// <summary>Runs the setups of modules once for each tenant and process; they themselves look whether there is anything to do.</summary>
internal sealed partial class Setups(IServiceScopeFactory scopes, ILogger<Setups> log)
{
    private readonly ConcurrentDictionary<(Guid Tenant, string Module), Task> done = new();

    /// <summary>Runs what has not run yet; whoever comes meanwhile waits for it.</summary>
    public async Task Run(TenantInfo tenant, TenantCatalog catalog)
    {
        foreach (var module in catalog.Modules.Where(m => m.Setups.Count > 0))
        {
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var running = done.GetOrAdd((tenant.Id, module.Key), mine.Task);
            if (running == mine.Task) await Run(tenant, catalog, module, mine);
            else await running;
        }
    }

    private async Task Run(TenantInfo tenant, TenantCatalog catalog, ModuleDescription module, TaskCompletionSource finished)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Current>().Enter(tenant, catalog, Actor.System(ChangeSource.Job));
            var services = scope.ServiceProvider.GetRequiredService<ModuleScopes>().Of(catalog.Set.Runtime(module.Key));
            await scope.ServiceProvider.GetRequiredService<Session>().Write(
                async (_, _) =>
                {
                    foreach (var setup in module.Setups) await ((ISetup)services.GetRequiredService(setup)).Run(CancellationToken.None);
                    return true;
                },
                CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(log, e, module.Key, tenant.Key);
            done.TryRemove((tenant.Id, module.Key), out _);
        }
        finally
        {
            finished.SetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Module} gives the tenant {Tenant} to begin with is missing")]
    private static partial void LogFailed(ILogger logger, Exception exception, string module, string tenant);
}
