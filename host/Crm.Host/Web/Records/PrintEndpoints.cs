// Layouts for paper, of one record and of what a list shows.
using Crm.Host.Web.Lists;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Crm.Host.Web.Records;

internal static class PrintEndpoints
{
    /// <summary>More than anybody prints; what is left out is said on the page.</summary>
    private const int MostRows = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/r/{type}/{id:guid}/print/{key}", PrintRecord);
        routes.MapGet("/r/{type}/print/{key}", PrintList);
    }

    public static IEnumerable<PrintDescription> Of(Current current, string type, bool list) =>
        current.Catalog.Modules.SelectMany(m => m.Prints).Where(p => p.RecordType == type && p.OfList == list);

    private static async Task<IResult> PrintRecord(string type, Guid id, string key, HttpContext http, IMediator mediator, Current current)
    {
        if (Of(current, type, list: false).FirstOrDefault(p => p.Key == key) is not { } layout) return Page.Problem(http, [ScreenProblems.NoScreen(http.Request.Path)]);
        var record = await mediator.Send(new GetRecord(type, id), http.RequestAborted);
        return record.Failed
            ? Page.Problem(http, record.Problems)
            : Paper(http, layout, record.Value.Title, Routes.Record(type, id), new() { [nameof(RecordPart.Record)] = record.Value });
    }

    private static async Task<IResult> PrintList(string type, string key, HttpContext http, IMediator mediator, Current current, TimeProvider clock)
    {
        if (Of(current, type, list: true).FirstOrDefault(p => p.Key == key) is not { } layout) return Page.Problem(http, [ScreenProblems.NoScreen(http.Request.Path)]);
        if (current.See(type) is not { } known) return Page.Problem(http, [ScreenProblems.NoType(type)]);
        var address = ListAddress.Parse(type, http.Request.Query);
        var rows = new List<Row>();
        string? after = null;
        do
        {
            var page = await mediator.Send(
                new ListRecords(type)
                {
                    Filter = address.ToFilter(known, current.Tenant, current.Actor, clock), Sort = address.Sort, Titles = true, Limit = 500, After = after,
                    Fields = [.. known.Fields.Where(f => !current.Actor.Rights.Hides(known, f)).Select(f => f.Key)],
                },
                http.RequestAborted);
            if (page.Failed) return Page.Problem(http, page.Problems);
            rows.AddRange(page.Value.Read());
            after = page.Value.Next;
        }
        while (after is not null && rows.Count < MostRows);

        return Paper(http, layout, known.Plural.ToString(), address.Href, new()
        {
            [nameof(ListPart.Type)] = known, [nameof(ListPart.Rows)] = rows, [nameof(ListPart.HasMore)] = after is not null,
        });
    }

    private static RazorComponentResult<PrintFrame> Paper(HttpContext http, PrintDescription layout, string title, string back, Dictionary<string, object?> given)
    {
        http.Response.Headers.CacheControl = "no-cache, no-store";
        return new(new Dictionary<string, object?>
        {
            [nameof(PrintFrame.Layout)] = layout, [nameof(PrintFrame.Title)] = $"{layout.Name} {title}", [nameof(PrintFrame.Back)] = back,
            [nameof(PrintFrame.Given)] = given, [nameof(PrintFrame.Context)] = Page.ContextOf(http),
        }) { ContentType = "text/html; charset=utf-8" };
    }
}
