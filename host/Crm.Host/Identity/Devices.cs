namespace Crm.Host.Identity;

/// <summary>What a browser calls itself, short enough to recognise one's own in a list.</summary>
internal static class Devices
{
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static string Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        string?[] parts = [Browsers.FirstOrDefault(b => agent.Contains(b.Mark, StringComparison.Ordinal)).Name, Systems.FirstOrDefault(s => agent.Contains(s.Mark, StringComparison.Ordinal)).Name];
        return string.Join(" · ", parts.OfType<string>()) is { Length: > 0 } known ? known : "–";
    }

    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "–";
}
