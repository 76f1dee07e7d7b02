using Crm.Platform.Audit;
using Crm.Platform.Encryption;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Identity.Storage;
using Crm.Platform.Identity.Users;
using Crm.Platform.Records;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Messaging;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>How the people of the tenant sign in at a provider.</summary>
[Requires(PlatformPermissions.Settings)]
internal sealed record GetSso : IRequest<Result<SsoView>>;

/// <param name="Settings">What is set, without the secret; null when nothing is.</param>
/// <param name="HasSecret">Whether there is a secret.</param>
/// <param name="BreakGlass">Names of those who come in without the provider.</param>
/// <param name="Linked">Users who signed in at the provider before.</param>
internal sealed record SsoView(SaveSso? Settings, bool HasSecret, IReadOnlyList<string> BreakGlass, int Linked);

/// <summary>Sets how the people of the tenant sign in at a provider; in place of what was set.</summary>
[Command("admin.sso.save"), Requires(PlatformPermissions.Settings)]
internal sealed record SaveSso(string Issuer, string ClientId) : IRequest<Result>
{
    public bool Enabled { get; init; }

    /// <summary>Refuses passwords and passkeys, but for break-glass accounts.</summary>
    public bool Only { get; init; }

    /// <summary>Null keeps the secret there is; empty takes it away, for a public client.</summary>
    public string? Secret { get; init; }

    /// <summary>What stands on the button; empty for the usual words.</summary>
    public string Label { get; init; } = "";

    /// <summary>Domains of mail addresses, such as <c>example.co.jp</c>; empty lets in every address the provider stands for.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>The role of users made at their first sign-in: an id or the key of a built-in one; null makes nobody.</summary>
    public string? NewUsersRole { get; init; }

    public string GroupsClaim { get; init; } = "groups";

    public IReadOnlyList<SsoGroup> Groups { get; init; } = [];
}

/// <summary>Who has a value in the groups claim has a role (id or key of a built-in one), or is in a team (id or name).</summary>
internal sealed record SsoGroup(string Value, string? Role, string? Team);

internal sealed class ChangeSsoHandler(StaffChanges changes, Current current, TenantKeys keys, IOptions<SsoOptions> options)
    : IRequestHandler<GetSso, Result<SsoView>>, IRequestHandler<SaveSso, Result>
{
    public async Task<Result<SsoView>> Handle(GetSso get, CancellationToken cancellationToken)
    {
        var (db, tenant) = (await changes.Db(), changes.Tenant);
        var row = await db.Sso.AsNoTracking().SingleOrDefaultAsync(s => s.TenantId == tenant, cancellationToken);
        var names = await db.Users.Where(u => u.TenantId == tenant && u.Active && u.BreakGlass).Select(u => u.Name).OrderBy(n => n).ToListAsync(cancellationToken);
        var linked = await db.SsoLinks.Where(l => l.TenantId == tenant).Select(l => l.UserId).Distinct().CountAsync(cancellationToken);
        return new SsoView(row is null ? null : Told(row, await Domains(db, cancellationToken)), row?.Secret is not null, names, linked);
    }

    public async Task<Result> Handle(SaveSso save, CancellationToken cancellationToken)
    {
        var (db, tenant, staff) = (await changes.Db(), changes.Tenant, await changes.Now(cancellationToken));
        var row = await db.Sso.SingleOrDefaultAsync(s => s.TenantId == tenant, cancellationToken);
        var domains = save.Domains.Select(d => d.Trim().TrimStart('@').ToLowerInvariant()).Where(d => d.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var problem = OnlyAnAdministratorChoosesTheProvider.Refuses(changes.Actor)
            ?? AnIssuerIsReachedSafely.Refuses(save.Issuer, options.Value)
            ?? ANameIsNeeded.Refuses(save.ClientId, "clientId", ("クライアント ID", "Client id"), 300)
            ?? TooLong(save)
            ?? domains.Select(NoDomain).FirstOrDefault(p => p is not null)
            ?? ASecretStaysWithItsIssuer.Refuses(row, save.Issuer, save.ClientId.Trim(), save.Secret)
            ?? NewUsersNeedADomain.Refuses(save.NewUsersRole is not null, domains)
            ?? (save is { Only: true, Enabled: true } ? await AWayInRemains.Refuses(db, tenant, null, cancellationToken) : null);
        if (problem is not null) return problem;
        var first = Placing.Resolve(staff, save.NewUsersRole is { } role ? [role] : [], []);
        if (first.Failed) return Result.Fail(first.Problems);
        var groups = new List<MappedGroup>();
        foreach (var group in save.Groups.Where(g => !string.IsNullOrWhiteSpace(g.Value)))
        {
            var place = Placing.Resolve(staff, group.Role is { } r ? [r] : [], group.Team is { } t ? [t] : []);
            if (place.Failed) return Result.Fail(place.Problems);
            groups.AddRange(place.Value.Roles.Select(id => new MappedGroup(group.Value.Trim(), id, null)).Concat(place.Value.Teams.Select(id => new MappedGroup(group.Value.Trim(), null, id))));
        }

        var before = row is null ? null : Audited(staff, row, await Domains(db, cancellationToken));
        if (row is null) db.Sso.Add(row = new SsoRow { TenantId = tenant, Issuer = "", ClientId = "", Label = "", GroupsClaim = "", Groups = "[]" });
        (row.Issuer, row.ClientId, row.Label, row.Enabled, row.Only) = (save.Issuer, save.ClientId.Trim(), save.Label.Trim(), save.Enabled, save is { Only: true, Enabled: true });
        (row.NewUsersRole, row.GroupsClaim) = (first.Value.Roles.Cast<Guid?>().FirstOrDefault(), save.GroupsClaim.Trim());
        row.Groups = System.Text.Json.JsonSerializer.Serialize(groups, Platform.Storage.Json.Compact);
        if (save.Secret is { } secret) row.Secret = secret.Trim() is { Length: > 0 } typed ? (await keys.Of(current.Tenant, cancellationToken)).Seal(typed, SsoDirectory.AboutSecret) : null;
        var had = await db.SsoDomains.Where(d => d.TenantId == tenant).ToListAsync(cancellationToken);
        db.SsoDomains.RemoveRange(had.Where(d => !domains.Contains(d.Domain)));
        db.SsoDomains.AddRange(domains.Except(had.Select(d => d.Domain)).Select(d => new SsoDomainRow { TenantId = tenant, Domain = d }));
        var noted = StaffChanges.Differences("SSO", before, Audited(staff, row, domains)).ToList();
        if (save.Secret is not null) noted.Add(("SSO: secret", null, row.Secret is null ? "–" : "●"));
        await changes.Save(AuditedSettings.SingleSignOn, before is null ? RecordActions.Created : RecordActions.Updated, noted, cancellationToken);
        return Result.Done;
    }

    private async Task<List<string>> Domains(ControlDb db, CancellationToken cancellation)
    {
        var tenant = changes.Tenant;
        return await db.SsoDomains.Where(d => d.TenantId == tenant).Select(d => d.Domain).OrderBy(d => d).ToListAsync(cancellation);
    }

    private static SaveSso Told(SsoRow row, IReadOnlyList<string> domains) => new(row.Issuer, row.ClientId)
    {
        Enabled = row.Enabled, Only = row.Only, Label = row.Label, Domains = domains, NewUsersRole = row.NewUsersRole?.ToString(), GroupsClaim = row.GroupsClaim,
        Groups = [.. row.ReadGroups().Select(g => new SsoGroup(g.Value, g.Role?.ToString(), g.Team?.ToString()))],
    };

    private static Dictionary<string, string?> Audited(TenantStaff staff, SsoRow row, IEnumerable<string> domains) => new()
    {
        ["enabled"] = row.Enabled ? "true" : "false", ["only"] = row.Only ? "true" : "false", ["issuer"] = row.Issuer, ["clientId"] = row.ClientId, ["label"] = row.Label,
        ["domains"] = string.Join(", ", domains.Order(StringComparer.Ordinal)), ["newUsersRole"] = row.NewUsersRole is { } id ? staff.Role(id)?.Name.Ja : null, ["groupsClaim"] = row.GroupsClaim,
        ["groups"] = string.Join(", ", row.ReadGroups().Select(g => $"{g.Value} → {(g.Role is { } r ? staff.Role(r)?.Name.Ja : g.Team is { } t ? staff.Team(t)?.Name : null)}")),
    };

    private static Problem? NoDomain(string domain) => domain.Length <= 253 && domain.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(domain) == UriHostNameType.Dns ? null : Problems.Invalid(
        "no-domain", "domains", ($"「{domain}」はメールドメインではありません。", $"“{domain}” is no domain of mail addresses."), ("example.co.jp のように入力してください。", "Write it like example.com."));

    private static Problem? TooLong(SaveSso save) =>
        save.Label.Length > 60 ? Problems.Invalid("too-long", "label", ("ボタンの表示は60文字以内にしてください。", "The button's text has at most 60 characters."))
        : save.Secret?.Length > 1000 ? Problems.Invalid("too-long", "secret", ("シークレットが長すぎます。", "The secret is too long."))
        : save.GroupsClaim.Trim().Length is 0 or > 100 ? Problems.Invalid("bad-claim", "groupsClaim", ("グループのクレーム名は1〜100文字で入力してください。", "Name the claim of groups in 1 to 100 characters."))
        : save.Groups.Count > 100 || save.Groups.Any(g => g.Value.Length > 200) ? Problems.Invalid("too-many", "groups", ("グループの対応は100件、値は200文字までです。", "There can be 100 groups, with 200 characters each."))
        : null;
}
