using Crm.Host.Identity;
using Crm.Platform.Identity.Account;
using Crm.Platform.Identity.Users;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Web.Shell;

/// <summary>What a user sets: language and theme, for this browser and for those they sign in with later.</summary>
internal static class PreferenceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/preferences", Set);

    private static async Task<IResult> Set(HttpContext http, IMediator mediator, [FromForm] string? language, [FromForm] string? theme, [FromForm(Name = "_return")] string? returnTo)
    {
        Preferences.Remember(http, Languages.Known(language), Languages.KnownTheme(theme));
        await mediator.Send(new ChangePreferences(language, theme), http.RequestAborted);
        return Page.GoTo(http, returnTo ?? "/");
    }
}
