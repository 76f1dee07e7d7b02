using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Crm.Host.Web.Shell;

/// <summary>A line that the next page shows once; travels in a cookie because no server keeps state.</summary>
/// <param name="Text">The line, in the reader's language.</param>
/// <param name="Undo">A change set that can be taken back from there, or null.</param>
/// <param name="Bad">Whether it tells of a failure.</param>
internal sealed record Flash(string Text, Guid? Undo = null, bool Bad = false)
{
    private const string Cookie = "crm.flash";

    public static void Say(HttpContext http, Flash flash) => http.Response.Cookies.Append(
        Cookie, WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(flash)),
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(1), IsEssential = true });

    public static Flash? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } text) return null;
        http.Response.Cookies.Delete(Cookie);
        try
        {
            return JsonSerializer.Deserialize<Flash>(WebEncoders.Base64UrlDecode(text));
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            return null;
        }
    }
}
