using Crm.Host.Identity.Account;
using Crm.Host.Identity.Installation;
using Crm.Host.Identity.People;
using Crm.Host.Identity.SignIn;
using Crm.Host.Identity.SingleSignOn;
using Crm.Platform.Identity;
using Crm.Platform.Identity.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Crm.Host.Identity;

/// <summary>Puts signing in into the host: services, middleware, routes.</summary>
internal static class IdentityWeb
{
    public static IServiceCollection AddCrmIdentity(this IServiceCollection services)
    {
        services.AddAuthentication(Schemes.Any)
            .AddPolicyScheme(Schemes.Any, null, options => options.ForwardDefaultSelector = Schemes.For)
            .AddCookie(Schemes.Session, SessionCookie.Configure)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Schemes.Token, null);
        services.AddOptions<CookieAuthenticationOptions>(Schemes.Session)
            .Configure<IOptions<IdentitySettings>>((cookie, settings) => cookie.ExpireTimeSpan = settings.Value.IdleStaying);
        services.AddScoped<SessionCookie>();

        // Closed unless an endpoint says otherwise: one that forgets to ask is not open to everybody.
        // No scheme is named: a policy that names one authenticates anew and would take back in whom RequestScope has turned away.
        var tenantUsers = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(Schemes.TenantClaim).Build();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(tenantUsers)
            .SetFallbackPolicy(tenantUsers)
            .AddPolicy(Schemes.Installation, policy => policy.AddAuthenticationSchemes(Schemes.Session).RequireClaim(Schemes.InstallationClaim));

        services.AddRateLimiter(options => options.AddPolicy<string, AddressLimit>(AddressLimit.Name));
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // A passkey signs in alone, without address and password: it must know whose it is and check the person.
            options.ResidentKeyRequirement = "required";
            options.UserVerificationRequirement = "required";
        });
        services.AddScoped<PasskeyCeremony>();
        services.AddScoped<SsoDoors>();
        services.AddScoped<SignInSteps>();
        return services;
    }

    /// <summary>Who asks, for which tenant, with which rights; then whether they may come here. Stands after routing.</summary>
    public static IApplicationBuilder UseCrmIdentity(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseMiddleware<RequestScope>();
        app.UseAuthorization();
        app.UseRateLimiter();
        return app;
    }

    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder app)
    {
        SignInEndpoints.Map(app);
        SsoEndpoints.Map(app);
        AccountEndpoints.Map(app);
        FeedEndpoints.Map(app);
        StaffEndpoints.Map(app);
        SsoSettingsEndpoints.Map(app);
        InstallationEndpoints.Map(app);
        PluginEndpoints.Map(app);
        EditionEndpoints.Map(app);
        BackupEndpoints.Map(app);
        return app;
    }
}
