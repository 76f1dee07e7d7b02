using System.Collections.Concurrent;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SignIn;

/// <summary>Personal tokens: <c>crm_</c>, eight characters that find the row, an underscore and forty that prove it.</summary>
internal sealed class PersonalTokens(ControlDbs control, LastSeen seen, IOptions<IdentitySettings> settings, TimeProvider clock)
{
    public const string Start = "crm_";

    private const int PrefixLength = 12;
    private const int Length = PrefixLength + 1 + 40;
    private const int Crowded = 20_000;

    private readonly ConcurrentDictionary<string, (TokenState State, byte[] Hash, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    /// <summary>A new token in clear; its prefix is its first twelve characters.</summary>
    public static (string Token, string Prefix) New()
    {
        var prefix = Start + Secrets.New(PrefixLength - Start.Length);
        return ($"{prefix}_{Secrets.New(40)}", prefix);
    }

    /// <summary>The token's owner and scope when it counts.</summary>
    public async ValueTask<TokenState?> Check(string token, CancellationToken cancellation)
    {
        if (token.Length != Length || !token.StartsWith(Start, StringComparison.Ordinal)) return null;
        var now = clock.GetUtcNow();
        var prefix = token[..PrefixLength];
        if (!known.TryGetValue(prefix, out var entry) || entry.Until < now)
        {
            if (await Read(prefix, now, cancellation) is not { } read)
            {
                known.TryRemove(prefix, out _);
                return null;
            }

            if (known.Count > Crowded) known.Clear();
            known[prefix] = entry = (read.State, read.Hash, now + settings.Value.Recheck);
        }

        if (!Secrets.Matches(token, entry.Hash) || entry.State.ExpiresAt <= now) return null;
        seen.Token(entry.State.Id, now);
        return entry.State;
    }

    /// <summary>Ends all tokens of a user.</summary>
    public async Task RevokeAll(ControlDb db, Guid user, CancellationToken cancellation)
    {
        await db.Tokens.Where(t => t.UserId == user).ExecuteDeleteAsync(cancellation);
        ForgetAll();
    }

    public void ForgetAll() => known.Clear();

    private async Task<(TokenState State, byte[] Hash)?> Read(string prefix, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var found = await (
            from t in db.Tokens
            join u in db.Users on t.UserId equals u.Id
            where t.Prefix == prefix && u.Active && (t.ExpiresAt == null || t.ExpiresAt > now)
            select new { t.Id, t.UserId, t.TenantId, t.Name, Owner = u.Name, t.Scope, t.ExpiresAt, t.Hash }).SingleOrDefaultAsync(cancellation);
        return found is null ? null : (new(found.Id, found.UserId, found.TenantId, found.Owner, found.Name, found.Scope, found.ExpiresAt), found.Hash);
    }
}

/// <summary>A token that counts.</summary>
internal sealed record TokenState(Guid Id, Guid UserId, Guid TenantId, string UserName, string Name, string Scope, DateTimeOffset? ExpiresAt);
