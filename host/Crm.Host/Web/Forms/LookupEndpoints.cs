// Answers pickers and the postal code button while somebody types.
using Crm.Platform.Identity.Rights;
using Crm.Platform.Catalog;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Japan;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Web.Forms;

internal static class LookupEndpoints
{
    private const int Shown = 20;

    /// <summary>The index knows no order; the best names are chosen among so many.</summary>
    private const int Candidates = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/lookup/postal-code", PostalCode);
        routes.MapGet("/lookup/records/{type}", Records);
        routes.MapGet("/lookup/users", Users);
    }

    private static IResult PostalCode(string? code) => Results.Json(PostalCodes.Lookup(code)
        .Select(p => new { prefecture = p.Prefecture.Name.Ja, city = p.City, street = p.Town }));

    /// <summary>
    /// Without a query: those changed last, so that an opened picker is not empty. What stands in no menu is a list that people set up, such
    /// as the stages of a pipeline: <see cref="ListOptions"/>.
    /// </summary>
    private static async Task<IResult> Records(string type, string? q, IMediator mediator, Current current, CancellationToken cancellation)
    {
        if (current.See(type) is not { } known) return Results.NotFound();
        var query = q?.Trim() ?? "";
        var found = !known.InMenu ? await ListOptions.Of(known, query, mediator, cancellation)
            : query.Length > 0 ? await Search(type, query, mediator, cancellation)
            : await ChangedLast(known, mediator, cancellation);
        return found.Failed ? Results.NotFound() : Results.Json(found.Value.Select(o => new { value = o.Id, text = o.Title, note = o.Note }));
    }

    private static async Task<Result<IEnumerable<Option>>> Search(string type, string query, IMediator mediator, CancellationToken cancellation)
    {
        var found = await mediator.Send(new SearchRecords(query) { Type = type, PerType = Candidates }, cancellation);
        return found.Failed
            ? Result<IEnumerable<Option>>.Fail(found.Problems)
            : Result.Of(BestNameFirst.Of(query, found.Value.Select(h => new Option(h.Id, h.Title, h.Snippet))).Take(Shown));
    }

    private static async Task<Result<IEnumerable<Option>>> ChangedLast(RecordType type, IMediator mediator, CancellationToken cancellation)
    {
        var recent = await mediator.Send(new ListRecords(type.Key) { Sort = [new("updatedAt", Descending: true)], Limit = Shown, Fields = type.TitleFields }, cancellation);
        return recent.Failed
            ? Result<IEnumerable<Option>>.Fail(recent.Problems)
            : Result.Of(recent.Value.Rows.Select(r => new Option(r.Id, string.Join(' ', r.Values.OfType<string>()), null)));
    }

    private static async Task<IResult> Users(string? q, Staff staff, Current current, CancellationToken cancellation)
    {
        var people = await staff.Of(current.Tenant, cancellation);
        return Results.Json(people.Members
            .Where(m => m.Active && (string.IsNullOrWhiteSpace(q) || m.Name.Contains(q.Trim(), StringComparison.CurrentCultureIgnoreCase) || m.Email.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase)))
            .OrderBy(m => m.Name, StringComparer.CurrentCulture).Take(50).Select(m => new { value = m.Id, text = m.Name, note = m.Email }));
    }
}

/// <summary>One record to choose.</summary>
/// <param name="Id">The record.</param>
/// <param name="Title">Its title.</param>
/// <param name="Note">What tells it from others of the same title.</param>
internal sealed record Option(Guid Id, string Title, string? Note);
