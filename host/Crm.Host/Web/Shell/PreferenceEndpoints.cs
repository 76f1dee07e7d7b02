using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Web.Shell;

/// <summary>What a user sets for this browser: language and theme.</summary>
internal static class PreferenceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/preferences", Set);

    private static IResult Set(HttpContext http, [FromForm] string? language, [FromForm] string? theme, [FromForm(Name = "_return")] string? returnTo)
    {
        var options = new CookieOptions { SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(400), IsEssential = true };
        if (language is "ja" or "en") http.Response.Cookies.Append(RequestLanguage.Cookie, language, options);
        if (theme is "light" or "dark" or "auto") http.Response.Cookies.Append("crm.theme", theme, options);
        return Page.GoTo(http, returnTo ?? "/");
    }
}
