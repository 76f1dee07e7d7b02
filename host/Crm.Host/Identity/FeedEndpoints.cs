// GET /feed/{module}/{key}/{token}: what calendars and feed readers fetch. They can neither sign in nor send a header, so the address is the secret.
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;

namespace Crm.Host.Identity;

internal static class FeedEndpoints
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/feed/{module}/{key}/{**rest}", Get).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> Get(
        string module, string key, string? rest, HttpContext http, PersonalTokens tokens, Tenants tenants, Catalogs catalogs, Staff staff, IServiceScopeFactory scopes)
    {
        // Every wrong address answers alike.
        if (rest is null || await tokens.Check(rest, http.RequestAborted) is not { Scope: TokenScope.Feed } token) return Results.NotFound();
        if (await tenants.Find(token.TenantId, http.RequestAborted) is not { Active: true } tenant) return Results.NotFound();
        var people = await staff.Of(tenant, http.RequestAborted);
        var catalog = await catalogs.Of(tenant, http.RequestAborted);
        if (people.Find(token.UserId) is not { Active: true } owner || catalog.Feeds.FirstOrDefault(f => f.Module == module && f.Key == key) is not { } feed) return Results.NotFound();
        if (token.Name != feed.FullKey) return Results.NotFound();

        // A scope of its own: whoever happens to be signed in in this browser has nothing to do with it.
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Current>().Enter(
            tenant, catalog, new Actor(owner.Id, owner.Name, ChangeSource.Api, people.RightsOf(owner.Id, token.Scope, catalog)));
        System.Globalization.CultureInfo.CurrentUICulture = tenant.Language;
        var query = feed.Query();
        if (query is IFeedWithAddresses addressed) addressed.Site = $"{http.Request.Scheme}://{http.Request.Host}";
        var answer = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(query, http.RequestAborted);
        if (answer.Failed) return Results.NotFound();
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.ContentDisposition = $"inline; filename=\"{answer.Value.FileName}\"";
        return Results.Text(answer.Value.Text, answer.Value.ContentType, System.Text.Encoding.UTF8);
    }
}
