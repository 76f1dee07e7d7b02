using Crm.Host.Identity.SingleSignOn;
using Crm.Host.Web;
using Crm.Host.Web.Shell;
using Crm.Platform.Identity;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Host.Identity.SignIn;

/// <summary>The pages and forms of people who are not signed in yet, and the way out.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").AllowAnonymous().DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(CheckOrStartAgain);
        group.MapGet("/sign-in", Show);
        group.MapPost("/sign-in", Password).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/sign-in/tenant", Tenant).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/sign-in/code", Code).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/sign-in/passkey/options", PasskeyOptions).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/sign-in/passkey", Passkey).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/sign-out", SignOut);
        group.MapGet("/set-password/{code}", ShowSetPassword).RequireRateLimiting(AddressLimit.Name);
        group.MapPost("/set-password/{code}", SetPassword).RequireRateLimiting(AddressLimit.Name);
    }

    // A form that stood open for a day, or was loaded before signing in elsewhere, leads to a fresh one and not to an error.
    private static async ValueTask<object?> CheckOrStartAgain(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await Forms.Check(context, next);
        }
        catch (AntiforgeryValidationException)
        {
            return Page.GoTo(context.HttpContext, "/sign-in?expired=1");
        }
    }

    private static async Task<IResult> Show(HttpContext http, SsoDoors doors, [FromQuery(Name = "return")] string? returnTo, string? expired)
    {
        if (http.User.Identity is { IsAuthenticated: true }) return Page.GoTo(http, Page.IsOurs(returnTo) ? returnTo! : "/");
        var (door, any) = await doors.For(http);
        return Forms.Private<SignInPage>(http, new Dictionary<string, object?>
        {
            [nameof(SignInPage.Return)] = returnTo, [nameof(SignInPage.Expired)] = expired is not null, [nameof(SignInPage.Sso)] = door, [nameof(SignInPage.OffersSso)] = any,
        });
    }

    private static Task<IResult> Password(
        HttpContext http, SignInSteps steps, [FromForm] string? email, [FromForm] string? password, [FromForm] string? stay, [FromForm(Name = "return")] string? returnTo) =>
        steps.Password(http, email ?? "", password ?? "", stay is not null, returnTo);

    private static Task<IResult> Tenant(HttpContext http, SignInSteps steps, [FromForm] string? ticket, [FromForm] Guid user) => steps.Tenant(http, ticket, user);

    private static Task<IResult> Code(HttpContext http, SignInSteps steps, [FromForm] string? ticket, [FromForm] string? code) => steps.Code(http, ticket, code ?? "");

    private static async Task<IResult> PasskeyOptions(HttpContext http, PasskeyCeremony passkeys) =>
        Results.Content(await passkeys.BeginSignIn(http), "application/json");

    private static async Task<IResult> Passkey(HttpContext http, PasskeyCeremony passkeys, SignInSteps steps, BreakGlass breakGlass, UserManager<User> users, [FromBody] PasskeyAnswer answer)
    {
        if (await passkeys.SignedIn(http, answer.Credential) is not var (user, passkey) || !await steps.IsOpen(user, http.RequestAborted))
        {
            return Results.Json(new { message = Sdk.Texts.L("パスキーでサインインできませんでした。", "The passkey did not sign you in.") }, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (await breakGlass.Refuses(user, byPasskey: true, http.RequestAborted) is { } shut)
        {
            return Results.Json(new { message = $"{shut.Message} {shut.Cure}" }, statusCode: StatusCodes.Status403Forbidden);
        }

        await users.AddOrUpdatePasskeyAsync(user, passkey);
        await steps.Begin(http, user, SignInMethod.Passkey, stay: true);
        return Results.Json(new { href = SignInSteps.Home(user, answer.Return) });
    }

    private static async Task<IResult> SignOut(HttpContext http, Sessions sessions, ControlSession control, Tenants tenants)
    {
        var next = "/sign-in";
        if (http.Features.Get<CameIn>()?.Session is { } session)
        {
            var db = await control.Db();
            var byProvider = await db.Sessions.AnyAsync(s => s.Id == session.Id && s.Method == SignInMethod.SingleSignOn, http.RequestAborted);
            if (byProvider && await tenants.Find(session.TenantId, http.RequestAborted) is { } tenant)
            {
                next = "/signed-out?tenant=" + tenant.Key;
                SsoEndpoints.LeadOut(http, tenant.Key);
            }

            await sessions.Revoke(db, session.UserId, session.Id, http.RequestAborted);
        }

        await http.SignOutAsync(Schemes.Session);
        return Page.GoTo(http, next);
    }

    private static async Task<IResult> ShowSetPassword(HttpContext http, OneTimeLinks links, IOptions<IdentitySettings> settings, string code)
    {
        var user = await links.Find(code, http.RequestAborted);
        return SetPasswordAgain(http, settings, user, [], user is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static async Task<IResult> SetPassword(HttpContext http, OneTimeLinks links, IOptions<IdentitySettings> settings, string code, [FromForm] string? password)
    {
        var set = await links.SetPassword(code, password ?? "", http.RequestAborted);
        if (set.Failed) return SetPasswordAgain(http, settings, await links.Find(code, http.RequestAborted), set.Problems, ProblemStatus.Of(set.Problems));
        return Page.GoTo(http, "/sign-in?ready=1");
    }

    private static IResult SetPasswordAgain(HttpContext http, IOptions<IdentitySettings> settings, User? user, IReadOnlyList<Problem> problems, int status)
    {
        // The address is a secret: it goes nowhere from here.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Forms.Private<SetPasswordPage>(
            http, new Dictionary<string, object?> { [nameof(SetPasswordPage.Email)] = user?.Email, [nameof(SetPasswordPage.Problems)] = problems, [nameof(SetPasswordPage.Shortest)] = settings.Value.PasswordLength }, status);
    }

    internal sealed record PasskeyAnswer(string Credential, string? Return);
}
