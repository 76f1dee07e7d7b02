using System.Collections.Concurrent;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>
/// The sessions of all users. A session is believed for a few seconds before the database is asked again, so that a request
/// costs no query and a revocation still works at once on this node and soon on the others.
/// </summary>
internal sealed class Sessions(ControlDbs control, LastSeen seen, IOptions<IdentitySettings> settings, TimeProvider clock)
{
    private const int Crowded = 20_000;

    private readonly ConcurrentDictionary<Guid, (SessionState? State, DateTimeOffset Until)> known = new();

    /// <summary>Begins a session and forgets those of the user that ran out.</summary>
    public async Task<SessionState> Begin(ControlDb db, User user, NewSession wanted, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await db.Sessions.Where(s => s.UserId == user.Id && s.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        var row = new SessionRow
        {
            UserId = user.Id, TenantId = user.TenantId, Stamp = user.Stamp, Method = wanted.Method, Device = wanted.Device, Address = wanted.Address,
            Stay = wanted.Stay, CreatedAt = now, SeenAt = now, ExpiresAt = now + Idle(wanted.Stay),
        };
        db.Sessions.Add(row);
        user.SignedInAt = now;
        await db.SaveChangesAsync(cancellation);
        return new(row.Id, user.Id, user.TenantId, user.Name, row.Stay, user.HomeCards);
    }

    /// <summary>The session when it still counts: not revoked, not run out, its user active and their password the same.</summary>
    public async ValueTask<SessionState?> Check(Guid session, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGetValue(session, out var entry) || entry.Until < now)
        {
            if (known.Count > Crowded) known.Clear();
            known[session] = entry = (await Read(session, now, cancellation), now + settings.Value.Recheck);
        }

        if (entry.State is { } state) seen.Session(session, now, now + Idle(state.Stay));
        return entry.State;
    }

    public async Task Revoke(ControlDb db, Guid user, Guid session, CancellationToken cancellation)
    {
        await db.Sessions.Where(s => s.Id == session && s.UserId == user).ExecuteDeleteAsync(cancellation);
        Forget(session);
    }

    /// <summary>Ends all sessions of a user, but for one of them perhaps.</summary>
    public async Task RevokeAll(ControlDb db, Guid user, Guid? except, CancellationToken cancellation)
    {
        await db.Sessions.Where(s => s.UserId == user && s.Id != except).ExecuteDeleteAsync(cancellation);
        ForgetAll();
    }

    /// <summary>Lets the session in which somebody changed their own password live on under the new stamp; all others are over.</summary>
    public async Task Keep(ControlDb db, User user, Guid session, CancellationToken cancellation)
    {
        await db.Sessions.Where(s => s.Id == session && s.UserId == user.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Stamp, user.Stamp), cancellation);
        await RevokeAll(db, user.Id, session, cancellation);
    }

    public void Forget(Guid session) => known.TryRemove(session, out _);

    public void ForgetAll() => known.Clear();

    private TimeSpan Idle(bool stay) => stay ? settings.Value.IdleStaying : settings.Value.Idle;

    private async Task<SessionState?> Read(Guid session, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        return await (
            from s in db.Sessions
            join u in db.Users on s.UserId equals u.Id
            where s.Id == session && s.ExpiresAt > now && u.Active && u.Stamp == s.Stamp
            select new SessionState(s.Id, u.Id, u.TenantId, u.Name, s.Stay, u.HomeCards)).SingleOrDefaultAsync(cancellation);
    }
}

/// <summary>A session that counts, and what is needed of its user on every request.</summary>
internal sealed record SessionState(Guid Id, Guid UserId, Guid TenantId, string UserName, bool Stay, string? HomeCards);

internal sealed record NewSession(string Method, string Device, string Address, bool Stay);

/// <summary>How somebody proved who they are; kept with the session.</summary>
internal static class SignInMethod
{
    public const string Password = "password";

    public const string PasswordAndCode = "password+code";

    public const string Passkey = "passkey";

    /// <summary>At the tenant's identity provider.</summary>
    public const string SingleSignOn = "sso";
}
