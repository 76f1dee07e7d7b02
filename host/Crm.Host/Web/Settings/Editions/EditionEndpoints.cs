// The edition of the tenant: which it has, what an upgrade would do, upgrade, roll back; and what the shell shows of its brand.
using Crm.Host.Web.Shell;
using Crm.Platform.Editions;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using MediatR;

namespace Crm.Host.Web.Settings.Editions;

/// <param name="View">What the tenant has and can have.</param>
/// <param name="Outcome">What would be done, or was; null when nothing was asked.</param>
/// <param name="Done">What was done; null while it is only a preview.</param>
/// <param name="Problems">Why it was not done.</param>
internal sealed record EditionModel(EditionView View, EditionOutcome? Outcome, string? Done, IReadOnlyList<Problem> Problems);

internal static class EditionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/edition", Show);
        routes.MapPost("/settings/edition", Apply);
        routes.MapPost("/settings/edition/rollback", RollBack);
        routes.MapGet("/brand/style.css", Style);
        routes.MapGet("/brand/logo", Picture);
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, string? edition, string? version)
    {
        if (version is not { Length: > 0 }) return await Page(http, mediator, null, null, []);
        var preview = await mediator.Send(new PreviewEdition(edition is { Length: > 0 } ? edition : null, version), http.RequestAborted);
        return preview.Failed ? await Page(http, mediator, null, null, preview.Problems) : await Page(http, mediator, preview.Value, null, []);
    }

    private static async Task<IResult> Apply(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var applied = await mediator.Send(new ApplyEdition(Given(form["edition"]), Given(form["version"])), http.RequestAborted);
        return applied.Failed
            ? await Page(http, mediator, null, null, applied.Problems)
            : await Page(http, mediator, applied.Value, Texts.L($"{applied.Value.ToVersion} を適用しました。", $"{applied.Value.ToVersion} is applied."), []);

        static string? Given(string? text) => text is { Length: > 0 } ? text : null;
    }

    private static async Task<IResult> RollBack(HttpContext http, IMediator mediator)
    {
        var back = await mediator.Send(new RollBackEdition(), http.RequestAborted);
        return back.Failed
            ? await Page(http, mediator, null, null, back.Problems)
            : await Page(http, mediator, back.Value, back.Value.ToVersion is { } version ? Texts.L($"{version} に戻しました。", $"It is back at {version}.") : Texts.L("適用を取り消しました。", "It is taken back."), []);
    }

    private static async Task<IResult> Page(HttpContext http, IMediator mediator, EditionOutcome? outcome, string? done, IReadOnlyList<Problem> problems)
    {
        var view = await mediator.Send(new GetEdition(), http.RequestAborted);
        if (view.Failed) return Web.Page.Problem(http, view.Problems);
        return Web.Page.Of<EditionPage>(
            http, new Dictionary<string, object?> { [nameof(EditionPage.Model)] = new EditionModel(view.Value, outcome, done, problems) },
            problems.Count > 0 ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    /// <summary>The address has the brand's stamp in it, so that browsers keep it until the brand changes.</summary>
    private static IResult Style(HttpContext http, Current current)
    {
        if (current.Tenant.Branding is not { Accent: not null } brand) return Results.NotFound();
        http.Response.Headers.CacheControl = Kept(http, brand);
        return Results.Text(brand.Style(), "text/css; charset=utf-8");
    }

    private static async Task<IResult> Picture(HttpContext http, Current current, EditionStore editions)
    {
        if (current.Tenant.Branding is not { Logo: { } digest } brand || await editions.Logo(digest, http.RequestAborted) is not { } logo) return Results.NotFound();
        http.Response.Headers.CacheControl = Kept(http, brand);

        // An SVG opened by itself is a document: it may do nothing at all.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
        return Results.Bytes(logo.Content, logo.Type);
    }

    private static string Kept(HttpContext http, Branding brand) => http.Request.Query["v"] == brand.Stamp ? "private, max-age=31536000, immutable" : "no-cache";
}
