// Puts the screens into the host: services, the order of middleware, routes.
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Crm.Host.Commands;
using Crm.Host.Web.Forms;
using Crm.Host.Web.Imports;
using Crm.Host.Web.Lists;
using Crm.Host.Web.Public;
using Crm.Host.Web.Records;
using Crm.Host.Web.Search;
using Crm.Host.Web.Settings;
using Crm.Host.Web.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.ResponseCompression;

namespace Crm.Host.Web;

internal static class WebSetup
{
    public static IServiceCollection AddCrmWeb(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "crm.form";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.HeaderName = "X-CSRF-Token";
        });

        // Without this every kanji would become an entity: pages five times as large.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "application/json", "text/csv"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.AddSingleton<Assets>();
        services.AddScoped<CommandDoor>();
        services.AddSingleton<PublicRate>();
        return services;
    }

    /// <summary>Before sign-in: headers, compression, error pages, assets.</summary>
    public static void UseCrmWeb(this WebApplication app)
    {
        app.Use((http, next) => SecurityHeaders.Add(http, _ => next(http)));
        app.UseResponseCompression();
        app.UseExceptionHandler(handler => handler.Run(ErrorPages.OfBug));
        app.UseStatusCodePages(ErrorPages.OfStatus);
        app.Map("/favicon.ico", icon => icon.Run(http => http.RequestServices.GetRequiredService<Assets>().Serve(http, "", "img/icon.svg")));
        app.Map("/assets", assets => assets.Run(http =>
        {
            var path = http.Request.Path.Value!.TrimStart('/');
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            return http.RequestServices.GetRequiredService<Assets>().Serve(http, slash < 0 ? "" : path[..slash], slash < 0 ? "" : path[(slash + 1)..]);
        }));
    }

    /// <summary>After sign-in has said who asks and for which tenant: language, refusals, forged forms.</summary>
    public static void UseCrmScreens(this WebApplication app)
    {
        app.Use((http, next) => RequestLanguage.Use(http, _ => next(http)));
        app.Use((http, next) => ErrorPages.Catch(http, _ => next(http)));
    }

    /// <summary>The routes of all screens; the caller says who may enter.</summary>
    public static RouteGroupBuilder MapCrmScreens(this IEndpointRouteBuilder app)
    {
        var screens = app.MapGroup("").AddEndpointFilter(CheckForm).DisableAntiforgery().ExcludeFromDescription();
        ScreenEndpoints.Map(screens);
        RecordListEndpoints.Map(screens);
        RecordEndpoints.Map(screens);
        PrintEndpoints.Map(screens);
        FileEndpoints.Map(screens);
        LookupEndpoints.Map(screens);
        SearchEndpoints.Map(screens);
        SendEndpoints.Map(screens);
        NoticeEndpoints.Map(screens);
        PreferenceEndpoints.Map(screens);
        Dashboard.HomeCardsEndpoints.Map(screens);
        ImportEndpoints.Map(screens);
        SettingsEndpoints.Map(screens);
        return screens;
    }

    // One check for every form of every screen, whatever its handler reads; the framework's own looks only at bound parameters.
    private static async ValueTask<object?> CheckForm(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!HttpMethods.IsGet(context.HttpContext.Request.Method) && !HttpMethods.IsHead(context.HttpContext.Request.Method))
        {
            if (await FileForms.Refuses(context.HttpContext) is { } tooLarge) return tooLarge;
            await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context.HttpContext);
        }

        return await next(context);
    }
}
