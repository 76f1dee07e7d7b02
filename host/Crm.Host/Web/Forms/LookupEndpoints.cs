// Answers pickers and the postal code button while somebody types.
using Crm.Platform.Identity.Rights;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Web.Forms;

internal static class LookupEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/lookup/postal-code", PostalCode);
        routes.MapGet("/lookup/records/{type}", Records);
        routes.MapGet("/lookup/users", Users);
    }

    private static IResult PostalCode(string? code) => Results.Json(PostalCodes.Lookup(code)
        .Select(p => new { prefecture = p.Prefecture.Name.Ja, city = p.City, street = p.Town }));

    /// <summary>Without a query: those changed last, so that an opened picker is not empty.</summary>
    private static async Task<IResult> Records(string type, string? q, IMediator mediator, Current current, CancellationToken cancellation)
    {
        if (current.See(type) is not { } known) return Results.NotFound();
        if (q?.Trim() is { Length: > 0 } query)
        {
            var found = await mediator.Send(new SearchRecords(query) { Type = type, PerType = 20 }, cancellation);
            return found.Failed ? Results.NotFound() : Results.Json(found.Value.Select(h => new { value = h.Id, text = h.Title, note = h.Snippet }));
        }

        var recent = await mediator.Send(new ListRecords(type) { Sort = [new("updatedAt", Descending: true)], Limit = 20, Fields = known.TitleFields }, cancellation);
        return recent.Failed
            ? Results.NotFound()
            : Results.Json(recent.Value.Rows.Select(r => new { value = r.Id, text = string.Join(' ', r.Values.OfType<string>()), note = (string?)null }));
    }

    private static async Task<IResult> Users(string? q, Staff staff, Current current, CancellationToken cancellation)
    {
        var people = await staff.Of(current.Tenant, cancellation);
        return Results.Json(people.Members
            .Where(m => m.Active && (string.IsNullOrWhiteSpace(q) || m.Name.Contains(q.Trim(), StringComparison.CurrentCultureIgnoreCase) || m.Email.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase)))
            .OrderBy(m => m.Name, StringComparer.CurrentCulture).Take(50).Select(m => new { value = m.Id, text = m.Name, note = m.Email }));
    }
}
