using Crm.Host.Web;
using Crm.Host.Web.Shell;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Roles;
using Crm.Platform.Identity.SingleSignOn;
using Crm.Platform.Identity.Teams;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Identity.SingleSignOn;

/// <summary>The administrators' page of single sign-on: set it, and try it before anybody depends on it.</summary>
internal static class SsoSettingsEndpoints
{
    private const string Home = "/settings/sso";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization().DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator, null, [], null));
        group.MapPost("", Save);
        group.MapPost("/test", Test);
    }

    private static async Task<IResult> Save(HttpContext http, IMediator mediator)
    {
        var typed = await Typed(http);
        var saved = await mediator.Send(typed, http.RequestAborted);
        if (saved.Failed) return await Show(http, mediator, typed, saved.Problems, null);
        Flash.Say(http, new(Texts.L("シングルサインオンの設定を保存しました。", "Single sign-on is saved.")));
        return Page.GoTo(http, Home);
    }

    private static async Task<IResult> Test(HttpContext http, IMediator mediator, Current current)
    {
        var typed = await Typed(http);
        var tested = await mediator.Send(new TestSso(typed.Issuer, typed.ClientId, typed.Secret) { Redirect = SsoEndpoints.RedirectOf(http, current.Tenant.Key) }, http.RequestAborted);
        return await Show(http, mediator, typed, tested.Problems, tested.Failed ? null : tested.Value);
    }

    private static async Task<SaveSso> Typed(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var groups = form["groupValue"].Zip(form["groupTo"], (value, to) => (Value: value?.Trim() ?? "", To: to ?? "")).Where(g => g.Value.Length > 0 && g.To.Length > 0);
        return new SaveSso(form["issuer"].ToString().Trim(), form["clientId"].ToString().Trim())
        {
            Enabled = form["enabled"] == "true", Only = form["only"] == "true", Label = form["label"].ToString(),
            Secret = form["noSecret"] == "true" ? "" : form["secret"].ToString().Trim() is { Length: > 0 } secret ? secret : null,
            Domains = form["domains"].ToString().Split([' ', ',', '、', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            NewUsersRole = form["newUsersRole"].ToString() is { Length: > 0 } role ? role : null,
            GroupsClaim = form["groupsClaim"].ToString(),
            Groups = [.. groups.Select(g => g.To.StartsWith("team:", StringComparison.Ordinal) ? new SsoGroup(g.Value, null, g.To[5..]) : new SsoGroup(g.Value, g.To.Replace("role:", "", StringComparison.Ordinal), null))],
        };
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, SaveSso? typed, IReadOnlyList<Problem> problems, SsoTest? tested)
    {
        var view = await mediator.Send(new GetSso(), http.RequestAborted);
        if (view.Failed) return Page.Problem(http, view.Problems);
        var staff = await http.RequestServices.GetRequiredService<Staff>().Of(http.RequestServices.GetRequiredService<Current>().Tenant, http.RequestAborted);
        var key = http.RequestServices.GetRequiredService<Current>().Tenant.Key;
        return Page.Of<SsoSettingsPage>(
            http,
            Forms.Model(new SsoModel(
                view.Value, typed ?? view.Value.Settings ?? new SaveSso("", "") { Enabled = true }, staff.Roles, staff.Teams, problems, tested,
                SsoEndpoints.RedirectOf(http, key), SsoEndpoints.SignedOutOf(http), $"{http.Request.Scheme}://{http.Request.Host}/sign-in?tenant={key}")),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems));
    }
}

/// <param name="View">What is saved.</param>
/// <param name="Typed">What the form shows.</param>
/// <param name="Roles">To choose from.</param>
/// <param name="Teams">To choose from.</param>
/// <param name="Problems">Why it was refused, or what the test found.</param>
/// <param name="Tested">What the test found when all is right.</param>
/// <param name="Redirect">To be registered at the provider.</param>
/// <param name="SignedOut">To be registered at the provider, for signing out.</param>
/// <param name="Door">The sign-in page with the tenant's button.</param>
internal sealed record SsoModel(
    SsoView View, SaveSso Typed, IReadOnlyList<Role> Roles, IReadOnlyList<Team> Teams, IReadOnlyList<Problem> Problems, SsoTest? Tested, string Redirect, string SignedOut, string Door);
