// What a test begins with: an installation of its own, with the plugin loaded from its package.
using Crm.Platform.Tenancy;

namespace Crm.Sdk.Testing;

/// <summary>
/// A whole installation for one test: the real host on a SQLite database of its own, with the product's modules and the plugin, which the
/// real loader took from its package. Works as the system itself in the first tenant; <see cref="Acting.As(TestRights)"/> gives users with
/// fewer rights, <see cref="NewTenant"/> a second tenant. The clock stands at 2026-11-20 10:00 in Tokyo until it is moved.
/// </summary>
public sealed class CrmTestHost : Acting, IAsyncDisposable
{
    private readonly Installation host;
    private TenantInfo tenant;

    private CrmTestHost(Installation host, TenantInfo tenant) => (this.host, this.tenant) = (host, tenant);

    /// <summary>The moment it is.</summary>
    public DateTimeOffset Now => host.Clock.GetUtcNow();

    /// <summary>Where the installation keeps everything, its database among it: to look whether something lies there in clear.</summary>
    public string Folder => host.Folder;

    private protected override Installation Host => host;

    private protected override TenantInfo Tenant => tenant;

    /// <summary>Starts with these packages installed and switched on; without any, with those beside the tests, which is where the build puts the packages of referenced plugin projects.</summary>
    public static async Task<CrmTestHost> Start(params string[] packages)
    {
        var host = await Installation.Start(packages.Length > 0 ? packages : Beside());
        return new CrmTestHost(host, await host.NewTenant("alpha", withPlugins: true));
    }

    /// <summary>
    /// Takes a package through its whole life on an installation of its own, as <c>./crm plugin check</c> does: install, switch on for one tenant
    /// of two, all it adds through pages, API, search, export, import and history, off and on again, a next version, removal with its data.
    /// What it does wrong fails the test. It is looked at with its sample data (<c>module.Demo</c>).
    /// </summary>
    /// <param name="package">The package; without it, the one beside the tests.</param>
    /// <returns>What could not be looked at, such as fields without a sample value.</returns>
    public static async Task<IReadOnlyList<Label>> Conforms(string? package = null)
    {
        await using var host = await Installation.Start([]);
        var report = await host.Check(await File.ReadAllBytesAsync(package ?? Beside()[0]));
        return report.Failures.Count == 0
            ? report.NotChecked
            : throw new CrmTestException(string.Join('\n', report.Failures.Select(f => f.En)), string.Join('\n', report.Failures.Select(f => f.Ja)));
    }

    /// <summary>Another tenant, with the plugin or without.</summary>
    public async Task<TestTenant> NewTenant(string key, bool withPlugins = true) => new(host, await host.NewTenant(key, withPlugins));

    /// <summary>Installs a package while the host runs, such as the next version.</summary>
    public Task Install(string package) => host.Install([package]);

    /// <summary>Switches a plugin or module on or off for the first tenant.</summary>
    public async Task Switch(string id, bool on)
    {
        await host.Switch(tenant, id, on);
        tenant = await host.Now(tenant);
    }

    /// <summary>Delivers all events of all tenants to everybody who listens; a handler that fails fails the test.</summary>
    public Task DeliverEvents() => host.DeliverEvents();

    /// <summary>Moves the clock, and runs on the way every daily job each time it is due, every other scheduled job once; a job that fails fails the test.</summary>
    public Task AdvanceTime(TimeSpan by) => host.AdvanceTime(by);

    /// <summary>
    /// Runs a job for the first tenant and stops it as soon as it has reported that many units done, as somebody who stops it between two
    /// batches; fails when it ends before. What it saved stays: the next run must go on from there.
    /// </summary>
    public Task StopJob(string key, long afterDone) => host.StopJob(tenant, key, afterDone);

    /// <summary>Ends the installation and removes its files.</summary>
    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static string[] Beside()
    {
        // A version that was built before may still lie there; of each plugin the newest file counts.
        string[] found =
        [
            .. Directory.GetFiles(AppContext.BaseDirectory, "*.crmplugin")
                .GroupBy(f => Path.GetFileName(f)[..Path.GetFileName(f).LastIndexOf('-')], StringComparer.Ordinal).Select(g => g.MaxBy(File.GetLastWriteTimeUtc)!),
        ];
        return found.Length > 0 ? found : throw new CrmTestException(
            $"There is no package in {AppContext.BaseDirectory}. Reference the plugin's project from the test project, or name the package: CrmTestHost.Start(\"visits-1.0.0.crmplugin\").",
            $"{AppContext.BaseDirectory} にパッケージがありません。テストプロジェクトからプラグインのプロジェクトを参照するか、CrmTestHost.Start(\"visits-1.0.0.crmplugin\") のように指定してください。");
    }
}
