using System.Globalization;
using Crm.Host.Web;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Modules;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
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
        group.MapGet("/tenants/{id:guid}", (HttpContext http, IMediator mediator, Guid id) => Detail(http, mediator, id));
        group.MapPost("/tenants/{id:guid}/reset", Reset);
    }

    private static async Task<IResult> Detail(HttpContext http, IMediator mediator, Guid id, IReadOnlyList<Problem>? problems = null, OneTimeLink? link = null)
    {
        var tenant = await mediator.Send(new GetTenant(id), http.RequestAborted);
        if (tenant.Failed) return Page.Problem(http, tenant.Problems);
        return Forms.Private<TenantDetailPage>(
            http, Forms.Model(new TenantDetailModel(tenant.Value, http.RequestServices.GetRequiredService<ModuleList>().All, problems ?? [], link is null ? null : Whole(http, link))),
            problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Reset(HttpContext http, IMediator mediator, Guid id, [FromForm] Guid user, [FromForm] bool? secondFactor)
    {
        var reset = await mediator.Send(new ResetAdministrator(id, user, secondFactor == true), http.RequestAborted);
        return reset.Failed ? await Detail(http, mediator, id, reset.Problems) : await Detail(http, mediator, id, link: reset.Value);
    }

    private static string Whole(HttpContext http, OneTimeLink link) => $"{http.Request.Scheme}://{http.Request.Host}{link.Path}";

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem>? problems = null, OneTimeLink? link = null)
    {
        var tenants = await mediator.Send(new ListTenants(), http.RequestAborted);
        if (tenants.Failed) return Page.Problem(http, tenants.Problems);
        return Forms.Private<InstallationPage>(
            http,
            Forms.Model(new InstallationModel(
                tenants.Value, problems ?? [], link is null ? null : Whole(http, link), http.Request.HasFormContentType ? http.Request.Form : null,
                http.RequestServices.GetRequiredService<ModuleList>().All,
                [.. (await http.RequestServices.GetRequiredService<EditionStore>().All(http.RequestAborted)).Select(e => e.Manifest).DistinctBy(m => m.Id)])),
            problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Open(
        HttpContext http, IMediator mediator, [FromForm] string? key, [FromForm] string? tenantName, [FromForm] string? language, [FromForm] string? email, [FromForm] string? name)
    {
        var form = http.Request.Form;
        var wanted = new NewTenant(key?.Trim() ?? "", tenantName?.Trim() ?? "") { Language = language == "en" ? "en" : "ja" };

        // Scripts of vendors may send no more than was asked for before; then the usual holds.
        if (form["currency"].ToString().Trim() is { Length: > 0 } currency) wanted = wanted with { Currency = currency.ToUpperInvariant() };
        if (form["timeZone"].ToString().Trim() is { Length: > 0 } zone) wanted = wanted with { TimeZone = zone };
        if (form["fiscalYearStart"].ToString() is { Length: > 0 } month) wanted = wanted with { FiscalYearStart = int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0 };
        if (form["database"].ToString().Trim() is { Length: > 0 } database) wanted = wanted with { Database = database };
        if (form["edition"].ToString() is { Length: > 0 } edition) wanted = wanted with { Edition = edition };
        if (form.ContainsKey("chooses")) wanted = wanted with { Modules = [.. form["modules"].OfType<string>()] };
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
/// <param name="Modules">What can be switched on.</param>
/// <param name="Editions">What a tenant can be made from, in the newest version of each.</param>
internal sealed record InstallationModel(IReadOnlyList<TenantLine> Tenants, IReadOnlyList<Problem> Problems, string? Link, IFormCollection? Typed, IReadOnlyList<ModuleDescription> Modules, IReadOnlyList<EditionManifest> Editions)
{
    /// <summary>What was typed, while it is not accepted.</summary>
    public string? this[string name] => Problems.Count > 0 ? Typed?[name].ToString() : null;

    /// <summary>Whether a module is ticked: as typed, or those the product comes with.</summary>
    public bool Has(ModuleDescription module) => Problems.Count > 0 && Typed is not null ? Typed["modules"].Contains(module.Key) : module.Boxed;
}

/// <param name="Detail">The tenant.</param>
/// <param name="Modules">All modules and plugins of the installation.</param>
/// <param name="Problems">What was wrong with the form sent last.</param>
/// <param name="Link">Where an administrator who was locked out sets a new password.</param>
internal sealed record TenantDetailModel(TenantDetail Detail, IReadOnlyList<ModuleDescription> Modules, IReadOnlyList<Problem> Problems, string? Link);
