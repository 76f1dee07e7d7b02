using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Tenancy;

namespace Crm.Host.Identity.SingleSignOn;

/// <summary>The button of a tenant on the sign-in page.</summary>
/// <param name="Tenant">Its key.</param>
/// <param name="Name">What the tenant is called.</param>
/// <param name="Label">What stands on the button.</param>
/// <param name="Provider">Host of the provider, so that people see where they will be led.</param>
internal sealed record SsoDoor(string Tenant, string Name, string Label, string Provider)
{
    public static SsoDoor Of(TenantInfo tenant, SsoRow sso) => new(
        tenant.Key, tenant.Name, sso.Label.Length > 0 ? sso.Label : Sdk.Texts.L($"{tenant.Name} のアカウントでサインイン", $"Sign in with your {tenant.Name} account"), new Uri(sso.Issuer).Host);

    public string Href(string? returnTo) => $"/sign-in/sso/{Tenant}" + (string.IsNullOrEmpty(returnTo) ? "" : "?return=" + Uri.EscapeDataString(returnTo));
}

/// <summary>Knows a tenant before anybody said who they are: by <c>/sign-in?tenant=KEY</c>, or because this browser signed in there before.</summary>
internal sealed class SsoDoors(SsoDirectory directory)
{
    private const string Cookie = "crm.sso-tenant";

    public async Task<(SsoDoor? Door, bool Any)> For(HttpContext http, string? tenant = null)
    {
        var key = tenant ?? (http.Request.Query["tenant"].ToString() is { Length: > 0 } asked ? asked : http.Request.Cookies[Cookie]);
        var door = key is { Length: > 0 and <= 100 } && await directory.Find(key, http.RequestAborted) is var (known, sso) ? SsoDoor.Of(known, sso) : null;
        return (door, door is not null || await directory.Any(http.RequestAborted));
    }

    public static void Remember(HttpContext http, string tenant) => http.Response.Cookies.Append(
        Cookie, tenant, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(400), IsEssential = true });
}
