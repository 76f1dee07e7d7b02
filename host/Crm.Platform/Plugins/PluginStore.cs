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
    private readonly ConcurrentDictionary<string, Rejected> rejected = new(StringComparer.Ordinal);

    // What runs and what the database says ought to run change together: between the two, following would stop what was just installed.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Versions that ought to run and do not on this node, by id.</summary>
    public IReadOnlyDictionary<string, Rejected> NotRunning => rejected;

    /// <summary>Checks a package, runs it here, and tells the other nodes.</summary>
    public async Task<Result<LoadedPlugin>> Install(byte[] content, string by, CancellationToken cancellation)
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
        if (signer is null && !options.Value.AllowUnsigned) return PackageProblems.NotSigned();

        await turn.WaitAsync(cancellation);
        try
        {
            return await Install(db, package.Value, content, signer?.Name, by, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Result<LoadedPlugin>> Install(ControlDb db, PluginPackage package, byte[] content, string? signer, string by, CancellationToken cancellation)
    {
        var runs = await host.Run(package, cancellation);
        if (runs.Failed) return runs;
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        var manifest = package.Manifest;
        var version = manifest.Version.ToString();
        foreach (var row in await db.Plugins.Where(p => p.Id == manifest.Id).ToListAsync(cancellation))
        {
            // The version before this one is kept to go back to; older ones are not needed.
            if (row.Active && row.Version != version) row.Active = false;
            else db.Plugins.Remove(row);
        }

        await db.SaveChangesAsync(cancellation);
        db.Plugins.Add(new PluginRow
        {
            Id = manifest.Id, Version = version, Digest = package.Digest, Package = content, SignedBy = signer, Active = true, InstalledAt = clock.GetUtcNow(), InstalledBy = by,
        });
        await db.SaveChangesAsync(cancellation);
        await together.CommitAsync(cancellation);
        rejected.TryRemove(manifest.Id, out _);
        return runs;
    }

    /// <summary>Takes a plugin out of the installation; its data stays.</summary>
    public async Task<Result> Remove(string id, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await RemoveInTurn(id, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Brings this node in line with the database; called at the start and now and then.</summary>
    public async Task Follow(CancellationToken cancellation)
    {
        if (options.Value.Safe) return;
        await turn.WaitAsync(cancellation);
        try
        {
            await FollowInTurn(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Result> RemoveInTurn(string id, CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var rows = await db.Plugins.Where(p => p.Id == id).ToListAsync(cancellation);
        if (rows.Count == 0) return new Problem("not-found", ($"プラグイン「{id}」は入っていません。", $"There is no plugin “{id}”."), Kind: ProblemKind.NotFound);
        var stopped = await host.Stop(id, cancellation);
        if (stopped.Failed) return stopped;
        db.Plugins.RemoveRange(rows);
        await db.SaveChangesAsync(cancellation);
        rejected.TryRemove(id, out _);
        return Result.Done;
    }

    private async Task FollowInTurn(CancellationToken cancellation)
    {
        await using var db = await control.Open();
        var wanted = await db.Plugins.AsNoTracking().Where(p => p.Active).Select(p => new { p.Id, p.Version, p.Digest }).ToListAsync(cancellation);
        foreach (var gone in host.Running.Where(r => wanted.TrueForAll(w => w.Id != r.Id)).OrderByDescending(r => r.Package.Manifest.Requires.Count))
        {
            await host.Stop(gone.Id, cancellation);
        }

        // One may need another: again, as long as something new runs.
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var missing in wanted.Where(w => host.Find(w.Id)?.Package.Digest != w.Digest && rejected.GetValueOrDefault(w.Id)?.Digest != w.Digest))
            {
                var content = await db.Plugins.Where(p => p.Id == missing.Id && p.Version == missing.Version).Select(p => p.Package).SingleAsync(cancellation);
                var package = PluginPackage.Read(content, new PackageLimits());
                var runs = package.Failed ? Result<LoadedPlugin>.Fail(package.Problems) : await host.Run(package.Value, cancellation);
                if (!runs.Failed) (progress, _) = (true, rejected.TryRemove(missing.Id, out _));
                else if (!runs.Problems.Any(p => p.Code == "requires") || host.Running.Count == 0) Reject(missing.Id, missing.Version, missing.Digest, runs.Problems);
            }
        }
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
