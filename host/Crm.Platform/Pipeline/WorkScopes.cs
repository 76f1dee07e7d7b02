using Crm.Platform.Catalog;
using Crm.Platform.Modules;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Pipeline;

/// <summary>Opens scopes that work for one tenant: for jobs, events, the command line and tests.</summary>
internal sealed class WorkScopes(IServiceScopeFactory scopes, Catalogs catalogs)
{
    public async Task<WorkScope> Open(TenantInfo tenant, Actor actor, CancellationToken cancellation) => Open(tenant, await catalogs.Of(tenant, cancellation), actor);

    /// <summary>A scope in which the tenant sees another catalog than its own: as it would be.</summary>
    public WorkScope Open(TenantInfo tenant, TenantCatalog catalog, Actor actor)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().Enter(tenant, catalog, actor);
        return new(scope);
    }
}

/// <summary>A scope that works for one tenant.</summary>
internal sealed class WorkScope(AsyncServiceScope scope) : IAsyncDisposable
{
    public IServiceProvider Services => scope.ServiceProvider;

    public T Get<T>() where T : notnull => scope.ServiceProvider.GetRequiredService<T>();

    /// <summary>A service of a module's own.</summary>
    public T Of<T>(string module) where T : notnull => Get<ModuleScopes>().Of(Get<Current>().Catalog.Set.Runtime(module)).GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Get<AccessLog>().Flush(CancellationToken.None);
        }
        finally
        {
            await scope.DisposeAsync();
        }
    }
}
