using Crm.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Modules;

/// <summary>The services of each module within one scope of work; a module's are made when it first takes part.</summary>
/// <param name="host">The scope of the host.</param>
/// <param name="session">Not used, but made before: contexts of modules end before the connection they work on.</param>
internal sealed class ModuleScopes(IServiceProvider host, Session session) : IAsyncDisposable
{
    private readonly Lock sync = new();
    private readonly Dictionary<ModuleRuntime, AsyncServiceScope> open = [];

    /// <summary>The module's services; the host's for null.</summary>
    public IServiceProvider Of(ModuleRuntime? module)
    {
        if (module is null) return host;
        lock (sync)
        {
            if (!open.TryGetValue(module, out var scope)) open[module] = scope = module.Within(host);
            return scope.ServiceProvider;
        }
    }

    /// <summary>A class of a module, or of the platform, with all it asks for.</summary>
    public object Make(ModuleRuntime? module, Type type) => module is null ? ActivatorUtilities.GetServiceOrCreateInstance(host, type) : Of(module).GetRequiredService(type);

    public async ValueTask DisposeAsync()
    {
        _ = session;
        foreach (var scope in open.Values) await scope.DisposeAsync();
    }
}
