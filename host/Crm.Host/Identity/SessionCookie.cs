using Crm.Platform.Identity.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Crm.Host.Identity;

/// <summary>The cookie of a session. It only names the session; whether that still counts is asked on every request.</summary>
internal sealed class SessionCookie(Sessions sessions) : CookieAuthenticationEvents
{
    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "crm.session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.ReturnUrlParameter = "return";
        options.EventsType = typeof(SessionCookie);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var state = Guid.TryParse(context.Principal?.FindFirst(Schemes.SessionClaim)?.Value, out var session)
            ? await sessions.Check(session, context.HttpContext.RequestAborted)
            : null;
        if (state is not null)
        {
            context.HttpContext.Features.Set(new CameIn(state, null));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Schemes.Session);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // What was being sent is lost with the session; where it was sent from is the place to come back to.
        var request = context.Request;
        var back = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString.ToString() : "/";
        var signIn = "/sign-in?return=" + Uri.EscapeDataString(back);
        if (request.Headers.ContainsKey("HX-Request"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers["HX-Redirect"] = signIn;
        }
        else
        {
            context.Response.Redirect(signIn);
        }

        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
