using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Crm.Platform.Modules;
using Crm.Platform.Plugins.Checks;
using Crm.Platform.Plugins.Loading;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crm.Platform.Plugins;

/// <summary>A version of a plugin that this node runs.</summary>
internal sealed record LoadedPlugin(PluginPackage Package, PluginContext Context, ModuleRuntime Runtime)
{
    public string Id => Package.Manifest.Id;

    public Version Version => Package.Manifest.Version;

    /// <summary>What whoever put it in the place of another version should know.</summary>
    public IReadOnlyList<Label> Notices { get; init; } = [];
}

/// <summary>A version that was replaced or removed; it goes when nothing uses it any more.</summary>
/// <param name="Name">Id and version.</param>
/// <param name="Context">Gone when the memory is free again.</param>
internal sealed record RetiredPlugin(string Name, WeakReference Context);

/// <summary>
/// The plugins of this node: loads a version beside the one that runs, migrates, lets new work use it, and drops the old one when the
/// work that began with it is over. What ought to run is for <see cref="PluginStore"/> to say.
/// </summary>
internal sealed partial class PluginHost(
    ModuleList modules, HostServices services, SharedAssemblies shared, Migrator migrator, Databases databases, Tenants tenants, ModuleHealth health, IOptions<PluginOptions> options, TimeProvider clock, ILogger<PluginHost> log)
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, LoadedPlugin> running = new(StringComparer.Ordinal);
    private readonly List<(ModuleSet Set, DateTimeOffset At)> superseded = [];
    private readonly List<(LoadedPlugin Plugin, DateTimeOffset At)> leaving = [];
    private readonly List<RetiredPlugin> retired = [];

    public IReadOnlyCollection<LoadedPlugin> Running => [.. running.Values.OrderBy(p => p.Id, StringComparer.Ordinal)];

    /// <summary>Versions that were dropped and whose memory is not free yet.</summary>
    public IReadOnlyList<RetiredPlugin> StillInMemory
    {
        get
        {
            lock (retired)
            {
                retired.RemoveAll(r => !r.Context.IsAlive);
                return [.. retired];
            }
        }
    }

    public LoadedPlugin? Find(string id) => running.GetValueOrDefault(id);

    /// <summary>Runs a package, in the place of the version that runs now. Refused, everything stays as it was.</summary>
    public async Task<Result<LoadedPlugin>> Run(PluginPackage package, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await RunInTurn(package, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The same, with what is worth knowing of the change for whoever makes it.</summary>
    public async Task<Result<LoadedPlugin>> Install(PluginPackage package, CancellationToken cancellation)
    {
        var before = Find(package.Manifest.Id);
        var runs = await Run(package, cancellation);
        return runs.Failed || before is null || before == runs.Value
            ? runs
            : runs.Value with { Notices = VersionNotices.Of(before, runs.Value, key => modules.All.SelectMany(m => m.RecordTypes).FirstOrDefault(t => t.Key == key)) };
    }

    /// <summary>What the modules would be with these packages among them: loaded for the question alone, neither migrated nor let run.</summary>
    /// <param name="packages">Each after those it needs.</param>
    /// <param name="look">Asks; keeps nothing of what it is given.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Result<T>> Look<T>(IEnumerable<PluginPackage> packages, Func<ModuleSet, T> look, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        List<LoadedPlugin> fresh = [];
        try
        {
            foreach (var package in packages)
            {
                var loaded = Load(package, fresh);
                if (loaded.Failed) return Result<T>.Fail(loaded.Problems);
                fresh.Add(loaded.Value);
            }

            return look(modules.Now.With([.. fresh.Select(p => p.Runtime)]));
        }
        finally
        {
            foreach (var plugin in fresh) await Unload(plugin);
            turn.Release();
        }
    }

    /// <summary>Stops a plugin on this node; refused while another needs it.</summary>
    public async Task<Result> Stop(string id, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (!running.TryGetValue(id, out var plugin)) return Result.Done;
            if (running.Values.FirstOrDefault(p => p.Package.Manifest.Requires.ContainsKey(id)) is { } needing)
            {
                var name = needing.Package.Manifest.Name;
                return new Problem("required-by", ($"「{name.Ja}」がこのプラグインを使っています。", $"“{name.En}” needs this plugin."), ("先にそちらを削除してください。", "Remove that first."));
            }

            running.TryRemove(id, out _);
            Supersede(set => set.Without(id), [plugin]);
            LogStopped(log, id, plugin.Version);
            return Result.Done;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Drops versions that nothing uses any more; called now and then.</summary>
    public async Task Reclaim()
    {
        List<LoadedPlugin> free;
        lock (superseded)
        {
            var now = clock.GetUtcNow();
            superseded.RemoveAll(s => s.Set.Users == 0 && now - s.At >= options.Value.Grace);
            free = [.. leaving.Where(l => now - l.At >= options.Value.Grace && !superseded.Exists(s => s.Set.Runtimes.Contains(l.Plugin.Runtime))).Select(l => l.Plugin)];
            leaving.RemoveAll(l => free.Contains(l.Plugin));
        }

        foreach (var plugin in free) await Unload(plugin);
    }

    private async Task<Result<LoadedPlugin>> RunInTurn(PluginPackage package, CancellationToken cancellation)
    {
        if (running.TryGetValue(package.Manifest.Id, out var same) && same.Package.Digest == package.Digest) return same;

        // Those that use its contracts are made anew against them, from their own packages.
        List<LoadedPlugin> fresh = [];
        var packages = Dependents(package.Manifest.Id).Select(p => p.Package).Prepend(package);
        foreach (var one in packages)
        {
            var loaded = Load(one, fresh);
            if (loaded.Failed)
            {
                foreach (var half in fresh) await Unload(half);
                return loaded;
            }

            fresh.Add(loaded.Value);
        }

        foreach (var plugin in fresh)
        {
            var problems = await Migrate(plugin, cancellation);
            if (problems.Count == 0) continue;
            foreach (var half in fresh) await Unload(half);
            return Result<LoadedPlugin>.Fail(problems);
        }

        var replaced = fresh.Select(p => running.GetValueOrDefault(p.Id)).OfType<LoadedPlugin>().ToList();
        foreach (var plugin in fresh) running[plugin.Id] = plugin;
        Supersede(set => set.With([.. fresh.Select(p => p.Runtime)]), replaced);
        LogRuns(log, package.Manifest.Id, package.Manifest.Version);
        return fresh[0];
    }

    /// <summary>Those that need a plugin, directly or through others; each after all it needs.</summary>
    private IEnumerable<LoadedPlugin> Dependents(string id)
    {
        var needing = running.Values.Where(p => p.Package.Manifest.Requires.ContainsKey(id)).ToList();
        return needing.Concat(needing.SelectMany(p => Dependents(p.Id))).Reverse().DistinctBy(p => p.Id).Reverse();
    }

    /// <summary>Checks ranges and links, loads, and lets the module describe itself. Nothing of the plugin runs before its links are known to hold.</summary>
    private Result<LoadedPlugin> Load(PluginPackage package, List<LoadedPlugin> fresh)
    {
        var manifest = package.Manifest;
        var sdk = Three(typeof(CrmModule).Assembly.GetName().Version!);
        if (!manifest.Sdk.Has(sdk)) return PackageProblems.OtherSdk(manifest.Sdk, sdk);
        var required = new List<PluginContext>();
        foreach (var (key, range) in manifest.Requires)
        {
            var plugin = fresh.Find(p => p.Id == key) ?? running.GetValueOrDefault(key);
            var there = plugin?.Version ?? (modules.Find(key) is { } boxed ? Three(boxed.Assembly.GetName().Version!) : null);
            if (there is null || !range.Has(there)) return PackageProblems.Requires(key, range, there);
            if (plugin is not null) required.Add(plugin.Context);
        }

        if (!running.ContainsKey(manifest.Id) && modules.Find(manifest.Id) is not null)
        {
            return new Problem("name-taken", ($"「{manifest.Id}」という名前のモジュールがすでにあります。", $"There is a module called “{manifest.Id}” already."), ("作成者が別の PluginId（とモジュールの Key）にしたパッケージを使ってください。", "Use a package whose maker gave it another PluginId (and its module that Key)."), "file");
        }

        var context = new PluginContext(package, shared, required);
        try
        {
            var missing = LinkCheck.Missing(package, context, shared);
            if (missing.Count > 0) return Refuse(missing);
            var runtime = Describe(manifest, context);
            if (runtime.Failed) return Refuse(runtime.Problems);
            var unknown = UnknownRecordTypes.Of(
                runtime.Value.Description, key => manifest.Requires.ContainsKey(key) ? fresh.Find(p => p.Id == key)?.Runtime.Description ?? modules.Find(key) : modules.Find(key) is { Boxed: true } boxed ? boxed : null);
            if (unknown.Count > 0) return Refuse(unknown);
            return new LoadedPlugin(package, context, runtime.Value);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException or MissingMemberException)
        {
            return Refuse([new Problem("not-loaded", ($"読み込めません: {e.Message}", $"It cannot be loaded: {e.Message}"), Field: "file")]);
        }

        Result<LoadedPlugin> Refuse(IReadOnlyList<Problem> problems)
        {
            Forget(context);
            return Result<LoadedPlugin>.Fail(problems);
        }
    }

    private Result<ModuleRuntime> Describe(PluginManifest manifest, PluginContext context)
    {
        var classes = context.Main().GetTypes().Where(t => t.IsSubclassOf(typeof(CrmModule)) && !t.IsAbstract).ToList();
        if (classes is not [var only])
        {
            return new Problem(
                "no-module", ($"{manifest.Assembly} には CrmModule の派生クラスがちょうど 1 つ必要です（{classes.Count} 個）。", $"{manifest.Assembly} must hold exactly one class derived from CrmModule; it holds {classes.Count}."), Field: "file");
        }

        CrmModule module;
        try
        {
            module = (CrmModule)Activator.CreateInstance(only, nonPublic: true)!;
        }
        catch (Exception e)
        {
            var cause = e.InnerException ?? e;
            return new Problem("no-module", ($"{only.Name} を作成できません: {cause.Message}", $"{only.Name} cannot be made: {cause.Message}"), Field: "file");
        }

        if (module.Key != manifest.Id)
        {
            return new Problem("other-id", ($"plugin.json の id は「{manifest.Id}」ですが、モジュールのキーは「{module.Key}」です。", $"plugin.json says “{manifest.Id}”, but the module's key is “{module.Key}”."), ("プロジェクトの PluginId とモジュールの Key を同じにして、ビルドし直してください。", "Make PluginId of the project and Key of the module the same, and build again."), "file");
        }

        var runtime = ModuleRuntime.Of(module, services);
        if (runtime.Faults.Count > 0) return Result<ModuleRuntime>.Fail([.. runtime.Faults.Select(f => new Problem("faulty", f, ("作成者がモジュールの記述（Configure）を直し、ビルドし直す必要があります。", "Its maker has to mend what the module says in Configure, and build it again."), "file"))]);
        if (runtime.Description.Requires.Find(r => !manifest.Requires.ContainsKey(r)) is { } unsaid)
        {
            return new Problem("unsaid", ($"モジュールは「{unsaid}」を必要としますが、plugin.json の requires にありません。", $"The module requires “{unsaid}”, which plugin.json does not say."), Field: "file");
        }

        return runtime;
    }

    /// <summary>Makes its tables in every database, and looks whether they hold all it describes.</summary>
    private async Task<IReadOnlyList<Problem>> Migrate(LoadedPlugin plugin, CancellationToken cancellation)
    {
        var description = plugin.Runtime.Description;
        foreach (var tenant in (await tenants.All(cancellation)).Where(t => t.Database is not null).Prepend(null))
        {
            if (await migrator.Try(description, tenant, cancellation) is { } failed)
            {
                return [new("migration-failed", ($"テーブルの更新に失敗しました: {failed.Message}", $"Migrating its tables failed: {failed.Message}"), ("これまでの版がそのまま動いています。", "What ran before goes on as it was."), "file")];
            }

            var missing = await MissingColumns.Of(databases, description, tenant, cancellation);
            if (missing.Count > 0) return missing;
        }

        // What a former version was closed for may be mended now.
        health.Open(plugin.Id);
        await tenants.OpenAgain(plugin.Id, cancellation);
        return [];
    }

    private void Supersede(Func<ModuleSet, ModuleSet> change, IReadOnlyList<LoadedPlugin> replaced)
    {
        lock (superseded)
        {
            var now = clock.GetUtcNow();
            superseded.Add((modules.Replace(change), now));
            leaving.AddRange(replaced.Select(p => (p, now)));
        }
    }

    private async Task Unload(LoadedPlugin plugin)
    {
        await plugin.Runtime.DisposeAsync();
        var name = $"{plugin.Id} {plugin.Version}";
        lock (retired) retired.Add(new(name, Forget(plugin.Context)));
        LogDropped(log, name);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget(PluginContext context)
    {
        TypeCaches.Forget(context);
        context.Unload();
        return new WeakReference(context);
    }

    private static Version Three(Version version) => new(version.Major, version.Minor, Math.Max(version.Build, 0));

    [LoggerMessage(Level = LogLevel.Information, Message = "The plugin {Plugin} runs in version {Version}")]
    private static partial void LogRuns(ILogger logger, string plugin, Version version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The plugin {Plugin} {Version} is stopped")]
    private static partial void LogStopped(ILogger logger, string plugin, Version version);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Plugin} is not used any more and was dropped")]
    private static partial void LogDropped(ILogger logger, string plugin);
}
