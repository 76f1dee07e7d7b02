// The import wizard: upload → which column is which → rehearsal with a report → run with progress → undo; and the export of a list.
using System.Globalization;
using Crm.Host.Identity;
using Crm.Host.Web.Forms;
using Crm.Host.Web.Lists;
using Crm.Host.Web.Shell;
using Crm.Platform.Export;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Import;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Host.Web.Imports;

internal static class ImportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var wizard = routes.MapGroup("").AddEndpointFilter(OnlyWhoMayImport);
        wizard.MapGet("/import", Start);
        wizard.MapPost("/import", Upload).TakesFiles(routes);
        wizard.MapGet("/import/map", MapColumns);
        
        // A file may have 2,000 columns, each with its name, field and options.
        wizard.MapPost("/import/map", Run).WithFormOptions(valueCountLimit: 20_000);
        routes.MapGet("/import/{id:guid}", Show);
        routes.MapPost("/import/{id:guid}/run", RunForReal);
        routes.MapPost("/import/{id:guid}/undo", Undo);
        routes.MapGet("/import/{id:guid}/refused", Refused);
        routes.MapGet("/r/{type}/export", Export);
        routes.MapGet("/r/{type}/export-for", (string type, HttpContext http) => Page.Of<ExportFor>(http, new Dictionary<string, object?> { [nameof(ExportFor.Address)] = ListAddress.Parse(type, http.Request.Query) }));
    }

    /// <summary>The requests refuse too; here nobody chooses a file first and hears it afterwards.</summary>
    private static async ValueTask<object?> OnlyWhoMayImport(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.RequestServices.GetRequiredService<Current>().Actor.May(PlatformPermissions.Import)
            ? await next(call)
            : Page.Problem(call.HttpContext, [Problems.Forbidden(PlatformPermissions.Import)]);

    private static async Task<IResult> Start(HttpContext http, IMediator mediator, Current current, string? type)
    {
        var recent = await mediator.Send(new ListImports(null, 20), http.RequestAborted);
        return View<ImportStart>(http, new StartModel(Types(current), type, recent.Value, []));
    }

    private static async Task<IResult> Upload(HttpContext http, IMediator mediator, Current current, IFiles files)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var type = form["type"].ToString();
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            var recent = await mediator.Send(new ListImports(null, 20), http.RequestAborted);
            return View<ImportStart>(http, new StartModel(Types(current), type, recent.Value, [Problems.Required("file", ("ファイル", "File"))]), 422);
        }

        await using var content = file.OpenReadStream();
        var id = await files.Save(Path.GetFileName(file.FileName), file.ContentType, content, http.RequestAborted);
        return Page.GoTo(http, $"/import/map?type={Uri.EscapeDataString(type)}&file={id}");
    }

    private static Task<IResult> MapColumns(HttpContext http, IMediator mediator, Current current, string type, Guid file) =>
        Map(http, mediator, current, type, file, null, []);

    private static async Task<IResult> Map(HttpContext http, IMediator mediator, Current current, string type, Guid file, ImportSettings? settings, IReadOnlyList<Problem> problems, MappingsThatStillFit? before = null)
    {
        if (!current.Catalog.TryGet(type, out var known)) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var preview = await mediator.Send(new InspectFile(type, file, settings, before), http.RequestAborted);
        if (preview.Failed && settings is not null) return Page.Problem(http, preview.Problems);
        if (preview.Failed)
        {
            var recent = await mediator.Send(new ListImports(null, 20), http.RequestAborted);
            return View<ImportStart>(http, new StartModel(Types(current), type, recent.Value, preview.Problems), 422);
        }

        return View<ImportMap>(http, new MapModel(known, file, preview.Value, problems), problems.Count > 0 ? 422 : 200);
    }

    private static async Task<IResult> Run(HttpContext http, IMediator mediator, Current current)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var type = form["type"].ToString();
        if (!Guid.TryParse(form["file"], out var file)) return Page.GoTo(http, "/import");
        var settings = ImportForm.Read(form);

        // Another encoding, sheet or header gives other columns: look again before anything runs.
        if (form["action"] == "look") return await Map(http, mediator, current, type, file, settings with { Columns = [] }, [], ImportForm.Before(form, settings));
        if (form["action"] == "plain") return await Map(http, mediator, current, type, file, settings with { Columns = [], Format = ImportFormats.None }, []);
        var started = await mediator.Send(new StartImport(type, file, settings, form["action"] != "run"), http.RequestAborted);
        return started.Failed
            ? await Map(http, mediator, current, type, file, settings, started.Problems)
            : Page.GoTo(http, $"/import/{started.Value}");
    }

    private static async Task<IResult> Show(HttpContext http, IMediator mediator, Current current, Guid id, long after = 0)
    {
        var import = await mediator.Send(new GetImport(id), http.RequestAborted);
        if (import.Failed) return Page.Problem(http, import.Problems);
        var problems = await mediator.Send(new ListImportProblems(id, after, 200), http.RequestAborted);
        var type = current.Catalog.TryGet(import.Value.RecordType, out var known) ? known : null;
        return View<ImportPage>(http, new ReportModel(import.Value, type, problems.Value));
    }

    private static async Task<IResult> RunForReal(HttpContext http, IMediator mediator, Guid id)
    {
        var import = await mediator.Send(new GetImport(id), http.RequestAborted);
        if (import.Failed) return Page.Problem(http, import.Problems);
        var started = await mediator.Send(new StartImport(import.Value.RecordType, import.Value.File, import.Value.Settings, DryRun: false), http.RequestAborted);
        return started.Failed ? Page.Problem(http, started.Problems) : Page.GoTo(http, $"/import/{started.Value}");
    }

    private static async Task<IResult> Undo(HttpContext http, IMediator mediator, Guid id)
    {
        var undone = await mediator.Send(new UndoImport(id), http.RequestAborted);
        if (undone.Failed) return Page.Problem(http, undone.Problems);
        var (restored, kept) = undone.Value;
        Flash.Say(http, new(Texts.L(
            $"取り込みを取り消しました({restored:N0} 件)。" + (kept.Count > 0 ? $"その後に変更された {kept.Count:N0} 項目は残しました。" : ""),
            $"The import is undone ({restored:N0} records)." + (kept.Count > 0 ? $" {kept.Count:N0} fields changed since were kept." : ""))));
        return Page.GoTo(http, $"/import/{id}");
    }

    private static async Task<IResult> Refused(HttpContext http, IMediator mediator, Guid id)
    {
        var file = Temporary();
        var written = await mediator.Send(new ExportRefusedRows(id, file), http.RequestAborted);
        if (written.Failed)
        {
            await file.DisposeAsync();
            return Page.Problem(http, written.Problems);
        }

        file.Position = 0;
        return Results.File(file, written.Value.ContentType, $"{Texts.L("エラーの行", "refused-rows")}.{written.Value.Extension}");
    }

    private static FileStream Temporary() => new(
        Path.Combine(Path.GetTempPath(), "crm-export-" + Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>Written to a temporary file first: only then is it known whether every character fits the encoding.</summary>
    private static async Task<IResult> Export(string type, HttpContext http, IMediator mediator, Current current, TimeProvider clock, string? format, string? use, bool leftOut = false)
    {
        if (!current.Catalog.TryGet(type, out var known)) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var address = ListAddress.Parse(type, http.Request.Query);
        var kind = ExportFile.Of(format ?? "") ?? ExportFile.All[0];
        var file = Temporary();
        var written = await mediator.Send(
            new ExportRecords(type, kind.Format, file) { Filter = address.ToFilter(known, current.Tenant, current.Actor, clock), Sort = address.Sort, Fields = address.Columns is null ? null : RecordList.Columns(known, address.Columns), Use = string.IsNullOrEmpty(use) ? null : use, LeftOut = leftOut },
            http.RequestAborted);
        if (written.Failed || (!written.Value.IsComplete && http.Request.Query["lossy"] != "true"))
        {
            await file.DisposeAsync();
            return written.Failed ? Page.Problem(http, written.Problems) : View<ExportLosses>(http, new LossModel(known, written.Value, http.Request.QueryString.Value ?? ""), 422);
        }

        file.Position = 0;
        return Results.File(file, kind.ContentType, $"{known.Plural}-{clock.Today(current.Tenant).ToString("yyyyMMdd", CultureInfo.InvariantCulture)}.{kind.Extension}");
    }

    private static List<RecordType> Types(Current current) =>
        [.. current.Catalog.RecordTypes.Where(t => current.Actor.Reach(t.Key, RecordAction.Create) != Reach.None).OrderBy(t => t.Owner, StringComparer.Ordinal).ThenBy(t => t.Key, StringComparer.Ordinal)];

    private static IResult View<TScreen>(HttpContext http, object model, int status = 200) where TScreen : ModelScreen =>
        Page.Of<TScreen>(http, new Dictionary<string, object?> { [nameof(ModelScreen.Model)] = model }, status);
}

internal sealed record StartModel(IReadOnlyList<RecordType> Types, string? Chosen, IReadOnlyList<ImportView> Recent, IReadOnlyList<Problem> Problems);

internal sealed record MapModel(RecordType Type, Guid File, FilePreview Preview, IReadOnlyList<Problem> Problems);

internal sealed record ReportModel(ImportView Import, RecordType? Type, IReadOnlyList<ImportProblem> Problems);

internal sealed record LossModel(RecordType Type, Platform.Tabular.TabularExport Export, string Query);
