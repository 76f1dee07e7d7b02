using System.Collections.Concurrent;
using Crm.Platform.Catalog;
using Crm.Platform.Editions.Applying;
using Crm.Platform.Editions.Packages;
using Crm.Platform.Modules;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Editions;

/// <summary>The editions of the installation, all versions of each.</summary>
internal sealed class EditionStore(ControlDbs control, PluginStore plugins, PluginHost running, ModuleList modules, ModuleHealth health, IOptions<PluginOptions> options, TimeProvider clock)
{
    // Read once: a package may carry plugins of many megabytes.
    private readonly ConcurrentDictionary<string, InstalledEdition> read = new(StringComparer.Ordinal);

    /// <summary>All, newest version of each first.</summary>
    public async Task<IReadOnlyList<InstalledEdition>> All(CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var rows = await db.Editions.AsNoTracking().Select(e => new { e.Id, e.Version, e.Digest, e.SignedBy, e.InstalledAt, e.InstalledBy }).ToListAsync(cancellation);
        var all = new List<InstalledEdition>();
        foreach (var row in rows)
        {
            if (!read.TryGetValue(row.Digest, out var known))
            {
                var content = await db.Editions.Where(e => e.Id == row.Id && e.Version == row.Version).Select(e => e.Package).SingleAsync(cancellation);
                var package = EditionPackage.Read(content);

                // What was let in by an earlier version of the product and is not understood by this one is not offered.
                if (package.Failed) continue;
                known = read[row.Digest] = new(package.Value.Manifest, package.Value.Logo?.Digest, row.SignedBy, row.InstalledAt, row.InstalledBy);
            }

            all.Add(known);
        }

        return [.. all.OrderBy(e => e.Manifest.Id, StringComparer.Ordinal).ThenByDescending(e => e.Manifest.Number)];
    }

    /// <summary>A version of an edition; the newest when none is named.</summary>
    public async Task<Result<InstalledEdition>> Find(string id, string? version, CancellationToken cancellation)
    {
        var all = await All(cancellation);
        return all.FirstOrDefault(e => e.Manifest.Id == id && (version is null || e.Manifest.Version == version)) is { } found ? found : EditionProblems.NotFound(id, version);
    }

    public async Task<Logo?> Logo(string digest, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        return await db.Logos.AsNoTracking().FirstOrDefaultAsync(l => l.Digest == digest, cancellation) is { } row ? new(row.Digest, row.Type, row.Content) : null;
    }

    /// <summary>Whether a package would be let in, and who signed it; nothing is written.</summary>
    public async Task<Result<(EditionPackage Package, string? SignedBy)>> Verify(byte[] content, CancellationToken cancellation)
    {
        var fits = await Fits(content, cancellation);
        if (fits.Failed) return fits;

        // Whether it knows the fields, settings and rights of plugins it carries can be asked of those alone.
        var manifest = fits.Value.Package.Manifest;
        var carried = manifest.Plugins.Where(p => !Runs(p)).Select(p => PluginPackage.Read(fits.Value.Package.Files[p.Path], new PackageLimits()).Value).ToList();
        var unknown = carried.Count == 0 ? Result.Of(Unknown(fits.Value.Package, modules.Now)) : await running.Look(carried, set => Unknown(fits.Value.Package, set), cancellation);
        if (unknown.Failed) return Result<(EditionPackage, string?)>.Fail(unknown.Problems);
        return unknown.Value.Count > 0 ? Result<(EditionPackage, string?)>.Fail(unknown.Value) : fits;
    }

    /// <summary>Whether it is sound, signed, and has all it needs.</summary>
    private async Task<Result<(EditionPackage Package, string? SignedBy)>> Fits(byte[] content, CancellationToken cancellation)
    {
        var package = EditionPackage.Read(content);
        if (package.Failed) return Result<(EditionPackage, string?)>.Fail(package.Problems);
        await using var db = await control.Open();
        var keys = (await db.PluginKeys.AsNoTracking().ToListAsync(cancellation)).ConvertAll(k => new TrustedKey(k.Name, k.Pem));
        var signer = package.Value.SignedBy(keys);
        var (manifest, problems) = (package.Value.Manifest, new List<Problem>());
        if (signer is null && !options.Value.AllowUnsigned) return PackageProblems.NoTrustedSignature(package.Value.Files, $"{manifest.Id} {manifest.Version}", manifest.Publisher);
        problems.AddRange(manifest.Modules.Where(m => modules.Find(m) is not { Boxed: true, OnlyDemos: false }).Select(EditionProblems.NoModule));
        foreach (var plugin in manifest.Plugins)
        {
            if (await PluginFault(db, package.Value, plugin, keys, cancellation) is { } fault) problems.Add(fault);
        }

        return problems.Count > 0 ? Result<(EditionPackage, string?)>.Fail(problems) : (package.Value, signer?.Name);
    }

    /// <summary>Lets a package in with the plugins it carries, wholly or not at all.</summary>
    public async Task<Result<InstalledEdition>> Install(byte[] content, string by, CancellationToken cancellation)
    {
        var verified = await Fits(content, cancellation);
        if (verified.Failed) return Result<InstalledEdition>.Fail(verified.Problems);
        var (package, signer) = verified.Value;
        var manifest = package.Manifest;
        await using var db = await control.Open();
        var there = await db.Editions.Where(e => e.Id == manifest.Id && e.Version == manifest.Version).Select(e => e.Digest).FirstOrDefaultAsync(cancellation);
        if (there is not null && there != package.Digest) return EditionProblems.Taken(manifest.Id, manifest.Version);

        // What was installed on the way goes again when the rest does not follow.
        var undo = new Stack<Func<Task>>();
        foreach (var plugin in manifest.Plugins.Where(p => !Runs(p)))
        {
            var earlier = await db.Plugins.Where(p => p.Id == plugin.Id && p.Active).Select(p => p.Package).FirstOrDefaultAsync(cancellation);
            var installed = await plugins.Install(package.Files[plugin.Path], by, cancellation);
            if (installed.Failed) return await Back(installed.Problems);
            undo.Push(async () =>
            {
                if (earlier is null) await plugins.Remove(plugin.Id, CancellationToken.None);
                else await plugins.Install(earlier, by, CancellationToken.None);
            });
        }

        if (Unknown(package, modules.Now) is { Count: > 0 } unknown) return await Back(unknown);
        var logo = package.Logo;
        if (there is null)
        {
            if (logo is not null && !await db.Logos.AnyAsync(l => l.Digest == logo.Digest, cancellation)) db.Logos.Add(new LogoRow { Digest = logo.Digest, Type = logo.Type, Content = logo.Content });
            db.Editions.Add(new EditionRow { Id = manifest.Id, Version = manifest.Version, Digest = package.Digest, Package = content, SignedBy = signer, InstalledAt = clock.GetUtcNow(), InstalledBy = by });
            await db.SaveChangesAsync(cancellation);
        }

        return await Find(manifest.Id, manifest.Version, cancellation);

        async Task<Result<InstalledEdition>> Back(IReadOnlyList<Problem> problems)
        {
            while (undo.TryPop(out var step)) await step();
            return Result<InstalledEdition>.Fail(problems);
        }
    }

    private bool Runs(EditionPlugin plugin) => running.Find(plugin.Id)?.Version.ToString() == plugin.Version;

    /// <summary>What in the edition this product, with these plugins, does not know: as a tenant that has nothing else would see it.</summary>
    private IReadOnlyList<Problem> Unknown(EditionPackage package, ModuleSet set)
    {
        var edition = package.Manifest;
        var nobody = new TenantInfo
        {
            Id = Guid.Empty, Number = 0, Key = "", Name = "", TimeZone = TimeZoneInfo.Utc, Language = System.Globalization.CultureInfo.GetCultureInfo("ja"), Currency = "JPY", FiscalYearStart = 4,
            Modules = edition.On.ToHashSet(), Version = 0,
        };
        var nothing = new TenantAdditions(Array.Empty<(string Type, Sdk.Records.Field Field)>().ToLookup(f => f.Type, f => f.Field), [], new Dictionary<string, Label>());
        var catalog = new TenantCatalog(nobody, set, health, EditionPlanner.With(nothing, edition, _ => true));
        return [.. edition.On.Where(m => !catalog.IsOn(m)).Select(Lacking), .. EditionItems.Of(edition, package.Logo?.Digest, catalog, nobody).Problems];

        Problem Lacking(string key) => set.Find(key)?.Requires.Find(r => !edition.On.Contains(r)) is { } needed
            ? EditionProblems.Unknown("modules", new Problem("requires", ($"「{key}」には「{needed}」が必要です。", $"“{key}” needs “{needed}”.")))
            : EditionProblems.NoModule(key);
    }

    private async Task<Problem?> PluginFault(ControlDb db, EditionPackage package, EditionPlugin plugin, IReadOnlyList<TrustedKey> keys, CancellationToken cancellation)
    {
        var active = await db.Plugins.AsNoTracking().Where(p => p.Id == plugin.Id && p.Active).Select(p => new { p.Version, p.Digest }).FirstOrDefaultAsync(cancellation);
        if (active is not null && Version.Parse(active.Version) > Version.Parse(plugin.Version)) return EditionProblems.PluginIsNewer(plugin.Id, plugin.Version, active.Version);
        if (active?.Version == plugin.Version)
        {
            return plugin.Sha256 is { } sum && !sum.Equals(active.Digest, StringComparison.OrdinalIgnoreCase) ? EditionProblems.OtherPlugin(plugin.Id, plugin.Version) : null;
        }

        if (!package.Files.TryGetValue(plugin.Path, out var carried)) return EditionProblems.MissingPlugin(plugin.Id, plugin.Version, active?.Version);
        var inside = PluginPackage.Read(carried, new PackageLimits()).Value;
        var signer = inside.SignedBy(keys);
        if (signer is null && !options.Value.AllowUnsigned) return PackageProblems.NoTrustedSignature(inside.Files, plugin.Path, inside.Manifest.Publisher);
        return PluginStore.SomebodyElses(await db.Plugins.AsNoTracking().Where(p => p.Id == plugin.Id).ToListAsync(cancellation), inside.Manifest, signer);
    }
}

/// <summary>A version of an edition that tenants can have.</summary>
/// <param name="Manifest">What it says.</param>
/// <param name="Logo">SHA-256 of its picture; null for none.</param>
/// <param name="SignedBy">The trusted key that signed it; null for an unsigned one.</param>
/// <param name="InstalledAt">When (UTC).</param>
/// <param name="InstalledBy">By whom.</param>
internal sealed record InstalledEdition(EditionManifest Manifest, string? Logo, string? SignedBy, DateTimeOffset InstalledAt, string InstalledBy);
