// The admin screens of a tenant: modules, own fields and record types, jobs, events that failed, audit.
using System.Globalization;
using Crm.Host.Identity;
using Crm.Host.Web.Settings.Events;
using Crm.Host.Web.Shell;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Jobs;
using Crm.Platform.Messaging;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Web.Settings;

internal static class SettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings", (HttpContext http) => Page.Of<SettingsHome>(http));
        routes.MapGet("/settings/modules", async (HttpContext http, IMediator mediator) => Show<ModulesPage, IReadOnlyList<ModuleView>>(http, await mediator.Send(new ListModules(), http.RequestAborted)));
        routes.MapPost("/settings/modules/{key}", Switch);
        routes.MapGet("/settings/tenant", ShowTenant);
        routes.MapPost("/settings/tenant", ChangeTenant);
        routes.MapGet("/settings/fields", (HttpContext http, IMediator mediator, Current current, string? type) => Fields(http, mediator, current, type, []));
        routes.MapGet("/settings/modules/{module}/settings", ModuleSettingsEndpoints.Show);
        routes.MapPost("/settings/modules/{module}/settings", ModuleSettingsEndpoints.Save);
        routes.MapPost("/settings/fields", SaveField);
        routes.MapPost("/settings/fields/remove", RemoveField);
        routes.MapPost("/settings/labels", SaveLabel);
        routes.MapPost("/settings/record-types", SaveRecordType);
        routes.MapPost("/settings/record-types/remove", RemoveRecordType);
        routes.MapGet("/settings/jobs", Jobs);
        routes.MapPost("/settings/jobs/{key}/run", async (string key, HttpContext http, IMediator mediator) =>
            Done(http, Failure(await mediator.Send(new RunJob(key), http.RequestAborted)), "/settings/jobs", new("ジョブを開始しました。", "The job is started.")));
        routes.MapGet("/settings/outbox", Outbox);
        routes.MapPost("/settings/outbox", Settle);
        routes.MapGet("/settings/webhooks", (HttpContext http, IMediator mediator) => WebhookEndpoints.Show(http, mediator));
        routes.MapPost("/settings/webhooks", WebhookEndpoints.Save);
        routes.MapPost("/settings/webhooks/delete", WebhookEndpoints.Delete);
        Editions.EditionEndpoints.Map(routes);
        Audit.AuditEndpoints.Map(routes);
        Audit.UsageEndpoints.Map(routes);
    }

    private static async Task<IResult> Switch(string key, HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var on = form["on"] == "true";
        return Done(http, await mediator.Send(new SwitchModule(key, on), http.RequestAborted), "/settings/modules", on ? new("有効にしました。", "Switched on.") : new("無効にしました。データは残っています。", "Switched off. Its data is kept."));
    }

    private static async Task<IResult> ShowTenant(HttpContext http, IMediator mediator)
    {
        var settings = await mediator.Send(new GetTenantSettings(), http.RequestAborted);
        return settings.Failed ? Page.Problem(http, settings.Problems) : View<TenantSettingsPage>(http, new TenantSettingsModel(settings.Value, []));
    }

    private static async Task<IResult> ChangeTenant(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var settings = new TenantSettings(
            form["name"].ToString(), form["timeZone"].ToString().Trim(), form["language"].ToString(), form["currency"].ToString().Trim().ToUpperInvariant(),
            int.TryParse(form["fiscalYearStart"], NumberStyles.None, CultureInfo.InvariantCulture, out var month) ? month : 0);
        var changed = await mediator.Send(new ChangeTenantSettings(settings), http.RequestAborted);
        if (changed.Failed && ProblemStatus.Of(changed.Problems) != StatusCodes.Status422UnprocessableEntity) return Page.Problem(http, changed.Problems);
        return changed.Failed
            ? View<TenantSettingsPage>(http, new TenantSettingsModel(settings, changed.Problems), StatusCodes.Status422UnprocessableEntity)
            : Done(http, changed, "/settings/tenant", new("設定を保存しました。", "The settings are saved."));
    }

    private static async Task<IResult> Fields(HttpContext http, IMediator mediator, Current current, string? type, IReadOnlyList<Problem> problems)
    {
        var types = current.Catalog.RecordTypes.OrderBy(t => t.Owner, StringComparer.Ordinal).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
        var chosen = types.Find(t => t.Key == type) ?? types.FirstOrDefault();
        if (chosen is null) return Page.Problem(http, [ScreenProblems.NoType(type ?? "")]);
        var fields = await mediator.Send(new ListFields(chosen.Key), http.RequestAborted);
        if (fields.Failed) return Page.Problem(http, fields.Problems);
        var removed = await mediator.Send(new ListRemovedRecordTypes(), http.RequestAborted);
        if (removed.Failed) return Page.Problem(http, removed.Problems);
        var editing = fields.Value.FirstOrDefault(f => f.Definition is not null && f.Field.Key == http.Request.Query["edit"]);
        return View<FieldsPage>(http, new FieldsModel(types, chosen, removed.Value, fields.Value, editing, Naming.Of(chosen, http.Request.Query["name"].ToString(), current.Catalog), problems, problems.Count > 0 && http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : null), problems.Count > 0 ? 422 : 200);
    }

    private static async Task<IResult> SaveField(HttpContext http, IMediator mediator, Current current)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var type = form["recordType"].ToString();
        var (definition, problems) = FieldForm.Read(form);
        if (problems.Count > 0) return await Fields(http, mediator, current, type, problems);
        var saved = await mediator.Send(new DefineField(type, form["key"].ToString().Trim(), definition) { Adds = form["adds"] == "true" }, http.RequestAborted);
        if (saved.Failed) return await Fields(http, mediator, current, type, saved.Problems);
        var same = current.Catalog.TryGet(type, out var known)
            ? known.Fields.FirstOrDefault(f => f.Key != saved.Value && !f.Hidden && (f.Label.Ja == definition.Ja || f.Label.En == definition.En))
            : null;
        Flash.Say(http, new(
            Texts.L("項目を保存しました。すぐに使えます。", "The field is saved and ready.")
            + (same is null ? "" : Texts.L($"「{same.Label}」という項目がほかにもあります（キー {same.Key}）。取り違えないよう、名称を変えることをお勧めします。", $" Another field is called “{same.Label}” too (key {same.Key}). Consider another name."))));
        return Page.GoTo(http, "/settings/fields?type=" + type);
    }

    private static async Task<IResult> RemoveField(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var type = form["recordType"].ToString();
        var restore = form["restore"] == "true";
        return Done(
            http, await mediator.Send(new RemoveField(type, form["key"].ToString(), restore), http.RequestAborted), "/settings/fields?type=" + type,
            restore ? new("項目を戻しました。", "The field is back.") : new("項目を外しました。値は残っています。", "The field is taken out of use. Its values are kept."));
    }

    /// <summary>The tenant's own word for a field or record type; without words the product's.</summary>
    private static async Task<IResult> SaveLabel(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (ja, en) = (form["ja"].ToString().Trim(), form["en"].ToString().Trim());
        Label? label = form["reset"] == "true" ? null : new Label(ja.Length > 0 ? ja : en, en.Length > 0 ? en : ja);
        return Done(
            http, await mediator.Send(new SetLabel(form["label"].ToString(), label), http.RequestAborted), "/settings/fields?type=" + form["recordType"],
            label is null ? new("標準の名称に戻しました。", "It is called by the product's word again.") : new("名称を変えました。", "The name is changed."));
    }

    private static async Task<IResult> RemoveRecordType(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (key, restore) = (form["key"].ToString(), form["restore"] == "true");
        return Done(
            http, await mediator.Send(new RemoveRecordType(key, restore), http.RequestAborted), restore ? "/settings/fields?type=" + key : "/settings/fields",
            restore ? new("台帳を戻しました。", "The record type is back.") : new("台帳を外しました。記録は残っています。", "The record type is taken out of use. Its records are kept."));
    }

    private static async Task<IResult> SaveRecordType(HttpContext http, IMediator mediator, Current current)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var ja = form["ja"].ToString().Trim();
        var en = form["en"].ToString().Trim();
        var saved = await mediator.Send(
            new DefineRecordType(form["key"].ToString().Trim(), new RecordTypeDefinition { Ja = ja.Length > 0 ? ja : en, En = en.Length > 0 ? en : ja }) { Adds = true }, http.RequestAborted);
        return saved.Failed ? await Fields(http, mediator, current, null, saved.Problems) : Page.GoTo(http, "/settings/fields?type=" + saved.Value);
    }

    private static async Task<IResult> Jobs(HttpContext http, IMediator mediator)
    {
        var jobs = await mediator.Send(new ListJobs(), http.RequestAborted);
        if (jobs.Failed) return Page.Problem(http, jobs.Problems);
        var runs = await mediator.Send(new ListJobRuns(), http.RequestAborted);
        return runs.Failed ? Page.Problem(http, runs.Problems) : View<JobsPage>(http, new JobsModel(jobs.Value, runs.Value));
    }

    private static async Task<IResult> Outbox(HttpContext http, IMediator mediator)
    {
        var state = await mediator.Send(new GetOutboxState(), http.RequestAborted);
        if (state.Failed) return Page.Problem(http, state.Problems);
        var dead = await mediator.Send(new ListDeadLetters(), http.RequestAborted);
        if (dead.Failed) return Page.Problem(http, dead.Problems);
        var retries = await mediator.Send(new ListRetries(), http.RequestAborted);
        return retries.Failed ? Page.Problem(http, retries.Problems) : View<OutboxPage>(http, new OutboxModel(state.Value, dead.Value, retries.Value));
    }

    private static async Task<IResult> Settle(HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!Guid.TryParse(form["event"], out var id)) return Page.GoTo(http, "/settings/outbox");
        var subscriber = form["subscriber"].ToString();
        var done = form["action"] == "discard"
            ? await mediator.Send(new DiscardDeadLetter(id, subscriber), http.RequestAborted)
            : await mediator.Send(new RetryDeadLetter(id, subscriber), http.RequestAborted);
        return Done(http, done, "/settings/outbox", new("受け付けました。", "Done."));
    }

    private static Result Failure<T>(Result<T> result) => result;

    private static IResult Done(HttpContext http, Result result, string next, Label message)
    {
        if (result.Failed) return Page.Problem(http, result.Problems);
        Flash.Say(http, new(message.ToString()));
        return Page.GoTo(http, next);
    }

    private static IResult Show<TScreen, T>(HttpContext http, Result<T> result) where TScreen : ModelScreen =>
        result.Failed ? Page.Problem(http, result.Problems) : View<TScreen>(http, result.Value!);

    private static IResult View<TScreen>(HttpContext http, object model, int status = 200) where TScreen : ModelScreen =>
        Page.Of<TScreen>(http, new Dictionary<string, object?> { [nameof(ModelScreen.Model)] = model }, status);
}

internal sealed record FieldsModel(
    IReadOnlyList<RecordType> Types, RecordType Type, IReadOnlyList<RemovedRecordType> Removed, IReadOnlyList<FieldMetadata> Fields, FieldMetadata? Editing, Naming? Naming,
    IReadOnlyList<Problem> Problems, IFormCollection? Typed);

/// <summary>A field or record type that is to be called by another word.</summary>
/// <param name="Key">Of the word, such as <c>customers.company/rank</c>.</param>
/// <param name="Now">What it is called.</param>
/// <param name="IsOwn">Whether that is the tenant's own word.</param>
internal sealed record Naming(string Key, Label Now, bool IsOwn)
{
    public static Naming? Of(RecordType type, string key, TenantCatalog catalog)
    {
        Label? now = key == type.Key ? type.Label
            : key == type.Key + "#plural" ? type.Plural
            : key.StartsWith(type.Key + "/", StringComparison.Ordinal) && type.TryGet(key[(type.Key.Length + 1)..], out var field) ? field.Label
            : null;
        return now is { } label ? new(key, label, catalog.Labels.ContainsKey(key)) : null;
    }
}

internal sealed record TenantSettingsModel(TenantSettings Settings, IReadOnlyList<Problem> Problems);

internal sealed record JobsModel(IReadOnlyList<JobOverview> Jobs, IReadOnlyList<JobRunView> Runs);

internal sealed record OutboxModel(OutboxState State, IReadOnlyList<DeadLetter> Dead, IReadOnlyList<DeadLetter> Retries);
