using Crm.Platform.Identity.Account;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Jobs;
using Crm.Platform.Records;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity;

/// <summary>Users, sessions, tokens and rights, without the web: what jobs and the command line need too.</summary>
internal static class IdentityServices
{
    public static IServiceCollection AddIdentityPlatform(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<IdentitySettings>(configuration.GetSection("Identity"));
        services.AddIdentityCore<User>()
            .AddUserStore<UserStore>();
        services.RemoveAll<IUserValidator<User>>();
        services.RemoveAll<IPasswordValidator<User>>();
        services.AddOptions<IdentityOptions>().Configure<IOptions<IdentitySettings>>((identity, settings) =>
        {
            identity.Lockout.MaxFailedAccessAttempts = settings.Value.WrongBeforeLock;
            identity.Lockout.DefaultLockoutTimeSpan = settings.Value.Lock;
        });
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<IdentitySettings>>((hasher, settings) => hasher.IterationCount = settings.Value.PasswordRounds);

        services.AddDataProtection().SetApplicationName("crm");
        services.AddSingleton<KeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRing>((keys, ring) => keys.XmlRepository = ring);

        services.AddSingleton<BuiltInRoles>();
        services.AddSingleton<Staff>();
        services.Replace(ServiceDescriptor.Singleton<IUserNames>(s => s.GetRequiredService<Staff>()));
        services.AddSingleton<IActors, StaffActors>();
        services.AddSingleton<LastSeen>();
        services.AddHostedService(s => s.GetRequiredService<LastSeen>());
        services.AddSingleton<Sessions>();
        services.AddSingleton<PersonalTokens>();
        services.AddSingleton<AttemptLimits>();
        services.AddSingleton<SignInTickets>();
        services.AddSingleton<PasswordRules>();

        services.AddOptions<SsoOptions>().BindConfiguration("SingleSignOn");
        services.AddSingleton<SsoDirectory>();
        services.AddSingleton<SsoTickets>();
        services.AddSingleton<ProviderCalls>();
        services.AddSingleton<Providers>();
        services.AddSingleton<CodeExchange>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<BreakGlass>();
        services.AddScoped<ProviderAccounts>();

        services.AddScoped<Caller>();
        services.AddScoped<ControlSession>();
        services.AddScoped<UserStore>();
        services.AddScoped<PasswordSignIn>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<OneTimeLinks>();
        services.AddScoped<StaffChanges>();
        services.AddScoped<OwnAccount>();
        return services;
    }
}
