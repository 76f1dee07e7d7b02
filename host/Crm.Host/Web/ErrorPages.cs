// Turns refusals, status codes without a body and bugs into pages in the reader's language.
using System.Diagnostics;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;

namespace Crm.Host.Web;

internal static class ErrorPages
{
    public static async Task Catch(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (ScreenRefusedException refused) when (!http.Response.HasStarted)
        {
            await Refused(http, refused.Problems);
        }
        catch (RefusedException refused) when (!http.Response.HasStarted && IsPage(http))
        {
            await Refused(http, refused.Problems);
        }
        catch (AntiforgeryValidationException) when (!http.Response.HasStarted && IsPage(http))
        {
            await Bare(http, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>Behind <c>UseStatusCodePages</c>: 404 of an unknown address and the like.</summary>
    public static Task OfStatus(StatusCodeContext context) =>
        IsPage(context.HttpContext) && !context.HttpContext.Request.Path.StartsWithSegments("/assets")
            ? Bare(context.HttpContext, context.HttpContext.Response.StatusCode)
            : Task.CompletedTask;

    /// <summary>Behind <c>UseExceptionHandler</c>: a bug.</summary>
    public static Task OfBug(HttpContext http) =>
        IsPage(http) ? Bare(http, StatusCodes.Status500InternalServerError, Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier) : Task.CompletedTask;

    /// <summary>Whether the address belongs to people and not to the API or to monitoring.</summary>
    private static bool IsPage(HttpContext http) => !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi");

    private static Task Refused(HttpContext http, IReadOnlyList<Problem> problems) => InNewScope(http, () => Page.Problem(http, problems));

    private static Task Bare(HttpContext http, int status, string? trace = null) => InNewScope(http, () =>
        Page.Bare<ErrorPage>(new Dictionary<string, object?> { [nameof(ErrorPage.Status)] = status, [nameof(ErrorPage.Trace)] = trace }, status));

    // A scope renders one page; the one that failed may be half rendered.
    private static async Task InNewScope(HttpContext http, Func<IResult> page)
    {
        RequestLanguage.Enter(http);
        var failed = http.RequestServices;
        await using var scope = failed.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        if (failed.GetRequiredService<Current>() is { HasTenant: true } current)
        {
            scope.ServiceProvider.GetRequiredService<Current>().Enter(current.Tenant, current.Catalog, current.Actor);
        }

        http.Response.Headers.Remove("blazor-enhanced-nav");
        http.RequestServices = scope.ServiceProvider;
        try
        {
            await page().ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = failed;
        }
    }
}
