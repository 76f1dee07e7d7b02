// One record: its page, its forms, saving, the bin.
using Crm.Host.Web.Forms;
using Crm.Host.Web.Shell;
using Crm.Platform.Catalog;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Host.Web.Records;

internal static class RecordEndpoints
{
    private const string Owner = "owner";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/r/{type}/new", New);
        routes.MapPost("/r/{type}", (string type, HttpContext http, IMediator mediator, Current current) => Save(type, null, http, mediator, current)).TakesFiles(routes);
        routes.MapPost("/r/{type}/hints", Hints);
        routes.MapGet("/r/{type}/{id:guid}", (string type, Guid id, string? tab, HttpContext http) => Page.Of<RecordScreen>(
            http, new Dictionary<string, object?> { [nameof(RecordScreen.Type)] = type, [nameof(RecordScreen.Id)] = id, [nameof(RecordScreen.Tab)] = tab }));
        routes.MapGet("/r/{type}/{id:guid}/edit", Edit);
        routes.MapPost("/r/{type}/{id:guid}", (string type, Guid id, HttpContext http, IMediator mediator, Current current) => Save(type, id, http, mediator, current)).TakesFiles(routes);
        routes.MapGet("/r/{type}/{id:guid}/field/{field}", EditField);
        routes.MapPost("/r/{type}/{id:guid}/field/{field}", SaveField).TakesFiles(routes);
        routes.MapPost("/r/{type}/{id:guid}/delete", Delete);
        routes.MapPost("/r/{type}/{id:guid}/restore", Restore);
    }

    private static async Task<IResult> New(string type, HttpContext http, IMediator mediator, Current current)
    {
        if (current.See(type) is not { } known) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        if (current.Actor.Reach(type, RecordAction.Create) == Reach.None) return Page.Problem(http, [Sdk.Problems.Forbidden(type + ":create")]);
        var values = FormValues.FromQuery(http.Request.Query, known);

        // Who enters a record keeps it, unless the form says otherwise; an empty owner in the form would mean nobody.
        values.TryAdd(Owner, current.Actor.Id);
        return Form(http, known, null, values, [], await TitlesOf(http, mediator, known, values, null), http.Request.Query["_return"]);
    }

    private static async Task<IResult> Hints(string type, Guid? id, HttpContext http, IMediator mediator, Current current)
    {
        if (current.See(type) is not { } known) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var form = await FormValues.Read(http, known, current.Tenant, mediator);
        return Page.Of<FormHints>(http, new Dictionary<string, object?>
        {
            [nameof(FormHints.Type)] = known, [nameof(FormHints.Id)] = id, [nameof(FormHints.Values)] = form.Values,
        });
    }

    private static async Task<IResult> Edit(string type, Guid id, HttpContext http, IMediator mediator)
    {
        var found = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        if (found.Failed) return Page.Problem(http, found.Problems);
        if (!found.Value.MayEdit) return Page.Problem(http, [Sdk.Problems.Forbidden(type + ":edit")]);
        return Form(http, found.Value.Type, found.Value, found.Value.Values.ToDictionary(v => v.Key, v => (object?)v.Value), [], found.Value.Titles, null);
    }

    private static async Task<IResult> Save(string type, Guid? id, HttpContext http, IMediator mediator, Current current)
    {
        if (current.See(type) is not { } known) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var form = await FormValues.Read(http, known, current.Tenant, mediator);
        DropTheirs(http, form);
        if (form.Fill is { } postal)
        {
            var towns = PostalFill.Into(form.Values, known, postal);
            return await Again(http, mediator, known, id, form, [], towns);
        }

        if (form.Problems.Count > 0) return await Again(http, mediator, known, id, form, form.Problems);
        var saved = await mediator.Send(new SaveRecord(type, id, form.Values) { Version = form.Version, Reason = form.Reason }, http.RequestAborted);
        if (!saved.Failed)
        {
            var done = saved.Value.Created ? Texts.L($"{known.Label}を登録しました。", $"The {Texts.Inside(known.Label)} was created.") : Texts.L("保存しました。", "Saved.");
            var now = await mediator.Send(new GetRecord(type, saved.Value.Id), http.RequestAborted);
            Flash.Say(http, new(string.Join(' ', ((string?[])[done, now.Failed ? null : Told(now.Value, current)]).OfType<string>())));
            return Page.GoTo(http, form.ReturnTo is { } back && back != Routes.List(type) ? back : Routes.Record(type, saved.Value.Id));
        }

        // Others of the kind are refusals: an issued quote, a deal that is won. They come back with the form.
        if (id is { } changed && saved.Problems[0].Code == "conflict") return await Reconcile(http, mediator, current, type, changed, form);

        return saved.Problems[0].Kind is ProblemKind.NotFound or ProblemKind.Forbidden
            ? Page.Problem(http, saved.Problems)
            : await Again(http, mediator, known, id, form, saved.Problems);
    }

    // Somebody else saved in between. Values that only one of the two changed are merged; the others are asked.
    private static async Task<IResult> Reconcile(HttpContext http, IMediator mediator, Current current, string type, Guid id, FormValues form)
    {
        var now = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        if (now.Failed) return Page.Problem(http, now.Problems);
        var saves = now.Value.Version - (form.Version ?? 0);
        var history = await mediator.Send(new GetHistory(type, id) { Limit = saves }, http.RequestAborted);
        var since = !history.Failed && history.Value.Count == saves ? history.Value : null;
        var edit = ConcurrentEdit.Of(form.Values.Where(v => now.Value.Type.TryGet(v.Key, out _)).ToDictionary(), now.Value, since, current.Tenant);
        if (edit.Both.Count == 0)
        {
            var merged = edit.Mine.Count == 0
                ? new SavedRecord(id, now.Value.Version, Created: false)
                : await mediator.Send(new SaveRecord(type, id, edit.Mine) { Version = now.Value.Version, Reason = form.Reason }, http.RequestAborted);
            if (merged.Failed) return await Again(http, mediator, now.Value.Type, id, form, merged.Problems);
            Flash.Say(http, new(Texts.L("ほかの人の変更と合わせて保存しました。", "Saved together with somebody else's changes.")));
            return Page.GoTo(http, form.ReturnTo ?? Routes.Record(type, id));
        }

        return Page.Of<ConflictPage>(http, new Dictionary<string, object?>
        {
            [nameof(ConflictPage.Type)] = now.Value.Type,
            [nameof(ConflictPage.Record)] = now.Value,
            [nameof(ConflictPage.Edit)] = edit,
            [nameof(ConflictPage.Reason)] = form.Reason,
        }, StatusCodes.Status409Conflict);
    }

    // On the page of a conflict the user chose, field by field, whose value stays.
    private static void DropTheirs(HttpContext http, FormValues form)
    {
        foreach (var (name, value) in http.Request.Form)
        {
            if (name.StartsWith("_keep.", StringComparison.Ordinal) && value == "theirs") form.Values.Remove(name["_keep.".Length..]);
        }
    }

    private static async Task<IResult> Again(HttpContext http, IMediator mediator, RecordType type, Guid? id, FormValues form, IReadOnlyList<Problem> problems, IReadOnlyList<string>? towns = null)
    {
        RecordView? record = null;
        if (id is { } known)
        {
            var found = await mediator.Send(new GetRecord(type.Key, known), http.RequestAborted);
            if (found.Failed) return Page.Problem(http, found.Problems);
            record = found.Value with { Version = form.Version ?? found.Value.Version };
        }

        var titles = await TitlesOf(http, mediator, type, form.Values, record?.Titles);
        return Form(http, record?.Type ?? type, record, form.Values, problems, titles, form.ReturnTo, towns);
    }

    private static IResult Form(
        HttpContext http, RecordType type, RecordView? record, IReadOnlyDictionary<string, object?> values, IReadOnlyList<Problem> problems,
        IReadOnlyDictionary<Guid, string> titles, string? returnTo, IReadOnlyList<string>? towns = null) =>
        Page.Of<RecordEdit>(http, new Dictionary<string, object?>
        {
            [nameof(RecordEdit.Type)] = type,
            [nameof(RecordEdit.Record)] = record,
            [nameof(RecordEdit.Values)] = values,
            [nameof(RecordEdit.Problems)] = problems,
            [nameof(RecordEdit.Titles)] = titles,
            [nameof(RecordEdit.PostalChoices)] = towns ?? [],
            [nameof(RecordEdit.ReturnTo)] = Page.IsOurs(returnTo) ? returnTo : null,
        }, problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : 200);

    private static async Task<IResult> EditField(string type, Guid id, string field, HttpContext http, IMediator mediator, string? show)
    {
        var found = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        if (found.Failed) return Page.Problem(http, found.Problems);
        return found.Value.Type.TryGet(field, out var known)
            ? OneField(http, found.Value, known, null, [], saved: show is not null)
            : Page.Problem(http, [ScreenProblems.NoType(type)]);
    }

    private static async Task<IResult> SaveField(string type, Guid id, string field, HttpContext http, IMediator mediator, Current current)
    {
        if (current.See(type) is not { } known || !known.TryGet(field, out var described)) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var form = await FormValues.Read(http, known, current.Tenant, mediator);

        // An address is changed as one; any other field alone.
        var address = FieldRow.AddressOf(known, described);
        var values = form.Values.Where(v => v.Key == field || address.Exists(f => f.Key == v.Key)).ToDictionary();
        if (form.Fill is { } postal)
        {
            PostalFill.Into(values, known, postal);
            var shown = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
            return shown.Failed ? Page.Problem(http, shown.Problems) : OneField(http, shown.Value, described, values, [], saved: false);
        }

        var saved = form.Problems.Count > 0
            ? Result<SavedRecord>.Fail(form.Problems)
            : await mediator.Send(new SaveRecord(type, id, values) { Version = form.Version, Reason = form.Reason }, http.RequestAborted);
        var now = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        if (now.Failed) return Page.Problem(http, now.Problems);
        if (saved.Failed) return OneField(http, now.Value, described, values, saved.Problems, saved: false);
        var told = Told(now.Value, current);
        if (!http.Request.Headers.ContainsKey("HX-Request"))
        {
            if (told is not null) Flash.Say(http, new(told));
            return Page.GoTo(http, Routes.Record(type, id));
        }

        // The rest of the page shows the same version, titles and computed values only after it is read again.
        http.Response.Headers["HX-Trigger"] = "record-saved";
        return OneField(http, now.Value, described, null, [], saved: true, told);
    }

    private static IResult OneField(HttpContext http, RecordView record, Field field, IReadOnlyDictionary<string, object?>? typed, IReadOnlyList<Problem> problems, bool saved, string? told = null) =>
        Page.Of<FieldEdit>(http, new Dictionary<string, object?>
        {
            [nameof(FieldEdit.Record)] = record,
            [nameof(FieldEdit.Field)] = field,
            [nameof(FieldEdit.Typed)] = typed,
            [nameof(FieldEdit.Problems)] = problems,
            [nameof(FieldEdit.Saved)] = saved,
            [nameof(FieldEdit.Told)] = told,
        }, problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : 200);

    /// <summary>What the record says after a save that whoever saved should hear at once: 要確認: 電話番号として読めない.</summary>
    private static string? Told(RecordView record, Current current) =>
        string.Join(' ', record.Type.Fields.Where(f => f.ToldOnSave && record[f.Key] is not null).Select(f => $"{f.Label}: {ValueText.Of(f, record[f.Key], current.Tenant)}")) is { Length: > 0 } told ? told : null;

    private static async Task<IResult> Delete(string type, Guid id, HttpContext http, IMediator mediator)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var deleted = await mediator.Send(new DeleteRecords(type, [id]) { Version = int.TryParse(form["_version"], out var version) ? version : null }, http.RequestAborted);
        if (deleted.Failed) return Page.Problem(http, deleted.Problems);
        if (deleted.Value.Rows is [{ Action: RowAction.Refused } refused]) return Page.Problem(http, refused.Problems);
        Flash.Say(http, new(Texts.L("ごみ箱に入れました。", "Moved to the bin."), deleted.Value.ChangeSet));
        return Page.GoTo(http, Routes.List(type));
    }

    private static async Task<IResult> Restore(string type, Guid id, HttpContext http, IMediator mediator)
    {
        var restored = await mediator.Send(new RestoreRecords(type, [id]), http.RequestAborted);
        if (restored.Failed) return Page.Problem(http, restored.Problems);
        if (restored.Value.Rows is [{ Action: RowAction.Refused } refused]) return Page.Problem(http, refused.Problems);
        Flash.Say(http, new(Texts.L("元に戻しました。", "Restored.")));
        return Page.GoTo(http, Routes.Record(type, id));
    }

    /// <summary>Titles of the records that a form refers to and that the record itself did not bring along.</summary>
    private static async Task<IReadOnlyDictionary<Guid, string>> TitlesOf(
        HttpContext http, IMediator mediator, RecordType type, IReadOnlyDictionary<string, object?> values, IReadOnlyDictionary<Guid, string>? known)
    {
        var titles = known?.ToDictionary() ?? [];
        Guid? Chosen(Field field) => values.TryGetValue(field.Key, out var value) && Guid.TryParse(value?.ToString(), out var id) && !titles.ContainsKey(id) ? id : null;

        List<Guid> users = [.. type.Fields.Where(f => f.Kind == FieldKind.User).Select(Chosen).OfType<Guid>()];
        if (users.Count > 0)
        {
            var names = await http.RequestServices.GetRequiredService<IUserNames>().Of(http.RequestServices.GetRequiredService<Current>().Tenant, users, http.RequestAborted);
            foreach (var (id, name) in names) titles[id] = name;
        }

        foreach (var field in type.Fields.Where(f => f is { Kind: FieldKind.Reference, References: not null }))
        {
            if (Chosen(field) is not { } id) continue;
            var found = await mediator.Send(new GetRecord(field.References!, id), http.RequestAborted);
            if (!found.Failed) titles[id] = found.Value.Title;
        }

        return titles;
    }
}
