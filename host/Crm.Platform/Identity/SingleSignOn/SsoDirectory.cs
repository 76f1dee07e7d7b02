using Crm.Platform.Encryption;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Identity.SingleSignOn;

/// <summary>Which tenant signs in where, for people of whom nothing is known yet.</summary>
internal sealed class SsoDirectory(ControlDbs control, Tenants tenants, TenantKeys keys)
{
    /// <summary>What a client's secret is sealed for.</summary>
    public const string AboutSecret = "sso/client-secret";

    private const int MostOfOneDomain = 10;

    /// <summary>Whether there is any tenant whose people could be led to a provider.</summary>
    public async Task<bool> Any(CancellationToken cancellation)
    {
        await using var db = await control.Open();
        return await db.Sso.AnyAsync(s => s.Enabled, cancellation);
    }

    /// <summary>How a tenant that lets people in signs in; null when it does not by a provider.</summary>
    public async Task<(TenantInfo Tenant, SsoRow Sso)?> Find(string tenantKey, CancellationToken cancellation) =>
        await tenants.Find(tenantKey, cancellation) is { Active: true } tenant && await Of(tenant.Id, cancellation) is { } sso ? (tenant, sso) : null;

    public async Task<SsoRow?> Of(Guid tenant, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        return await db.Sso.AsNoTracking().SingleOrDefaultAsync(s => s.TenantId == tenant && s.Enabled, cancellation);
    }

    /// <summary>Those whose people have addresses of a domain.</summary>
    public async Task<IReadOnlyList<(TenantInfo Tenant, SsoRow Sso)>> OfAddress(string email, CancellationToken cancellation)
    {
        var domain = DomainOf(email);
        if (domain.Length == 0) return [];
        await using var db = await control.Open();
        var rows = await (
            from d in db.SsoDomains
            join s in db.Sso on d.TenantId equals s.TenantId
            where d.Domain == domain && s.Enabled
            orderby s.TenantId
            select s).AsNoTracking().Take(MostOfOneDomain).ToListAsync(cancellation);
        var found = new List<(TenantInfo, SsoRow)>();
        foreach (var row in rows)
        {
            if (await tenants.Find(row.TenantId, cancellation) is { Active: true } tenant) found.Add((tenant, row));
        }

        return found;
    }

    /// <summary>The domains whose addresses may be made or linked.</summary>
    public async Task<IReadOnlyList<string>> Domains(Guid tenant, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        return await db.SsoDomains.Where(d => d.TenantId == tenant).Select(d => d.Domain).OrderBy(d => d).ToListAsync(cancellation);
    }

    public async Task<string?> SecretOf(TenantInfo tenant, SsoRow sso, CancellationToken cancellation) =>
        sso.Secret is null ? null : (await keys.Of(tenant, cancellation)).Open(sso.Secret, AboutSecret);

    /// <summary>What stands behind the @, small; empty for what is no address.</summary>
    public static string DomainOf(string email)
    {
        var key = Storage.User.KeyOf(email);
        return key[(key.LastIndexOf('@') is >= 0 and var at ? at + 1 : key.Length)..];
    }
}
