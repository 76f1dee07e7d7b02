using System.Collections.Frozen;
using System.Globalization;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Tenancy;

/// <summary>All tenants of the installation, kept in memory and refreshed when a row's version says so.</summary>
internal sealed class Tenants(Func<Task<ControlDb>> control, ModuleList modules, TimeProvider clock)
{
    private readonly SemaphoreSlim loading = new(1, 1);
    private Snapshot? snapshot;
    private int changes;

    public async ValueTask<IReadOnlyCollection<TenantInfo>> All(CancellationToken cancellation) => (await Load(cancellation)).ById.Values;

    public async ValueTask<TenantInfo?> Find(Guid id, CancellationToken cancellation) => (await Load(cancellation)).ById.GetValueOrDefault(id);

    public async ValueTask<TenantInfo?> Find(string key, CancellationToken cancellation) => (await Load(cancellation)).ByKey.GetValueOrDefault(key);

    /// <summary>Makes a tenant; unless said otherwise, with the modules the product comes with. Plugins wait to be switched on.</summary>
    public async Task<Result<TenantInfo>> Create(NewTenant wanted, CancellationToken cancellation)
    {
        if (!Catalog.CustomFields.KeyStep().IsMatch(wanted.Key))
        {
            return new Problem("bad-key", ("テナントキーは英小文字で始まる英数字にしてください。", "The tenant's key must be letters and digits and begin with a small letter."), Field: "key");
        }

        if (SettingsNameWhatThereIs.Zone(wanted.TimeZone) is { } problem) return problem;

        await using var db = await control();
        if (await db.Tenants.AnyAsync(t => t.Key == wanted.Key, cancellation))
        {
            return new Problem("taken", ($"テナント「{wanted.Key}」はすでにあります。", $"There is a tenant “{wanted.Key}” already."), ("別のキーを指定してください。", "Choose another key."), "key");
        }

        var row = new TenantRow
        {
            Number = (await db.Tenants.MaxAsync(t => (int?)t.Number, cancellation) ?? 0) + 1,
            Key = wanted.Key,
            Name = wanted.Name,
            TimeZone = wanted.TimeZone,
            Language = wanted.Language,
            Currency = wanted.Currency,
            FiscalYearStart = wanted.FiscalYearStart,
            Database = wanted.Database,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Tenants.Add(row);
        var on = modules.All.Where(m => wanted.Modules?.Contains(m.Key) ?? m.Boxed).ToList();
        db.TenantModules.AddRange(on.Select(m => new TenantModuleRow { TenantId = row.Id, Module = m.Key, Enabled = true }));
        BuiltInRoles.AddTo(db, row.Id);
        await db.SaveChangesAsync(cancellation);
        Forget();
        return (await Find(row.Id, cancellation))!;
    }

    /// <summary>Switches a module or plugin on or off; takes effect on the next request. The first time, the roles get what it brings for them.</summary>
    public async Task Switch(Guid tenant, string module, bool on, CancellationToken cancellation)
    {
        await using var db = await control();
        var row = await db.TenantModules.FindAsync([tenant, module], cancellation);
        if (row is not null)
        {
            (row.Enabled, row.ClosedJa, row.ClosedEn, row.ClosedAt) = (on, null, null, null);
        }
        else if (on)
        {
            db.TenantModules.Add(new TenantModuleRow { TenantId = tenant, Module = module, Enabled = true });
            await BuiltInRoles.Give(db, tenant, modules.Find(module)?.Grants ?? [], cancellation);
        }

        await Save(db, tenant, cancellation);
    }

    /// <summary>Keeps what was set for a module, as JSON.</summary>
    public async Task Set(Guid tenant, string module, string settings, CancellationToken cancellation)
    {
        await using var db = await control();
        (await db.TenantModules.SingleAsync(m => m.TenantId == tenant && m.Module == module, cancellation)).Settings = settings;
        await Save(db, tenant, cancellation);
    }

    /// <summary>Closes a module for a tenant until somebody switches it on again.</summary>
    public async Task Close(Guid tenant, string module, Label reason, CancellationToken cancellation)
    {
        await using var db = await control();
        if (await db.TenantModules.FindAsync([tenant, module], cancellation) is not { } row) return;
        (row.ClosedJa, row.ClosedEn, row.ClosedAt) = (reason.Ja.Cut(500), reason.En.Cut(500), clock.GetUtcNow());
        await Save(db, tenant, cancellation);
    }

    /// <summary>Opens a module again for all tenants it was closed for: another version of it has come.</summary>
    public async Task OpenAgain(string module, CancellationToken cancellation)
    {
        await using var db = await control();
        foreach (var row in await db.TenantModules.Where(m => m.Module == module && m.ClosedAt != null).ToListAsync(cancellation))
        {
            (row.ClosedJa, row.ClosedEn, row.ClosedAt) = (null, null, null);
            await Save(db, row.TenantId, cancellation);
        }
    }

    /// <summary>Says that fields, labels, roles or settings of a tenant changed, so that every node forgets what it knew.</summary>
    public async Task Changed(Guid tenant, CancellationToken cancellation)
    {
        await using var db = await control();
        await Save(db, tenant, cancellation);
    }

    /// <summary>Changes a tenant's settings.</summary>
    public async Task Update(Guid tenant, Action<TenantRow> change, CancellationToken cancellation)
    {
        await using var db = await control();
        change(await db.Tenants.SingleAsync(t => t.Id == tenant, cancellation));
        await Save(db, tenant, cancellation);
    }

    /// <summary>
    /// Saves what a context holds about a tenant and raises the tenant's version in the same transaction.
    /// The database counts: two nodes that save at once must not end at the same version with different content.
    /// </summary>
    public async Task Save(ControlDb db, Guid tenant, CancellationToken cancellation)
    {
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.Tenants.Where(t => t.Id == tenant).ExecuteUpdateAsync(s => s.SetProperty(t => t.Version, t => t.Version + 1), cancellation);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        Forget();
    }

    /// <summary>Looks whether another node changed something; called about once a second.</summary>
    public async Task Refresh(CancellationToken cancellation)
    {
        if (snapshot is not { } known) return;
        await using var db = await control();
        var stamp = await Stamp(db, cancellation);
        if (stamp != known.Stamp) Forget();
    }

    /// <summary>Reads all tenants again at the next question: they came by another way than through here.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref changes);
        Volatile.Write(ref snapshot, null);
    }

    private async ValueTask<Snapshot> Load(CancellationToken cancellation)
    {
        if (Volatile.Read(ref snapshot) is { } known) return known;
        await loading.WaitAsync(cancellation);
        try
        {
            if (Volatile.Read(ref snapshot) is { } loaded) return loaded;
            var before = Volatile.Read(ref changes);
            await using var db = await control();
            var stamp = await Stamp(db, cancellation);
            var rows = await db.Tenants.AsNoTracking().ToListAsync(cancellation);
            var on = (await db.TenantModules.AsNoTracking().Where(m => m.Enabled).ToListAsync(cancellation)).ToLookup(m => m.TenantId);
            var fresh = new Snapshot(stamp, [.. rows.Select(r => Info(r, [.. on[r.Id]]))]);

            // What changed while it was read may be missing from it: good for this caller, not for the next.
            if (Volatile.Read(ref changes) == before) Volatile.Write(ref snapshot, fresh);
            return fresh;
        }
        finally
        {
            loading.Release();
        }
    }

    private static async Task<(int Count, long Versions)> Stamp(ControlDb db, CancellationToken cancellation) =>
        (await db.Tenants.CountAsync(cancellation), await db.Tenants.SumAsync(t => t.Version, cancellation));

    internal static TenantInfo Info(TenantRow row, List<TenantModuleRow> modules) => new()
    {
        Id = row.Id,
        Number = row.Number,
        Key = row.Key,
        Name = row.Name,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone),
        Language = CultureInfo.GetCultureInfo(row.Language),
        Currency = row.Currency,
        FiscalYearStart = row.FiscalYearStart,
        Database = row.Database,
        Active = row.Active,
        Modules = modules.Select(m => m.Module).ToFrozenSet(StringComparer.Ordinal),
        Closed = modules.Where(m => m.ClosedAt is not null)
            .ToFrozenDictionary(m => m.Module, m => new Quarantine(m.Module, row.Id, new(m.ClosedJa!, m.ClosedEn!), m.ClosedAt!.Value), StringComparer.Ordinal),
        Seeded = modules.Where(m => m.SeededAt is not null).Select(m => m.Module).ToFrozenSet(StringComparer.Ordinal),
        Settings = modules.Where(m => m.Settings is not null).ToFrozenDictionary(m => m.Module, m => m.Settings!, StringComparer.Ordinal),
        Branding = Editions.Branding.Parse(row.Branding),
        Edition = row.Edition,
        Version = row.Version,
    };

    private sealed record Snapshot((int Count, long Versions) Stamp, IReadOnlyList<TenantInfo> Tenants)
    {
        public FrozenDictionary<Guid, TenantInfo> ById { get; } = Tenants.ToFrozenDictionary(t => t.Id);

        public FrozenDictionary<string, TenantInfo> ByKey { get; } = Tenants.ToFrozenDictionary(t => t.Key);
    }
}

/// <summary>A tenant to be made.</summary>
internal sealed record NewTenant(string Key, string Name)
{
    public string TimeZone { get; init; } = "Asia/Tokyo";

    public string Language { get; init; } = "ja";

    public string Currency { get; init; } = "JPY";

    public int FiscalYearStart { get; init; } = 4;

    /// <summary>Connection string of its own database, made when it is not there; null to share the installation's.</summary>
    public string? Database { get; init; }

    /// <summary>Modules to switch on; those the product comes with when null.</summary>
    public IReadOnlyList<string>? Modules { get; init; }

    /// <summary>Id of the edition it is made from; it then says which modules are on. Null for none.</summary>
    public string? Edition { get; init; }
}
