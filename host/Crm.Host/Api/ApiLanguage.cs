using System.Globalization;
using Crm.Platform.Tenancy;

namespace Crm.Host.Api;

/// <summary>The language of an answer: the one of Accept-Language the caller likes best among Japanese and English, else the tenant's.</summary>
internal static class ApiLanguage
{
    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja-JP");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public static void Use(HttpContext http, TenantInfo? tenant)
    {
        var culture = Asked(http.Request.Headers.AcceptLanguage.ToString()) ?? (tenant?.Language.TwoLetterISOLanguageName == "ja" ? Japanese : English);
        CultureInfo.CurrentUICulture = culture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        http.Response.Headers.ContentLanguage = culture.TwoLetterISOLanguageName;
    }

    private static CultureInfo? Asked(ReadOnlySpan<char> header)
    {
        CultureInfo? best = null;
        var bestQuality = 0.0;
        foreach (var range in header.Split(','))
        {
            var entry = header[range].Trim();
            var semicolon = entry.IndexOf(';');
            var language = semicolon < 0 ? entry : entry[..semicolon].Trim();
            var quality = semicolon < 0 ? 1.0 : Quality(entry[(semicolon + 1)..].Trim());
            var culture = language.StartsWith("ja", StringComparison.OrdinalIgnoreCase) ? Japanese : language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : null;
            if (culture is not null && quality > bestQuality) (best, bestQuality) = (culture, quality);
        }

        return best;
    }

    private static double Quality(ReadOnlySpan<char> text) =>
        text.StartsWith("q=") && double.TryParse(text[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) ? quality : 0;
}
