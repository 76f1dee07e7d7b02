using System.Globalization;
using Crm.Platform.Catalog;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Platform.Modules;

/// <summary>
/// Makes what a tenant begins with, when it is first worked for with a module on: whichever way it got the module. A module whose seed
/// fails is closed for the tenant with the reason; switching it on again tries again.
/// </summary>
internal sealed partial class ModuleSeeds(IServiceScopeFactory scopes, ControlDbs control, Tenants tenants, TimeProvider clock, ILogger<ModuleSeeds> log)
{
    /// <summary>Whether something is to be made for the tenant.</summary>
    public static bool Lack(TenantInfo tenant, TenantCatalog catalog) => catalog.Modules.Any(m => m.Seeds.Count > 0 && !tenant.Seeded.Contains(m.Key));

    public async Task Fill(TenantInfo tenant, TenantCatalog catalog, CancellationToken cancellation)
    {
        foreach (var module in catalog.Modules.Where(m => m.Seeds.Count > 0 && !tenant.Seeded.Contains(m.Key)))
        {
            if (!await Mark(tenant, module.Key, clock.GetUtcNow(), cancellation)) continue;
            try
            {
                await Make(tenant, catalog, module, cancellation);
            }
            catch (Exception e)
            {
                await Mark(tenant, module.Key, null, CancellationToken.None);
                if (e is OperationCanceledException) throw;
                LogFailed(log, e, module.Key, tenant.Id);
                await tenants.Close(tenant.Id, module.Key, ($"初期データを作成できませんでした: {e.Message}", $"What it begins with could not be made: {e.Message}"), cancellation);
            }
        }
    }

    private async Task Make(TenantInfo tenant, TenantCatalog catalog, ModuleDescription module, CancellationToken cancellation)
    {
        // In the language of the tenant, whatever that of the server is.
        CultureInfo.CurrentUICulture = tenant.Language;
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().Enter(tenant, catalog, Actor.System(ChangeSource.Job));
        var (session, services) = (scope.ServiceProvider.GetRequiredService<Session>(), scope.ServiceProvider.GetRequiredService<ModuleScopes>());
        await session.Write(
            async _ =>
            {
                foreach (var seed in module.Seeds) await ((ISeedData)services.Make(catalog.Set.Runtime(module.Key), seed)).Seed(cancellation);
                return true;
            },
            cancellation);
    }

    /// <summary>Of several nodes that come at once, one makes it: true for that one.</summary>
    private async Task<bool> Mark(TenantInfo tenant, string module, DateTimeOffset? at, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var marked = await db.TenantModules.Where(m => m.TenantId == tenant.Id && m.Module == module && (at == null || m.SeededAt == null))
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.SeededAt, at), cancellation);
        await tenants.Changed(tenant.Id, cancellation);
        return marked == 1;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Module} begins with could not be made for tenant {Tenant}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string module, Guid tenant);
}
