using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.SignIn;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Records;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;
using Microsoft.AspNetCore.Authentication;

namespace Crm.Host.Identity;

/// <summary>Opens the scope of a request for the tenant and with the rights of whoever was let in. Cached throughout: it costs no query.</summary>
internal sealed class RequestScope(RequestDelegate next, Tenants tenants, Catalogs catalogs, Staff staff)
{
    public async Task InvokeAsync(HttpContext http, Current current, Caller caller, AccessLog log)
    {
        if (http.Features.Get<CameIn>() is { } came && !await Enter(http, came, current, caller))
        {
            // Let in by a session or token whose tenant is closed or whose user is gone.
            http.User = new();
            if (came.Session is not null) await http.SignOutAsync(Schemes.Session);
        }

        try
        {
            await next(http);
        }
        finally
        {
            if (current.HasTenant) await log.Flush(CancellationToken.None);
        }
    }

    private async Task<bool> Enter(HttpContext http, CameIn came, Current current, Caller caller)
    {
        var (user, tenantId, name) = came.Session is { } session ? (session.UserId, session.TenantId, session.UserName) : (came.Token!.UserId, came.Token.TenantId, came.Token.UserName);
        if (tenantId == User.Installation)
        {
            current.EnterInstallation(new Actor(user, name, ChangeSource.Screen, AccessRights.OfInstallation));
            caller.Came(came.Session, came.Token);
            return true;
        }

        if (await tenants.Find(tenantId, http.RequestAborted) is not { Active: true } tenant) return false;
        var people = await staff.Of(tenant, http.RequestAborted);
        if (people.Find(user) is not { Active: true } member) return false;
        var catalog = await catalogs.Of(tenant, http.RequestAborted);
        var actor = came.Token is { } token
            ? new Actor(user, member.Name, ChangeSource.Api, people.RightsOf(user, token.Scope, catalog)) { Token = (token.Scope, people.RightsOf(user)) }
            : new Actor(user, member.Name, ChangeSource.Screen, people.RightsOf(user));
        current.Enter(tenant, catalog, actor);
        caller.Came(came.Session, came.Token);
        return true;
    }
}
