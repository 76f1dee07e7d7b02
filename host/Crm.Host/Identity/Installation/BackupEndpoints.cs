using System.Globalization;
using Crm.Host.Web;
using Crm.Platform.Backup;
using Crm.Sdk;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Identity.Installation;

/// <summary>The page of the installation's backups: when and where to, the last ones, one now.</summary>
internal static class BackupEndpoints
{
    private const string Home = "/installation/backups";

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Home).RequireAuthorization(Schemes.Installation).DisableAntiforgery().ExcludeFromDescription().AddEndpointFilter(Forms.Check);
        group.MapGet("", (HttpContext http, IMediator mediator) => Show(http, mediator, http.Request.Query.ContainsKey("started")));
        group.MapPost("", Save);
        group.MapPost("/now", Now);
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, bool started, IReadOnlyList<Problem>? problems = null)
    {
        var overview = await mediator.Send(new ListBackups(), http.RequestAborted);
        if (overview.Failed) return Page.Problem(http, overview.Problems);
        var typed = problems is { Count: > 0 } && http.Request.HasFormContentType ? http.Request.Form : null;
        return Forms.Private<BackupsPage>(
            http, Forms.Model(new BackupsModel(overview.Value, problems ?? [], started, typed)), problems is { Count: > 0 } ? ProblemStatus.Of(problems) : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Save(
        HttpContext http, IMediator mediator, [FromForm] bool? active, [FromForm] string? folder, [FromForm] string? hour, [FromForm] string? timeZone, [FromForm] string? keep)
    {
        var saved = await mediator.Send(new SaveBackupPlan(active == true, folder?.Trim() ?? "", Number(hour), timeZone?.Trim() ?? "", Number(keep)), http.RequestAborted);
        return saved.Failed ? await Show(http, mediator, false, saved.Problems) : Page.GoTo(http, Home);
    }

    private static async Task<IResult> Now(HttpContext http, IMediator mediator)
    {
        var started = await mediator.Send(new BackUpNow(), http.RequestAborted);
        return started.Failed ? await Show(http, mediator, false, started.Problems) : Page.GoTo(http, Home + "?started=1");
    }

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}

/// <param name="Overview">The plan and the last backups.</param>
/// <param name="Problems">What was wrong with the form sent last.</param>
/// <param name="Started">Whether one was just asked for.</param>
/// <param name="Typed">The form sent last, while it is not accepted.</param>
internal sealed record BackupsModel(BackupOverview Overview, IReadOnlyList<Problem> Problems, bool Started, IFormCollection? Typed)
{
    public string Value(string name, string saved) => Typed?[name].ToString() ?? saved;
}
