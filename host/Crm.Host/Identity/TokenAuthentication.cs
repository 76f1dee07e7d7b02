using System.Text.Encodings.Web;
using Crm.Platform.Identity.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Crm.Host.Identity;

/// <summary><c>Authorization: Bearer crm_…</c> for the API; the tenant is the token's.</summary>
internal sealed class TokenAuthentication(PersonalTokens tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (await tokens.Check(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } state) return AuthenticateResult.Fail("The token does not count.");
        Context.Features.Set(new CameIn(null, state));
        return AuthenticateResult.Success(new(Schemes.Principal(state.UserId, state.TenantId, null, Schemes.Token), Schemes.Token));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Refuse(
            StatusCodes.Status401Unauthorized, "unauthenticated", ("有効なAPIトークンが必要です。", "A valid API token is needed."),
            ("アカウント画面でトークンを発行し、Authorization: Bearer ヘッダーで送信してください。", "Make a token on the account page and send it in the header Authorization: Bearer."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refuse(
        StatusCodes.Status403Forbidden, "forbidden", ("このトークンでは利用できません。", "This token does not reach here."),
        ("権限の範囲が広いトークンを使用してください。", "Use a token with a wider scope."));

    private Task Refuse(int status, string code, Crm.Sdk.Label message, Crm.Sdk.Label cure)
    {
        // No user is known, so the language is the caller's.
        var language = System.Globalization.CultureInfo.GetCultureInfo(
            Request.Headers.AcceptLanguage.ToString().StartsWith("ja", StringComparison.OrdinalIgnoreCase) ? "ja" : "en");
        return Results.Problem(
            statusCode: status, title: message.In(language),
            extensions: new Dictionary<string, object?> { ["errors"] = new[] { new { field = (string?)null, code, message = message.In(language), cure = cure.In(language) } } })
            .ExecuteAsync(Context);
    }
}
