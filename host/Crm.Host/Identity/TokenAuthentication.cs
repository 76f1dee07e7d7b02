using System.Text.Encodings.Web;
using Crm.Platform.Identity.Rights;
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
        if (await tokens.Check(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } state || state.Scope == TokenScope.Feed)
        {
            return AuthenticateResult.Fail("The token does not count.");
        }

        Context.Features.Set(new CameIn(null, state));
        return AuthenticateResult.Success(new(Schemes.Principal(state.UserId, state.TenantId, null, Schemes.Token), Schemes.Token));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // The API's shield writes the body.
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
