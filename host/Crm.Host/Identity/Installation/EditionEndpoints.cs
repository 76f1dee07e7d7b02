using Crm.Host.Web;
using Crm.Platform.Editions;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.Installation;

/// <summary>The page on which the administrator of the installation takes in editions and sees who has which.</summary>
internal static class EditionEndpoints
{
    private const string Home = "/installation/editions";
    private const int Largest = 210 << 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization(Schemes.Installation).DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator));
        group.MapPost("", Install).WithFormOptions(multipartBodyLengthLimit: Largest).WithMetadata(new RequestSizeLimitAttribute(Largest));
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, IReadOnlyList<Problem>? problems = null, Label? done = null)
    {
        var list = await mediator.Send(new ListEditions(), http.RequestAborted);
        if (list.Failed) return Page.Problem(http, list.Problems);
        return Forms.Private<EditionsPage>(
            http, Forms.Model(new EditionsModel(list.Value, problems ?? [], done?.ToString())), problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Install(HttpContext http, IMediator mediator, IFormFile? file)
    {
        if (file is null or { Length: 0 })
        {
            return await Show(http, mediator, [new Problem("no-file", ("ファイルが選択されていません。", "No file was chosen."), (".crmedition ファイルを選択してください。", "Choose a .crmedition file."), "file")]);
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, http.RequestAborted);
        var installed = await mediator.Send(new InstallEdition(content.ToArray()), http.RequestAborted);
        if (installed.Failed) return await Show(http, mediator, installed.Problems);
        var edition = installed.Value.Manifest;
        return await Show(
            http, mediator,
            done: ($"「{edition.Name.Ja}」{edition.Version} を導入しました。新しいテナントの作成時に選べます。既存のテナントでは、管理者が「設定 → エディション」で適用・更新します。",
                $"“{edition.Name.En}” {edition.Version} is installed. New tenants can be made from it; administrators of the others apply or upgrade it under Settings → Edition."));
    }
}

/// <param name="Editions">All that are installed.</param>
/// <param name="Problems">What was wrong with the file sent last.</param>
/// <param name="Done">What was done.</param>
internal sealed record EditionsModel(IReadOnlyList<EditionLine> Editions, IReadOnlyList<Problem> Problems, string? Done);
