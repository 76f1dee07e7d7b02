using Crm.Platform.Editions.Applying;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Editions;

/// <summary>Registers what editions need.</summary>
internal static class EditionServices
{
    public static IServiceCollection AddCrmEditions(this IServiceCollection services)
    {
        services.AddSingleton<EditionStore>();
        services.AddScoped<EditionLedger>();
        services.AddScoped<TenantState>();
        services.AddScoped<EditionPlanner>();
        services.AddScoped<EditionSteps>();
        return services;
    }
}
