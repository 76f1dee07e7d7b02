using Crm.Platform.Modules;
using Crm.Platform.Plugins.Loading;
using Crm.Sdk.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Plugins;

/// <summary>Registers the loading of plugins.</summary>
internal static class PluginServices
{
    public static IServiceCollection AddCrmPlugins(this IServiceCollection services, IReadOnlyList<CrmModule> boxed)
    {
        services.AddOptions<PluginOptions>().BindConfiguration("Plugins");
        services.AddOptions<BreakerOptions>().BindConfiguration("Plugins:Breaker").Validate(o => o.Faults > 0 && o.Within > TimeSpan.Zero, "Plugins:Breaker:Faults and Plugins:Breaker:Within must be above zero.").ValidateOnStart();
        services.AddSingleton(new SharedAssemblies(boxed));
        services.AddSingleton<PluginHost>();
        services.AddSingleton<PluginStore>();
        services.AddSingleton<PluginPurge>();
        services.AddSingleton<FormerFields>();
        services.AddSingleton<PluginFollower>();
        services.AddHostedService(s => s.GetRequiredService<PluginFollower>());
        return services;
    }
}
