// Lists: the page itself, its filter editor, saved views, and what happens to ticked rows.
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Platform.Views;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Web;
using Crm.Host.Web.Forms;
using Crm.Host.Web.Shell;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Crm.Host.Web.Lists;

internal static class RecordListEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/r/{type}", (string type, HttpContext http) => List(http, ListAddress.Parse(type, http.Request.Query)));
        routes.MapGet("/r/{type}/filter", EditFilter);
        routes.MapGet("/r/{type}/filter/apply", ApplyFilter);
        routes.MapGet("/r/{type}/columns", (string type, HttpContext http, string? at) => Menu<ColumnMenu>(http, At(type, at)));
        routes.MapPost("/r/{type}/views", KeepView);
        routes.MapPost("/r/{type}/views/delete", ForgetView);
        routes.MapPost("/r/{type}/bulk", Bulk).TakesFiles(routes);
        routes.MapPost("/r/undo", Undo);
    }

    private static IResult List(HttpContext http, ListAddress address) =>
        Page.Of<RecordList>(http, new Dictionary<string, object?> { [nameof(RecordList.Address)] = address });

    // Both menus take the address of their list as FilterMenu.Address and ColumnMenu.Address.
    private static IResult Menu<TMenu>(HttpContext http, ListAddress address) where TMenu : Screen =>
        Page.Of<TMenu>(http, new Dictionary<string, object?> { [nameof(FilterMenu.Address)] = address });

    private static IResult EditFilter(string type, HttpContext http, string? field, string? op, string? at) => field is null
        ? Menu<FilterMenu>(http, At(type, at))
        : Page.Of<FilterEditor>(http, new Dictionary<string, object?>
        {
            [nameof(FilterEditor.Address)] = At(type, at),
            [nameof(FilterEditor.Key)] = field,
            [nameof(FilterEditor.Op)] = Enum.TryParse<FilterOp>(op, ignoreCase: true, out var parsed) ? parsed : null,
        });

    private static IResult ApplyFilter(string type, HttpContext http, string field, string? op, string? was, string? at, string? period, string? empty)
    {
        var address = At(type, at);
        if (Enum.TryParse<FilterOp>(was, ignoreCase: true, out var replaced))
        {
            address = address with { Filters = [.. address.Filters.Where(f => f.Field != field || f.Op != replaced)], After = null };
        }

        List<string> values = [.. http.Request.Query["value"].OfType<string>().Select(v => v.Trim()).Where(v => v.Length > 0)];
        FilterTerm? term = (op, period, empty) switch
        {
            (_, { Length: > 0 }, _) => new(field, FilterOp.Eq, [period]),
            (_, _, "true") or ("empty", _, _) => new(field, FilterOp.Empty, ["true"]),
            ("filled", _, _) => new(field, FilterOp.Empty, ["false"]),
            _ when values.Count == 0 => null,
            _ => new(field, Enum.TryParse<FilterOp>(op, ignoreCase: true, out var parsed) ? parsed : FilterOp.Eq, values),
        };
        return Results.Redirect((term is null ? address : address.With(term)).Href);
    }

    private static async Task<IResult> KeepView(string type, HttpContext http, IMediator mediator, [FromForm] string? name, [FromForm] string? query, [FromForm] bool shared = false)
    {
        var address = At(type, query);
        if (string.IsNullOrWhiteSpace(name)) return Page.GoTo(http, address.Href);
        var kept = await mediator.Send(new SaveView(type, name.Trim(), address.QueryString, shared), http.RequestAborted);
        if (kept.Failed) return Page.Problem(http, kept.Problems);
        Flash.Say(http, new(Texts.L($"ビュー「{name.Trim()}」を保存しました。", $"The view “{name.Trim()}” is saved.")));
        return Page.GoTo(http, (address with { View = kept.Value }).Href);
    }

    private static async Task<IResult> ForgetView(string type, HttpContext http, IMediator mediator, [FromForm] Guid id)
    {
        var gone = await mediator.Send(new DeleteView(id), http.RequestAborted);
        return gone.Failed ? Page.Problem(http, gone.Problems) : Page.GoTo(http, Routes.List(type));
    }

    private static async Task<IResult> Bulk(string type, HttpContext http, IMediator mediator, Current current, TimeProvider clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (current.See(type) is not { } known) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var returnTo = form["_return"].ToString();
        var all = form["all"].ToString();
        List<Guid> ids = [.. form["ids"].Select(i => Guid.TryParse(i, out var id) ? id : (Guid?)null).OfType<Guid>()];
        if (form["action"] == "edit" && form["field"].Count > 0 && form["_sure"] == "true")
        {
            return await BulkEdit(http, mediator, current, known, form, Which(known, ids, all, form.ContainsKey("all"), current, clock));
        }

        if (ids.Count == 0 && !form.ContainsKey("all"))
        {
            Flash.Say(http, new(ScreenProblems.NothingTicked().Message.ToString(), Bad: true));
            return Page.GoTo(http, returnTo);
        }

        if (form["action"] == "edit") return EditMany(http, known, ids, form.ContainsKey("all") ? all : null, form["field"], returnTo, []);
        if (form.ContainsKey("all")) ids = await AllIds(mediator, known, all, current, clock, http.RequestAborted);
        var done = form["action"] == "restore"
            ? await mediator.Send(new RestoreRecords(type, ids), http.RequestAborted)
            : await mediator.Send(new DeleteRecords(type, ids), http.RequestAborted);
        if (done.Failed) return Page.Problem(http, done.Problems);
        var touched = done.Value.Rows.Count(r => r.Action != RowAction.Refused);
        Flash.Say(http, form["action"] == "restore"
            ? new(Texts.L($"{touched} 件を元に戻しました。", $"{touched} restored.") + RefusedToo(done.Value))
            : new(Texts.L($"{touched} 件をごみ箱に入れました。", $"{touched} moved to the bin.") + RefusedToo(done.Value), done.Value.ChangeSet));
        return Page.GoTo(http, returnTo);
    }

    private static async Task<IResult> BulkEdit(HttpContext http, IMediator mediator, Current current, RecordType type, IFormCollection form, Filter which)
    {
        var values = await FormValues.Read(http, type, current.Tenant, mediator);
        var field = form["field"].ToString();
        var changed = values.Values.Where(v => v.Key == field).ToDictionary(v => v.Key, v => v.Value);
        if (values.Problems.Count == 0 && form["_empty"] != "true" && type.TryGet(field, out var described) && described.Kind != FieldKind.YesNo && IsEmpty(changed.GetValueOrDefault(field)))
        {
            values.Problems.Add(ScreenProblems.NothingToSet(described));
        }

        if (values.Problems.Count > 0) return Again(values.Problems);
        var saved = await mediator.Send(new BulkEdit(type.Key, which, changed) { Reason = values.Reason }, http.RequestAborted);
        if (saved.Failed) return Again(saved.Problems);

        var touched = saved.Value.Rows.Count(r => r.Action == RowAction.Updated);
        Flash.Say(http, new(Texts.L($"{touched} 件を変更しました。", $"{touched} changed.") + RefusedToo(saved.Value), saved.Value.ChangeSet));
        return Page.GoTo(http, form["_return"].ToString());

        IResult Again(IReadOnlyList<Problem> problems) =>
            EditMany(http, type, [.. form["ids"].Select(i => Guid.Parse(i!))], form.ContainsKey("all") ? form["all"].ToString() : null, field, form["_return"].ToString(), problems);

        static bool IsEmpty(object? value) => value is null or "" or System.Collections.ICollection { Count: 0 };
    }

    /// <summary>How many of the ticked records were left as they are, and the first reason.</summary>
    private static string RefusedToo(SavedRecords done)
    {
        var refused = done.Rows.Where(r => r.Action == RowAction.Refused).ToList();
        if (refused.Count == 0) return "";
        var why = refused.SelectMany(r => r.Problems ?? []).FirstOrDefault()?.Message.ToString();
        return " " + Texts.L($"{refused.Count} 件はそのままです: ", $"{refused.Count} stay as they were: ") + why;
    }

    private static IResult EditMany(HttpContext http, RecordType type, IReadOnlyList<Guid> ids, string? all, string? field, string returnTo, IReadOnlyList<Problem> problems) =>
        Page.Of<BulkEditPage>(http, new Dictionary<string, object?>
        {
            [nameof(BulkEditPage.Type)] = type,
            [nameof(BulkEditPage.Ids)] = ids,
            [nameof(BulkEditPage.All)] = all,
            [nameof(BulkEditPage.FieldKey)] = string.IsNullOrEmpty(field) ? null : field,
            [nameof(BulkEditPage.ReturnTo)] = Page.IsOurs(returnTo) ? returnTo : Routes.List(type.Key),
            [nameof(BulkEditPage.Problems)] = problems,
        }, problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : 200);

    private static async Task<IResult> Undo(HttpContext http, IMediator mediator, [FromForm] Guid changeSet, [FromForm(Name = "_return")] string? returnTo)
    {
        var undone = await mediator.Send(new UndoChangeSet(changeSet), http.RequestAborted);
        if (undone.Failed) return Page.Problem(http, undone.Problems);
        var kept = undone.Value.Kept.Count;
        Flash.Say(http, new(Texts.L($"{undone.Value.Restored} 件を元に戻しました。", $"{undone.Value.Restored} set back.")
            + (kept == 0 ? "" : " " + Texts.L($"その後に変更された {kept} 項目はそのままです。", $"{kept} values changed since were kept."))));
        return Page.GoTo(http, returnTo ?? "/");
    }

    private static Filter Which(RecordType type, IReadOnlyList<Guid> ids, string all, bool isAll, Current current, TimeProvider clock) => isAll
        ? At(type.Key, all).ToFilter(type, current.Tenant, current.Actor, clock) ?? new Filter.All()
        : new Filter.Ids(ids);

    private static async Task<List<Guid>> AllIds(IMediator mediator, RecordType type, string all, Current current, TimeProvider clock, CancellationToken cancellation)
    {
        var address = At(type.Key, all);
        List<Guid> ids = [];
        string? after = null;
        do
        {
            var page = await mediator.Send(new ListRecords(type.Key)
            {
                Filter = address.ToFilter(type, current.Tenant, current.Actor, clock), Deleted = address.Bin, Fields = [], Limit = 500, After = after,
            }, cancellation);
            if (page.Failed) break;
            ids.AddRange(page.Value.Rows.Select(r => r.Id));
            after = page.Value.Next;
        }
        while (after is not null && ids.Count < 5000);
        return ids;
    }

    /// <summary>Reads the address back from what <see cref="ListAddress.QueryString"/> wrote.</summary>
    public static ListAddress At(string type, string? query) =>
        ListAddress.Parse(type, Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query ?? ""));
}
