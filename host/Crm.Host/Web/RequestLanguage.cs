using System.Globalization;
using Crm.Platform.Tenancy;

namespace Crm.Host.Web;

/// <summary>The language of a request: what the user chose, else the tenant's, else the browser's. Japanese or English.</summary>
internal static class RequestLanguage
{
    public const string Cookie = "crm.lang";

    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja-JP");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public static Task Use(HttpContext http, RequestDelegate next)
    {
        Enter(http);
        return next(http);
    }

    /// <summary>Makes it the language of what is done from here on.</summary>
    public static void Enter(HttpContext http) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Of(http);

    private static CultureInfo Of(HttpContext http)
    {
        var current = http.RequestServices.GetRequiredService<Current>();
        var chosen = http.Request.Cookies[Cookie]
            ?? (current.HasTenant ? current.Tenant.Language.TwoLetterISOLanguageName : http.Request.Headers.AcceptLanguage.ToString());
        return chosen.StartsWith("ja", StringComparison.OrdinalIgnoreCase) ? Japanese : English;
    }
}
