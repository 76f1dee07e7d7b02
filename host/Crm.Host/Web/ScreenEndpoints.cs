using Crm.Host.Commands;
using Crm.Platform.Tenancy;
using Crm.Sdk.Web;

namespace Crm.Host.Web;

/// <summary>The start page and the screens of modules and plugins: <c>/x/{module}/{screen}</c>.</summary>
internal static class ScreenEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (HttpContext http) => Page.Of<Dashboard.DashboardPage>(http));
        routes.MapGet("/x/{module}/{screen}/{**rest}", Screen);
        routes.MapGet("/x/{module}/download/{key}", EndpointApi.Download);
    }

    private static IResult Screen(string module, string screen, HttpContext http, Current current)
    {
        var found = current.Catalog.Screens.FirstOrDefault(s => s.Module == module && s.Key == screen && !s.Public);
        if (found is null) return Page.Problem(http, [ScreenProblems.NoScreen(Routes.Screen(module, screen))]);
        return found.Permission is { } right && !current.Actor.May(right)
            ? Page.Problem(http, [Sdk.Problems.Forbidden(right)])
            : Page.Of<ModuleScreen>(http, new Dictionary<string, object?> { [nameof(ModuleScreen.Model)] = found });
    }
}
