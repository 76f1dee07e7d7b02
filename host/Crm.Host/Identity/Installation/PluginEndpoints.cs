using Crm.Host.Web;
using Crm.Platform.Plugins;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.Installation;

/// <summary>The page on which the administrator of the installation takes plugins in and out, and says whose packages are trusted.</summary>
internal static class PluginEndpoints
{
    private const string Home = "/installation/plugins";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization(Schemes.Installation).DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator));
        group.MapPost("", Install).WithFormOptions(multipartBodyLengthLimit: 60 << 20).WithMetadata(new RequestSizeLimitAttribute(60 << 20));
        group.MapPost("/{key}/remove", Remove);
        group.MapPost("/keys", Trust);
        group.MapPost("/keys/forget", Forget);
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem>? problems = null, Label? done = null, IReadOnlyList<Label>? notices = null)
    {
        var list = await mediator.Send(new ListPlugins(), http.RequestAborted);
        if (list.Failed) return Page.Problem(http, list.Problems);
        var typed = problems is { Count: > 0 } && http.Request.HasFormContentType ? http.Request.Form : null;
        return Forms.Private<PluginsPage>(
            http, Forms.Model(new PluginsModel(list.Value, problems ?? [], done?.ToString(), notices ?? [], typed)), problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Install(HttpContext http, IMediator mediator, IFormFile? file)
    {
        if (file is null or { Length: 0 })
        {
            return await Show(http, mediator, [new Problem("no-file", ("ファイルが選択されていません。", "No file was chosen."), (".crmplugin ファイルを選択してください。", "Choose a .crmplugin file."), "file")]);
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, http.RequestAborted);
        var installed = await mediator.Send(new InstallPlugin(content.ToArray()), http.RequestAborted);
        if (installed.Failed) return await Show(http, mediator, installed.Problems);
        var (name, version) = (installed.Value.Name, installed.Value.Version);
        return await Show(
            http, mediator,
            done: ($"「{name.Ja}」{version} を導入しました。各テナントの管理者が「設定 → モジュール」で有効にできます。", $"“{name.En}” {version} is installed. The administrators of the tenants switch it on under Settings → Modules."), notices: installed.Value.Notices);
    }

    private static async Task<IResult> Remove(HttpContext http, IMediator mediator, string key, [FromForm] bool purge)
    {
        var removed = await mediator.Send(new RemovePlugin(key, purge), http.RequestAborted);
        if (removed.Failed) return await Show(http, mediator, removed.Problems);
        return await Show(
            http, mediator,
            done: purge ? ($"「{key}」とそのデータを消去しました。", $"“{key}” and its data are gone.") : ($"「{key}」を取り除きました。データは残っています。", $"“{key}” is gone; its data is kept."));
    }

    private static async Task<IResult> Trust(HttpContext http, IMediator mediator, [FromForm] string? name, [FromForm] string? pem)
    {
        var trusted = await mediator.Send(new TrustKey(name ?? "", pem ?? ""), http.RequestAborted);
        return trusted.Failed ? await Show(http, mediator, trusted.Problems) : Page.GoTo(http, Home);
    }

    private static async Task<IResult> Forget(HttpContext http, IMediator mediator, [FromForm] string? name)
    {
        var forgotten = await mediator.Send(new ForgetKey(name ?? ""), http.RequestAborted);
        return forgotten.Failed ? await Show(http, mediator, forgotten.Problems) : Page.GoTo(http, Home);
    }
}

/// <param name="List">Plugins and keys.</param>
/// <param name="Problems">What was wrong with the form sent last.</param>
/// <param name="Done">What was done.</param>
/// <param name="Notices">What is worth knowing of it.</param>
/// <param name="Typed">The form sent last, while it is not accepted.</param>
internal sealed record PluginsModel(PluginList List, IReadOnlyList<Problem> Problems, string? Done, IReadOnlyList<Label> Notices, IFormCollection? Typed);
