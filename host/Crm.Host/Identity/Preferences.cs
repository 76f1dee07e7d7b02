using Crm.Host.Web;

namespace Crm.Host.Identity;

/// <summary>Language and look live in cookies of the browser; the account's own are put there when somebody signs in.</summary>
internal static class Preferences
{
    public static void Remember(HttpContext http, string? language, string? theme)
    {
        var options = new CookieOptions { SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(400), IsEssential = true };
        if (language is not null) http.Response.Cookies.Append(RequestLanguage.Cookie, language, options);
        if (theme is not null) http.Response.Cookies.Append("crm.theme", theme, options);
    }
}
