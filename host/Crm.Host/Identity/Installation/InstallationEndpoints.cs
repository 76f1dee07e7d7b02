using Crm.Host.Web;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.Installation;

/// <summary>The one page of those who administer the installation: its tenants.</summary>
internal static class InstallationEndpoints
{
    private const string Home = "/installation";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization(Schemes.Installation).DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator));
        group.MapPost("/tenants", Open);
        group.MapPost("/tenants/{id:guid}/active", SetActive);
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem>? problems = null, OneTimeLink? link = null)
    {
        var tenants = await mediator.Send(new ListTenants(), http.RequestAborted);
        if (tenants.Failed) return Page.Problem(http, tenants.Problems);
        return Forms.Private<InstallationPage>(
            http,
            Forms.Model(new InstallationModel(
                tenants.Value, problems ?? [], link is null ? null : $"{http.Request.Scheme}://{http.Request.Host}{link.Path}", http.Request.HasFormContentType ? http.Request.Form : null)),
            problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Open(
        HttpContext http, IMediator mediator, [FromForm] string? key, [FromForm] string? tenantName, [FromForm] string? language, [FromForm] string? email, [FromForm] string? name)
    {
        var wanted = new NewTenant(key?.Trim() ?? "", tenantName?.Trim() ?? "") { Language = language == "en" ? "en" : "ja" };
        var opened = await mediator.Send(new OpenTenant(wanted, email ?? "", name ?? ""), http.RequestAborted);
        return opened.Failed ? await Show(http, mediator, opened.Problems) : await Show(http, mediator, link: opened.Value);
    }

    private static async Task<IResult> SetActive(HttpContext http, IMediator mediator, Guid id, [FromForm] bool active)
    {
        var set = await mediator.Send(new SetTenantActive(id, active), http.RequestAborted);
        return set.Failed ? await Show(http, mediator, set.Problems) : Page.GoTo(http, Home);
    }
}

/// <param name="Tenants">All tenants.</param>
/// <param name="Problems">What was wrong with the form sent last.</param>
/// <param name="Link">Where the first administrator of a tenant just made sets their password.</param>
/// <param name="Typed">The form sent last.</param>
internal sealed record InstallationModel(IReadOnlyList<TenantLine> Tenants, IReadOnlyList<Problem> Problems, string? Link, IFormCollection? Typed)
{
    /// <summary>What was typed, while it is not accepted.</summary>
    public string? this[string name] => Problems.Count > 0 ? Typed?[name].ToString() : null;
}
