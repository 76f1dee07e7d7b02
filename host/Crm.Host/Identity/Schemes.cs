using System.Security.Claims;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;

namespace Crm.Host.Identity;

/// <summary>The ways in, and what is noted about who came.</summary>
internal static class Schemes
{
    /// <summary>Chooses between the other two.</summary>
    public const string Any = "crm";

    /// <summary>People on screens.</summary>
    public const string Session = "crm.session";

    /// <summary>Programs on <c>/api</c>, with a personal token.</summary>
    public const string Token = "crm.token";

    /// <summary>Policy: an administrator of the installation.</summary>
    public const string Installation = "installation";

    public const string SessionClaim = "sid";

    public const string TenantClaim = "tenant";

    public const string InstallationClaim = "installation";

    public static ClaimsPrincipal Principal(Guid user, Guid tenant, Guid? session, string scheme)
    {
        var identity = new ClaimsIdentity(scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.ToString()));
        identity.AddClaim(tenant == User.Installation ? new Claim(InstallationClaim, "true") : new Claim(TenantClaim, tenant.ToString()));
        if (session is not null) identity.AddClaim(new Claim(SessionClaim, session.Value.ToString()));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The API takes tokens only, so that no page of somebody else can use a browser's cookie on it.</summary>
    public static string For(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || http.Request.Headers.Authorization.Count > 0 ? Token : Session;
}

/// <summary>What authentication found; read when the request's scope is opened.</summary>
internal sealed record CameIn(SessionState? Session, TokenState? Token);
