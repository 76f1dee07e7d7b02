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
        services.AddSingleton(new SharedAssemblies(boxed));
        services.AddSingleton<PluginHost>();
        services.AddSingleton<PluginStore>();
        services.AddSingleton<PluginPurge>();
        services.AddSingleton<PluginFollower>();
        services.AddHostedService(s => s.GetRequiredService<PluginFollower>());
        return services;
    }
}
