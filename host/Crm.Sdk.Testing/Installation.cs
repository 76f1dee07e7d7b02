// The installation behind a test: the host as it is, its database, its clock, its plugins.
using System.Globalization;
using Crm.Host;
using Crm.Host.Conformance;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Rights;
using Crm.Platform.Jobs;
using Crm.Platform.Messaging;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Plugins;
using Crm.Platform.Plugins.Packages;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Jobs;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Sdk.Testing;

internal sealed class Installation : IAsyncDisposable
{
    /// <summary>How long work in the background may take before a test is told that it hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Migrating takes longer than copying: it is done once per run.</summary>
    private static readonly Lazy<Task<string>> Migrated = new(Migrate);

    private readonly WebApplication app;
    private readonly string folder;
    private readonly string connectionString;
    private readonly List<Guid> tenants = [];

    private Installation(WebApplication app, string folder, string connectionString) => (this.app, this.folder, this.connectionString) = (app, folder, connectionString);

    public TestClock Clock => (TestClock)app.Services.GetRequiredService<TimeProvider>();

    public Mirror Mirror => new(app.Services.GetRequiredService<PluginHost>().Running);

    public string Folder => folder;

    public Uri Address => new(app.Urls.First());

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static async Task<Installation> Start(IReadOnlyList<string> packages)
    {
        var folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
        var file = Path.Combine(folder, "crm.db");
        File.Copy(await Migrated.Value, file);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        var host = new Installation(Build(folder, connectionString), folder, connectionString);
        try
        {
            await CrmApp.Migrate(host.app, CancellationToken.None);
            await host.app.StartAsync();
            await host.Install(packages);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Installs packages; one may need another, so the order is found by trying.</summary>
    public async Task Install(IReadOnlyList<string> packages)
    {
        var waiting = packages.ToList();
        while (waiting.Count > 0)
        {
            var problems = new List<Problem>();
            var before = waiting.Count;
            foreach (var package in waiting.ToList())
            {
                var installed = await app.Services.GetRequiredService<PluginStore>().Install(await File.ReadAllBytesAsync(package), "test", CancellationToken.None);
                if (installed.Failed) problems.AddRange(installed.Problems);
                else waiting.Remove(package);
            }

            if (waiting.Count == before) throw new CrmTestException(problems);
        }
    }

    public async Task<TenantInfo> NewTenant(string key, bool withPlugins)
    {
        var plugins = app.Services.GetRequiredService<PluginHost>().Running.Select(p => p.Id).ToList();
        var made = await app.Services.GetRequiredService<Tenants>().Create(new NewTenant(key, key), CancellationToken.None);
        if (made.Failed) throw new CrmTestException(made.Problems);
        tenants.Add(made.Value.Id);
        foreach (var plugin in plugins) await Switch(made.Value, plugin, withPlugins);
        return await Now(made.Value);
    }

    public Task<ConformanceReport> Check(byte[] package) => new PluginConformance(app, Http).Check(package);

    public Task Switch(TenantInfo tenant, string id, bool on) => app.Services.GetRequiredService<Tenants>().Switch(tenant.Id, id, on, CancellationToken.None);

    public async Task<TenantInfo> Now(TenantInfo tenant) => (await app.Services.GetRequiredService<Tenants>().Find(tenant.Id, CancellationToken.None))!;

    public async Task<WorkScope> Scope(TenantInfo tenant, Actor actor) => await app.Services.GetRequiredService<WorkScopes>().Open(await Now(tenant), actor, CancellationToken.None);

    public async Task<Actor> ActorOf(TenantInfo tenant, Guid user)
    {
        var people = await app.Services.GetRequiredService<Staff>().Of(await Now(tenant), CancellationToken.None);
        return new Actor(user, people.Find(user)!.Name, ChangeSource.Screen, people.RightsOf(user));
    }

    public async Task DeliverEvents()
    {
        var (fanOut, delivery, modules) = (app.Services.GetRequiredService<FanOut>(), app.Services.GetRequiredService<Delivery>(), app.Services.GetRequiredService<ModuleList>());
        var databases = app.Services.GetRequiredService<Databases>();
        foreach (var id in tenants)
        {
            var tenant = (await app.Services.GetRequiredService<Tenants>().Find(id, CancellationToken.None))!;
            await using var connection = await databases.Open(tenant, CancellationToken.None);
            var sql = new Sql(databases.Dialect, connection);

            // The host delivers too, as it always does: what it has under way is waited for.
            await Until(async () =>
            {
                var delivered = false;
                await fanOut.Run(tenant, CancellationToken.None);
                foreach (var subscriber in modules.Now.Subscribers)
                {
                    foreach (var waiting in await delivery.Due(sql, tenant, subscriber.Name, CancellationToken.None))
                    {
                        await delivery.Deliver(sql, tenant, subscriber, waiting, CancellationToken.None);
                        delivered = true;
                    }
                }

                var left = await Undelivered.Of(sql, tenant, CancellationToken.None);
                if (left.Find(l => l.HasFailed) is { Error: { } error } failed)
                {
                    throw new CrmTestException($"The subscriber {failed.Subscriber} failed: {error}", $"受け手 {failed.Subscriber} が失敗しました。");
                }

                // Tried again at once: the clock of a test stands still.
                if (left.Exists(l => l.Error is not null))
                {
                    await sql.InTransaction(
                        s => s.Execute($"UPDATE platform_delivery SET due_at = {Clock.GetUtcNow()} WHERE tenant_id = {tenant.Id} AND state = {DeliveryState.Pending} AND error IS NOT NULL", CancellationToken.None), CancellationToken.None);
                }

                return !delivered && left.Count == 0;
            });
        }
    }

    public async Task AdvanceTime(TimeSpan by)
    {
        var (from, to) = (Clock.GetUtcNow(), Clock.GetUtcNow() + by);
        var jobs = app.Services.GetRequiredService<JobCatalog>().All.Where(j => j.Schedule is not null).ToList();
        var zones = (await app.Services.GetRequiredService<Tenants>().All(CancellationToken.None)).Select(t => t.TimeZone).DistinctBy(z => z.Id).ToList();
        var due = jobs.SelectMany(job => job.Schedule switch
        {
            JobSchedule.Daily daily => zones.SelectMany(zone => Days(from, to, zone, daily.At).Select(moment => (moment, job.Key, Zone: (string?)zone.Id))),
            JobSchedule.Every every when every.Interval <= by => [(to, job.Key, null)],
            _ => [],
        });
        foreach (var (moment, job, zone) in due.OrderBy(d => d.Item1))
        {
            Clock.MoveTo(moment);
            await app.Services.GetRequiredService<ScheduledRuns>().Queue(job, zone, moment, CancellationToken.None);
            await Idle();
        }

        Clock.MoveTo(to);
    }

    public async Task StopJob(TenantInfo tenant, string key, long afterDone)
    {
        await using var scope = await Scope(tenant, Actor.System(ChangeSource.Job));
        var job = app.Services.GetRequiredService<JobCatalog>().Find(key) ?? throw new CrmTestException($"There is no job {key}.", $"ジョブ {key} はありません。");
        var work = (IJob)scope.Get<ModuleScopes>().Make(scope.Get<Current>().Catalog.Set.Runtime(job.Module), job.Job);
        using var stop = new CancellationTokenSource();
        try
        {
            await work.Run(new StoppedRun(stop, afterDone), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        throw new CrmTestException($"The job {key} ended before it could be stopped.", $"ジョブ {key} は停止する前に終わりました。");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await using (var pool = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(pool);
        await Remove(folder);
    }

    /// <summary>Removes the folder; a file that was still being closed or written is waited for.</summary>
    private static async Task Remove(string folder)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 20)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Waits for runs under way.</summary>
    public async Task Idle()
    {
        var databases = app.Services.GetRequiredService<Databases>();
        foreach (var id in tenants)
        {
            var tenant = (await app.Services.GetRequiredService<Tenants>().Find(id, CancellationToken.None))!;
            await using var connection = await databases.Open(tenant, CancellationToken.None);
            var sql = new Sql(databases.Dialect, connection);
            await Until(async () =>
            {
                var runs = await sql.Rows(
                    $"SELECT job_key, state, error FROM platform_job_run WHERE tenant_id = {tenant.Id} AND state IN ({RunState.Queued}, {RunState.Running}, {RunState.Failed})",
                    r => (Job: r.Text(0), State: r.Text(1), Error: r.MaybeText(2)), CancellationToken.None);
                return runs.Find(r => r.State == RunState.Failed) is { Job: not null } failed
                    ? throw new CrmTestException($"The job {failed.Job} failed: {failed.Error}", $"ジョブ {failed.Job} が失敗しました。")
                    : runs.Count == 0;
            });
        }
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!await done())
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(began) > Patience) throw new CrmTestException("Work in the background does not end.", "バックグラウンドの処理が終わりません。");
            await Task.Delay(20);
        }
    }

    private static IEnumerable<DateTimeOffset> Days(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone, TimeOnly at)
    {
        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime); ; day = day.AddDays(1))
        {
            var local = day.ToDateTime(at);
            var moment = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            if (moment > to) yield break;
            if (moment > from) yield return moment;
        }
    }

    /// <summary>A run that somebody stops when it has done so much.</summary>
    private sealed class StoppedRun(CancellationTokenSource stop, long after) : JobRun
    {
        public override Guid Id { get; } = Guid.CreateVersion7();

        public override string? Arguments => null;

        public override Task Report(long done, long? total, Label? message = null) => done >= after ? stop.CancelAsync() : Task.CompletedTask;
    }

    private static WebApplication Build(string folder, string connectionString)
    {
        var beside = Directory.GetFiles(AppContext.BaseDirectory, "*" + PluginPackage.Extension)
            .Select(f => PluginPackage.Read(File.ReadAllBytes(f), new PackageLimits())).Where(p => !p.Failed).SelectMany(p => p.Value.Assemblies).Select(a => Path.GetFileNameWithoutExtension(a)!);

        // The plugin's assembly lies beside the tests, where the host looks for its own modules: it comes from its package alone.
        var modules = CrmApp.FindModules(beside.ToHashSet(StringComparer.OrdinalIgnoreCase));
        return CrmApp.Build(
            ["--urls", "http://127.0.0.1:0", "--webroot", Path.Combine(Path.GetDirectoryName(typeof(CrmApp).Assembly.Location)!, "wwwroot")],
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Storage:Provider"] = "Sqlite", ["Storage:ConnectionString"] = connectionString, ["Storage:DataFolder"] = folder, ["Identity:PasswordRounds"] = "1000",
                    ["Plugins:AllowUnsigned"] = "true", ["Plugins:Grace"] = TimeSpan.Zero.ToString("c", CultureInfo.InvariantCulture),
                });
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<TimeProvider>(new TestClock());
                builder.Services.Configure<JobOptions>(jobs => jobs.Clock = false);
            },
            modules);
    }

    private static async Task<string> Migrate()
    {
        var folder = Directory.CreateTempSubdirectory("crm-template-").FullName;
        var file = Path.Combine(folder, "crm.db");
        var connectionString = $"Data Source={file};Pooling=false";
        await using var app = Build(folder, connectionString);
        await app.Services.GetRequiredService<Migrator>().Installation(CancellationToken.None);
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync();
        return file;
    }
}

/// <summary>A clock that stands until it is moved; a reading takes a millisecond, so that no two things happen at once.</summary>
internal sealed class TestClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 11, 20, 1, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref ticks, TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    public void MoveTo(DateTimeOffset moment)
    {
        if (moment.UtcTicks > Interlocked.Read(ref ticks)) Interlocked.Exchange(ref ticks, moment.UtcTicks);
    }
}
