using Crm.Host.Web;
using Crm.Host.Web.Shell;
using Crm.Sdk;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;

namespace Crm.Host.Identity;

/// <summary>What the forms of sign-in, account and staff pages share: the check against forged ones, and the answer.</summary>
internal static class Forms
{
    public static async ValueTask<object?> Check(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            await context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context.HttpContext);
        }

        return await next(context);
    }

    /// <summary>Back to a page with a line that it is done; or the page again with what is wrong.</summary>
    public static async Task<IResult> Answer(HttpContext http, Result result, string back, Label done, Func<IReadOnlyList<Problem>, Task<IResult>> again)
    {
        if (result.Failed) return await again(result.Problems);
        Flash.Say(http, new Flash(done.ToString()));
        return Page.GoTo(http, back);
    }

    /// <summary>The parameters of a <see cref="ModelScreen"/>.</summary>
    public static Dictionary<string, object?> Model(object model) => new() { [nameof(ModelScreen.Model)] = model };

    /// <summary>A page without menu whose content belongs to nobody else: not kept by any cache.</summary>
    public static IResult Private<TPage>(HttpContext http, IReadOnlyDictionary<string, object?> parameters, int status = 200) where TPage : IComponent
    {
        http.Response.Headers.CacheControl = "no-store";
        return Page.Bare<TPage>(parameters, status);
    }
}
