// Renders screens: the component inside the shell, or alone when only a part of the page is wanted.
using Crm.Platform.Identity.Rights;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Crm.Host.Web;

/// <summary>Answers requests with pages.</summary>
internal static class Page
{
    /// <summary>A screen with its parameters.</summary>
    public static IResult Of<TScreen>(HttpContext http, IReadOnlyDictionary<string, object?>? parameters = null, int status = 200)
        where TScreen : IComponent => Of(http, typeof(TScreen), parameters, status);

    /// <summary>A screen of a module or plugin.</summary>
    public static IResult Of(HttpContext http, Type screen, IReadOnlyDictionary<string, object?>? parameters = null, int status = 200)
    {
        // Personal data stays out of every cache, that of the browser too.
        http.Response.Headers.CacheControl = "no-cache, no-store";
        return new RazorComponentResult<ScreenFrame>(new Dictionary<string, object?>
        {
            [nameof(ScreenFrame.Screen)] = screen,
            [nameof(ScreenFrame.Parameters)] = parameters,
            [nameof(ScreenFrame.Context)] = ContextOf(http),
        })
        {
            StatusCode = status,
            ContentType = "text/html; charset=utf-8",
        };
    }

    /// <summary>A page without the shell: sign-in, public pages, errors of people who are not signed in.</summary>
    public static IResult Bare<TPage>(IReadOnlyDictionary<string, object?>? parameters = null, int status = 200) where TPage : IComponent =>
        new RazorComponentResult<BareFrame>(new Dictionary<string, object?>
        {
            [nameof(BareFrame.Screen)] = typeof(TPage),
            [nameof(BareFrame.Parameters)] = parameters,
        })
        {
            StatusCode = status,
            ContentType = "text/html; charset=utf-8",
        };

    /// <summary>A screen that strangers see.</summary>
    public static IResult Public(HttpContext http, Type screen, ScreenContext context, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<Web.Public.PublicFrame>(new Dictionary<string, object?> { [nameof(Web.Public.PublicFrame.Screen)] = screen, [nameof(Web.Public.PublicFrame.Context)] = context })
        {
            StatusCode = status,
            ContentType = "text/html; charset=utf-8",
        };
    }

    /// <summary>The page that says why there is no page.</summary>
    public static IResult Problem(HttpContext http, IReadOnlyList<Problem> problems)
    {
        var (status, current) = (ProblemStatus.Of(problems), http.RequestServices.GetRequiredService<Current>());
        var parameters = new Dictionary<string, object?> { [nameof(ErrorPage.Status)] = status, [nameof(ErrorPage.Problems)] = current.Named(problems), [nameof(ErrorPage.Back)] = Before(http) };
        return current is { HasTenant: true, Actor.Id: not null }
            ? Of<ErrorPage>(http, parameters, status)
            : Bare<ErrorPage>(parameters, status);
    }

    // The page this request came from, where it is one of ours and another than this.
    private static string? Before(HttpContext http) =>
        Uri.TryCreate(http.Request.Headers.Referer, UriKind.Absolute, out var from) && from.Authority == http.Request.Host.Value && IsOurs(from.PathAndQuery)
        && from.PathAndQuery != http.Request.Path + http.Request.QueryString ? from.PathAndQuery : null;

    public static ScreenContext ContextOf(HttpContext http)
    {
        var current = http.RequestServices.GetRequiredService<Current>();
        return new ScreenContext(http, http.RequestServices.GetRequiredService<IMediator>(), current.Tenant, current.Actor, http.RequestServices.GetRequiredService<Assets>().Href);
    }

    /// <summary>Sends the browser on after a form; htmx is told by a header because it would follow a redirect itself.</summary>
    public static IResult GoTo(HttpContext http, string href)
    {
        if (!IsOurs(href)) href = Routes.Home;
        if (!http.Request.Headers.ContainsKey("HX-Request")) return Results.Redirect(href, permanent: false, preserveMethod: false);
        http.Response.Headers["HX-Redirect"] = href;
        return Results.NoContent();
    }

    /// <summary>Whether an address from a form leads to this host.</summary>
    public static bool IsOurs(string? href) =>
        href is { Length: > 0 } && href[0] == '/' && !href.StartsWith("//", StringComparison.Ordinal) && !href.StartsWith("/\\", StringComparison.Ordinal)
        && !href.Any(char.IsControl);
}
