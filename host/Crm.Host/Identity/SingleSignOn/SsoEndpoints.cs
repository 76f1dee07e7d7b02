using System.Security.Cryptography;
using System.Text;
using Crm.Host.Identity.SignIn;
using Crm.Host.Web;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Crm.Host.Identity.SingleSignOn;

/// <summary>
/// Signing in at the provider of a tenant: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 9700). Each tenant
/// has an address of its own to come back to, so that the answer of one provider is never taken for that of another.
/// </summary>
internal static class SsoEndpoints
{
    private const string Cookie = "crm.sso.";
    private const string LeavingCookie = "crm.leaving";
    private const int CookieMark = 8;

    private static readonly Problem Off = new(
        "sso-off", ("シングルサインオンは設定されていません。", "Single sign-on is not set up."), ("アドレスを確かめるか、管理者に連絡してください。", "Check the address, or ask an administrator."), Kind: ProblemKind.NotFound);

    private static readonly Problem Expired = new(
        "sso-expired", ("サインインの手続きが見つからないか、期限切れです。", "This sign-in is unknown or has run out."), ("この画面からもう一度サインインしてください。", "Sign in again from here."));

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/sign-in/sso", Choose).RequireRateLimiting(AddressLimit.Name);
        group.MapGet("/sign-in/sso/{tenant}", Start).RequireRateLimiting(AddressLimit.Name);
        group.MapGet("/sign-in/sso/{tenant}/callback", Callback).RequireRateLimiting(AddressLimit.Name);
        group.MapGet("/signed-out", SignedOut).RequireRateLimiting(AddressLimit.Name);
    }

    /// <summary>Where the provider sends people back to; registered there.</summary>
    public static string RedirectOf(HttpContext http, string tenant) => $"{http.Request.Scheme}://{http.Request.Host}/sign-in/sso/{tenant}/callback";

    public static string SignedOutOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/signed-out";

    /// <summary>Asks for the address, then shows whose provider its domain leads to: nobody is sent anywhere without seeing where.</summary>
    private static async Task<IResult> Choose(HttpContext http, SsoDirectory directory, string? email, [FromQuery(Name = "return")] string? returnTo)
    {
        var doors = email is { Length: > 0 and <= 254 } ? await directory.OfAddress(email, http.RequestAborted) : null;
        return Forms.Private<SsoPage>(http, new Dictionary<string, object?>
        {
            [nameof(SsoPage.Email)] = email, [nameof(SsoPage.Return)] = returnTo, [nameof(SsoPage.Doors)] = doors?.Select(d => SsoDoor.Of(d.Tenant, d.Sso)).ToList(),
        });
    }

    private static async Task<IResult> Start(HttpContext http, SsoDirectory directory, Providers providers, SsoTickets tickets, SignInSteps steps, string tenant, [FromQuery(Name = "return")] string? returnTo)
    {
        if (await directory.Find(tenant, http.RequestAborted) is not var (known, sso)) return await steps.Refuse(http, Off, null, returnTo);
        var provider = await providers.Of(sso.Issuer, http.RequestAborted);
        if (provider.Failed) return await steps.Refuse(http, provider.Problems[0], tenant, returnTo);
        var ticket = SsoTicket.New(known.Id, sso.Issuer, Page.IsOurs(returnTo) ? returnTo! : "/");
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Cookies.Append(NameOf(ticket.State), tickets.Write(ticket), CookieOptions(http));
        return Results.Redirect(QueryHelpers.AddQueryString(provider.Value.Authorization, new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["response_mode"] = "query", ["client_id"] = sso.ClientId, ["redirect_uri"] = RedirectOf(http, known.Key), ["scope"] = "openid email profile",
            ["state"] = ticket.State, ["nonce"] = ticket.Nonce, ["code_challenge"] = ticket.Challenge, ["code_challenge_method"] = "S256",
        }));
    }

    private static async Task<IResult> Callback(
        HttpContext http, SsoDirectory directory, Providers providers, CodeExchange codes, IdTokens tokens, SsoTickets tickets, WorkScopes scopes, SignInSteps steps, UserManager<User> users,
        string tenant, string? code, string? state, string? error, string? iss)
    {
        if (await directory.Find(tenant, http.RequestAborted) is not var (known, sso)) return await steps.Refuse(http, Off, null, null);
        if (Take(http, tickets, state) is not { } ticket || ticket.Tenant != known.Id || ticket.Issuer != sso.Issuer) return await steps.Refuse(http, Expired, tenant, null);

        // RFC 9207: the answer says whose it is, where the provider does that.
        if (iss is not null && iss != sso.Issuer) return await steps.Refuse(http, Expired, tenant, ticket.Return);
        if (error is not null || string.IsNullOrEmpty(code)) return await steps.Refuse(http, NotGranted(error), tenant, ticket.Return);
        var provider = await providers.Of(sso.Issuer, http.RequestAborted);
        if (provider.Failed) return await steps.Refuse(http, provider.Problems[0], tenant, ticket.Return);
        var client = new Client(sso.ClientId, await directory.SecretOf(known, sso, http.RequestAborted));
        var redeemed = await codes.Redeem(provider.Value, client, code, ticket.Verifier, RedirectOf(http, known.Key), http.RequestAborted);
        if (redeemed.Failed) return await steps.Refuse(http, redeemed.Problems[0], tenant, ticket.Return);
        var account = await tokens.Check(provider.Value, sso, ticket.Nonce, redeemed.Value, http.RequestAborted);
        if (account.Failed) return await steps.Refuse(http, account.Problems[0], tenant, ticket.Return);
        var id = await UserOf(scopes, known, sso, account.Value, http.RequestAborted);
        if (id.Failed) return await steps.Refuse(http, id.Problems[0], tenant, ticket.Return);
        if (await users.FindByIdAsync(id.Value.ToString()) is not { } user || !await steps.IsOpen(user, http.RequestAborted)) return await steps.Refuse(http, Off, null, null);
        SsoDoors.Remember(http, known.Key);
        return await steps.Finish(http, user, SignInMethod.SingleSignOn, stay: false, ticket.Return);
    }

    /// <summary>Notes that this browser just signed out of a tenant: nobody else is led on to the provider's page, which a tenant names.</summary>
    public static void LeadOut(HttpContext http, string tenant) => http.Response.Cookies.Append(
        LeavingCookie, tenant, new CookieOptions { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/signed-out", MaxAge = TimeSpan.FromMinutes(1), IsEssential = true });

    /// <summary>The page after signing out; with a tenant it leads on to sign out at the provider as well (RP-Initiated Logout 1.0).</summary>
    private static async Task<IResult> SignedOut(HttpContext http, SsoDirectory directory, Providers providers, string? tenant)
    {
        string? end = null;
        if (tenant is { Length: > 0 and <= 100 } && http.Request.Cookies[LeavingCookie] == tenant && await directory.Find(tenant, http.RequestAborted) is var (_, sso)
            && await providers.Of(sso.Issuer, http.RequestAborted) is { Failed: false, Value.EndSession: { } address })
        {
            end = QueryHelpers.AddQueryString(address, new Dictionary<string, string?> { ["client_id"] = sso.ClientId, ["post_logout_redirect_uri"] = SignedOutOf(http) });

            // Not a redirect: the policy for forms lets the form that signed out end on our own pages only.
            http.Response.Headers["Refresh"] = "0; url=" + end;
        }

        return Forms.Private<SignedOutPage>(http, new Dictionary<string, object?> { [nameof(SignedOutPage.EndAtProvider)] = end });
    }

    private static async Task<Result<Guid>> UserOf(WorkScopes scopes, TenantInfo tenant, SsoRow sso, ProviderAccount account, CancellationToken cancellation)
    {
        await using var scope = await scopes.Open(tenant, new Actor(null, "single sign-on", ChangeSource.Screen, AccessRights.OfTenant), cancellation);
        return await scope.Get<ProviderAccounts>().UserOf(sso, account, cancellation);
    }

    /// <summary>What this browser began with this state; good once.</summary>
    private static SsoTicket? Take(HttpContext http, SsoTickets tickets, string? state)
    {
        if (state is not { Length: > CookieMark } || http.Request.Cookies[NameOf(state)] is not { } kept) return null;
        http.Response.Cookies.Delete(NameOf(state), CookieOptions(http));
        return tickets.Read(kept) is { } ticket && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(ticket.State), Encoding.UTF8.GetBytes(state)) ? ticket : null;
    }

    /// <summary>One for each attempt, so that two windows do not disturb each other.</summary>
    private static string NameOf(string state) => Cookie + string.Concat(state.Take(CookieMark).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    // Lax: it must be there when the provider sends the browser back.
    private static CookieOptions CookieOptions(HttpContext http) => new()
    {
        HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/sign-in/sso", MaxAge = TimeSpan.FromMinutes(15), IsEssential = true,
    };

    private static Problem NotGranted(string? error) => new(
        "sso-not-granted",
        error == "access_denied" ? ("認証サーバーでサインインが取り消されたか、このアプリの利用が許可されていません。", "The sign-in was cancelled at the provider, or you may not use this application there.")
            : ("認証サーバーがサインインを完了しませんでした。", "The provider did not finish the sign-in."),
        ("もう一度サインインするか、管理者に連絡してください。", "Sign in again, or ask an administrator."), Kind: ProblemKind.Forbidden);
}
