using Crm.Platform.Jobs;
using Crm.Platform.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Platform.Messaging;

/// <summary>Registers outbox, deliveries, webhooks and notifications.</summary>
internal static class MessagingServices
{
    public static IServiceCollection AddCrmMessaging(this IServiceCollection services)
    {
        services.AddOptions<MessagingOptions>().BindConfiguration("Messaging")
            .Validate(o => o.Lease > o.HandlerTimeout, "Messaging:Lease must be longer than Messaging:HandlerTimeout, or two nodes would work on one delivery.")
            .Validate(o => o.Parallel > 0 && o.Attempts > 0, "Messaging:Parallel and Messaging:Attempts must be above zero.")
            .ValidateOnStart();
        services.AddSingleton<DeliverySteps>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<Delivery>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        services.AddSingleton<NotificationSignal>();
        services.AddScoped<Outbox>();
        services.AddSingleton<ITidy, MessagingTidy>();
        services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks")
            .Validate(o => o.Retries.Count > 0 && o.Timeout > TimeSpan.Zero, "Webhooks:Retries must name a wait at least, and Webhooks:Timeout be above zero.").ValidateOnStart();
        services.AddSingleton<WebhookPost>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
        services.AddSingleton<ITidy, WebhookTidy>();
        return services;
    }
}
