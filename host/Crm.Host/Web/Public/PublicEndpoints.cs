// What modules and plugins show to strangers: /public/{tenant}/{module}/{screen}. Nobody is signed in here, whatever cookies came along.
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Crm.Host.Api;
using Crm.Host.Api.Json;
using Crm.Host.Commands;
using Crm.Host.Identity;
using Crm.Platform.Pipeline;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Files;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Microsoft.AspNetCore.Http.Features;
using CommandForm = Crm.Host.Commands.CommandForm;

namespace Crm.Host.Web.Public;

internal static class PublicEndpoints
{
    /// <summary>The tenant of the address comes after the route's other parameters are known, so it is not one of those a session names.</summary>
    public static void MapPublicPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/public/{tenant}/{module}/{screen}").AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
        group.MapGet("", (HttpContext http) => InTenant(http, Get));
        group.MapPost("", (HttpContext http) => InTenant(http, Post));
    }

    private static async Task InTenant(HttpContext http, Func<ApiCall, Task<IResult?>> answer)
    {
        var outside = http.RequestServices;
        if (await outside.GetRequiredService<Tenants>().Find(Route(http, "tenant"), http.RequestAborted) is not { Active: true } tenant)
        {
            await Page.Problem(http, [EndpointApi.NoSuchAddress(http)]).ExecuteAsync(http);
            return;
        }

        await using var scope = await outside.GetRequiredService<WorkScopes>().Open(tenant, Actor.System(ChangeSource.Public), http.RequestAborted);
        http.RequestServices = scope.Services;
        try
        {
            var call = new ApiCall(http, scope.Get<Current>());
            if (!outside.GetRequiredService<PublicRate>().TryCall(http, Find(call, http.Request.Method)?.PerMinute))
            {
                await ApiProblems.Write(http, StatusCodes.Status429TooManyRequests, [ApiRate.TooMany()]);
                return;
            }

            http.Response.Headers.CacheControl = "no-store";
            if (Find(call, http.Request.Method)?.Secret is { } secret && !KeyFits(http.Request.Query["key"], secret(call.Get<ISettings>())))
            {
                await ApiProblems.Write(http, StatusCodes.Status403Forbidden, [WrongKey]);
                return;
            }

            if (await answer(call) is { } page) await page.ExecuteAsync(http);
        }
        finally
        {
            http.RequestServices = outside;
        }
    }

    private static async Task<IResult?> Get(ApiCall call)
    {
        if (call.Catalog.Screens.FirstOrDefault(s => s.Public && s.Module == call.Route("module") && s.Key == call.Route("screen")) is { } screen) return Screen(call, screen);
        if (Find(call, "GET") is not { } endpoint) return Page.Problem(call.Http, [EndpointApi.NoSuchAddress(call.Http)]);
        var query = CommandForm.Read(endpoint.Request, call.Http.Request.Query, call.Tenant);
        if (query.Request is { } request) await EndpointApi.Answer(call, endpoint, request);
        else await call.Misunderstood(query.Problems);
        return null;
    }

    private static async Task<IResult?> Post(ApiCall call)
    {
        if (Find(call, "POST") is not { } endpoint)
        {
            await call.Refuse(EndpointApi.NoSuchAddress(call.Http));
            return null;
        }

        if (!call.Http.Request.HasFormContentType)
        {
            await EndpointApi.Receive(call, endpoint);
            return null;
        }

        // A form of a stranger is short and brings no files: what was stored here would stay with the tenant for good.
        if (await TooMuch(call.Http) is { } status)
        {
            await ApiProblems.Write(call.Http, status, [status == StatusCodes.Status413PayloadTooLarge ? JsonBody.TooLarge() : NoFiles]);
            return null;
        }

        var form = await CommandForm.Read(endpoint.Request, call.Http, call.Tenant, call.Get<IFiles>());
        if (form.Request is { } read) EndpointApi.Tell(read, call.Http);
        var answer = form.Request is { } request
            ? await call.Get<CommandDoor>().Send(call.Catalog.Set.Request(endpoint.Request)!, request, call.Aborted)
            : Result<object?>.Fail(form.Problems);
        if (!answer.Failed)
        {
            var next = call.Http.Request.Form["_return"].ToString();
            return Page.IsOurs(next) ? Results.Redirect(next.Replace("{value}", Uri.EscapeDataString(answer.Value?.ToString() ?? ""), StringComparison.Ordinal)) : Results.NoContent();
        }

        // The screen of the form comes back with what was typed and what is wrong with it.
        var back = call.Catalog.Screens.FirstOrDefault(s => s.Public && s.Module == endpoint.Module && s.Key == endpoint.Key);
        return back is null ? Page.Problem(call.Http, answer.Problems) : Screen(call, back, answer.Problems);
    }

    /// <summary>The status that refuses a form which is too long or has files in it; null when it is neither.</summary>
    private static async Task<int?> TooMuch(HttpContext http)
    {
        if (http.Request.ContentLength > JsonBody.OneRecord) return StatusCodes.Status413PayloadTooLarge;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = JsonBody.OneRecord;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return form.Files.Count > 0 ? StatusCodes.Status415UnsupportedMediaType : null;
    }

    private static Problem NoFiles => new(
        "no-files-here", ("この宛先ではファイルを受け取れません。", "No files are taken here."), ("ファイルを外して送ってください。", "Send the form without files."));

    private static bool KeyFits(string? given, string? secret) => !string.IsNullOrEmpty(given) && !string.IsNullOrEmpty(secret)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static Problem WrongKey => new(
        "wrong-key", ("アドレスの鍵が違います。", "The key in the address is wrong."), ("設定にある秘密を ?key= に付けてください。", "Put the secret of the settings behind ?key=."), Kind: ProblemKind.Forbidden);

    private static IResult Screen(ApiCall call, ScreenDescription screen, IReadOnlyList<Problem>? problems = null)
    {
        var context = Page.ContextOf(call.Http);
        context.Problems = problems ?? [];
        return Page.Public(call.Http, screen.Component, context, problems is null ? 200 : ProblemStatus.Of(problems));
    }

    private static EndpointDescription? Find(ApiCall call, string method) =>
        call.Catalog.Endpoints.FirstOrDefault(e => e.Public && e.Module == call.Route("module") && e.Key == call.Route("screen") && e.Method == method);

    private static string Route(HttpContext http, string name) => http.Request.RouteValues[name] as string ?? "";
}

/// <summary>Counts what strangers send and read, by address: reading may go on for longer, but not without end.</summary>
internal sealed class PublicRate : IDisposable
{
    private const int PerMinute = 30;
    private const int ReadsPerMinute = 600;

    private readonly PartitionedRateLimiter<(string From, int Limit)> limiter = PartitionedRateLimiter.Create<(string From, int Limit), (string, int)>(call => RateLimitPartition.GetFixedWindowLimiter(call, _ => new()
    {
        PermitLimit = call.Limit, Window = TimeSpan.FromMinutes(1), QueueLimit = 0,
    }));

    /// <summary>Counts a call; the limit is that of the endpoint, or the usual one. Calls with another limit are counted apart.</summary>
    public bool TryCall(HttpContext http, int? perMinute)
    {
        using var lease = limiter.AttemptAcquire(($"{AddressLimit.KeyOf(http)}|{http.Request.RouteValues["tenant"]}", perMinute ?? (HttpMethods.IsGet(http.Request.Method) ? ReadsPerMinute : PerMinute)));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
