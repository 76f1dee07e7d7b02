using System.Collections.Concurrent;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Sdk;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Plugins;

/// <summary>
/// The plugins of the installation: which version of each ought to run says the database, and every node follows. A package is accepted
/// by the node that takes it in, which loads and migrates it; then the others get it.
/// </summary>
internal sealed partial class PluginStore(ControlDbs control, PluginHost host, IOptions<PluginOptions> options, TimeProvider clock, ILogger<PluginStore> log)
{
    // What is installed here runs before the database says so: nobody follows the database meanwhile.
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, Rejected> rejected = new(StringComparer.Ordinal);

    /// <summary>Versions that ought to run and do not on this node, by id.</summary>
    public IReadOnlyDictionary<string, Rejected> NotRunning => rejected;

    /// <summary>Checks a package, runs it here, and tells the other nodes.</summary>
    /// <param name="content">The file.</param>
    /// <param name="by">Who installs it, by name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="newPublisher">Whether it may take the place, and the data, of a plugin of the same id by somebody else.</param>
    public Task<Result<LoadedPlugin>> Install(byte[] content, string by, CancellationToken cancellation, bool newPublisher = false) =>
        InTurn(() => InstallInTurn(content, by, newPublisher, cancellation), cancellation);

    /// <summary>Takes a plugin out of the installation; its data stays, and with it whose it is.</summary>
    public Task<Result> Remove(string id, CancellationToken cancellation) => InTurn(() => RemoveInTurn(id, cancellation), cancellation);

    /// <summary>Forgets a plugin whose data is gone: its id is free for anybody.</summary>
    public async Task Forget(string id, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        await db.Plugins.Where(p => p.Id == id && !p.Active).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Brings this node in line with the database; called at the start and now and then.</summary>
    public Task Follow(CancellationToken cancellation) => options.Value.Safe ? Task.CompletedTask : InTurn(() => FollowInTurn(cancellation), cancellation);

    private async Task<T> InTurn<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Result<LoadedPlugin>> InstallInTurn(byte[] content, string by, bool newPublisher, CancellationToken cancellation)
    {
        if (options.Value.Safe)
        {
            return new Problem("safe", ("セーフモードではプラグインを導入できません。", "No plugin is installed in safe mode."), ("通常モードで起動し直してください。", "Start the server without --safe."), "file");
        }

        var package = PluginPackage.Read(content, new PackageLimits());
        if (package.Failed) return Result<LoadedPlugin>.Fail(package.Problems);
        await using var db = await control.Open();
        var keys = await db.PluginKeys.AsNoTracking().ToListAsync(cancellation);
        var signer = package.Value.SignedBy(keys.Select(k => new TrustedKey(k.Name, k.Pem)));
        var manifest = package.Value.Manifest;
        if (signer is null && !options.Value.AllowUnsigned) return PackageProblems.NoTrustedSignature(package.Value.Files, $"{manifest.Id} {manifest.Version}", manifest.Publisher);
        var rows = await db.Plugins.Where(p => p.Id == manifest.Id).ToListAsync(cancellation);
        if (!newPublisher && SomebodyElses(rows, manifest, signer) is { } taken) return taken;

        var runs = await host.Install(package.Value, cancellation);
        if (runs.Failed) return runs;
        var version = manifest.Version.ToString();
        var now = rows.Find(r => r.Version == version);
        if (now is null) db.Plugins.Add(now = new PluginRow { Id = manifest.Id, Version = version });

        var names = FormerFields.Names(runs.Value.Runtime.Description, rows.OrderBy(r => r.InstalledAt).LastOrDefault(r => r.Names is not null)?.Names);

        // The version before this one is kept to go back to; older ones are not needed. One save, or other nodes would see none active.
        db.Plugins.RemoveRange(rows.Where(r => r != now && !r.Active));
        foreach (var before in rows) before.Active = false;
        (now.Digest, now.Package, now.SignedBy, now.Active, now.InstalledAt, now.InstalledBy, now.Names) = (package.Value.Digest, content, signer?.Name, true, clock.GetUtcNow(), by, names);
        await db.SaveChangesAsync(cancellation);
        rejected.TryRemove(manifest.Id, out _);
        return runs;
    }

    /// <summary>
    /// Two publishers may have thought of the same everyday id; the second would get the tables and the data of the first. Who they are says
    /// the key; only where one of them is not signed, as in development, what the packages say.
    /// </summary>
    public static Problem? SomebodyElses(IReadOnlyCollection<PluginRow> rows, PluginManifest manifest, TrustedKey? signer)
    {
        if ((rows.FirstOrDefault(r => r.Active) ?? rows.MaxBy(r => r.InstalledAt)) is not { } there) return null;
        if (there.SignedBy is { } key && signer is not null) return key == signer.Name ? null : PackageProblems.OtherPublisher(manifest.Id, key, signer.Name, there.Active);
        var before = PluginPackage.Read(there.Package, new PackageLimits());
        return before.Failed || before.Value.Manifest.Publisher == manifest.Publisher ? null : PackageProblems.OtherPublisher(manifest.Id, before.Value.Manifest.Publisher, manifest.Publisher, there.Active);
    }

    private async Task<Result> RemoveInTurn(string id, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var rows = await db.Plugins.Where(p => p.Id == id).ToListAsync(cancellation);
        if (!rows.Exists(r => r.Active)) return new Problem("not-found", ($"プラグイン「{id}」は入っていません。", $"There is no plugin “{id}”."), Kind: ProblemKind.NotFound);
        var stopped = await host.Stop(id, cancellation);
        if (stopped.Failed) return stopped;
        db.Plugins.RemoveRange(rows.Where(r => !r.Active));
        foreach (var last in rows) last.Active = false;
        await db.SaveChangesAsync(cancellation);
        rejected.TryRemove(id, out _);
        return Result.Done;
    }

    private async Task<bool> FollowInTurn(CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var wanted = await db.Plugins.AsNoTracking().Where(p => p.Active).Select(p => new { p.Id, p.Version, p.Digest }).ToListAsync(cancellation);
        foreach (var gone in host.Running.Where(r => wanted.TrueForAll(w => w.Id != r.Id)).OrderByDescending(r => r.Package.Manifest.Requires.Count))
        {
            await host.Stop(gone.Id, cancellation);
        }

        // One may need another: again, as long as something new runs.
        bool more;
        do
        {
            more = false;
            foreach (var missing in wanted.Where(w => host.Find(w.Id)?.Package.Digest != w.Digest && rejected.GetValueOrDefault(w.Id)?.Digest != w.Digest))
            {
                var content = await db.Plugins.Where(p => p.Id == missing.Id && p.Version == missing.Version).Select(p => p.Package).SingleAsync(cancellation);
                var package = PluginPackage.Read(content, new PackageLimits());
                var runs = package.Failed ? Result<LoadedPlugin>.Fail(package.Problems) : await host.Run(package.Value, cancellation);
                if (runs.Failed)
                {
                    Reject(missing.Id, missing.Version, missing.Digest, runs.Problems);
                    continue;
                }

                more = true;
                rejected.TryRemove(missing.Id, out _);
                foreach (var waiting in rejected.Where(r => r.Value.Problems.Any(p => p.Code == PackageProblems.Lacking))) rejected.TryRemove(waiting);
            }
        }
        while (more);
        return true;
    }

    private void Reject(string id, string version, string digest, IReadOnlyList<Problem> problems)
    {
        rejected[id] = new(version, digest, problems);
        LogRejected(log, id, version, string.Join(" ", problems.Select(p => p.Message.En)));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The plugin {Plugin} {Version} does not run here: {Reason}")]
    private static partial void LogRejected(ILogger logger, string plugin, string version, string reason);
}

/// <summary>A version that ought to run and does not on this node.</summary>
internal sealed record Rejected(string Version, string Digest, IReadOnlyList<Problem> Problems);
