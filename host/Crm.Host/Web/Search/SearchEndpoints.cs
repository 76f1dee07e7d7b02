namespace Crm.Host.Web.Search;

/// <summary>The search page and the short list under the search box.</summary>
internal static class SearchEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/search", (HttpContext http) => Page.Of<SearchPage>(http));
        routes.MapGet("/search/quick", (HttpContext http, string? q) => string.IsNullOrWhiteSpace(q)
            ? Results.Text("", "text/html")
            : Page.Of<SearchPage>(http, new Dictionary<string, object?> { [nameof(SearchPage.Brief)] = true }));
    }
}
