using System.Collections.Concurrent;
using System.Globalization;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Crm.Platform;
using Crm.Platform.Messaging;
using Crm.Platform.Modules;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Tenancy;
using Crm.Sdk.Users;
using Crm.Sdk.Web;
using MediatR;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Crm.Tests.Infrastructure;

/// <summary>The real platform on a database of its own, with one tenant to begin with. Nothing of it is replaced.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();

    private readonly ServiceProvider services;
    private readonly string folder;
    private readonly Func<Task> drop;
    private readonly Func<Action<IServiceCollection>, ServiceProvider> another;

    private TestHost(ServiceProvider services, string folder, Func<Task> drop, Func<Action<IServiceCollection>, ServiceProvider> another)
    {
        this.services = services;
        this.folder = folder;
        this.drop = drop;
        this.another = another;
    }

    public IServiceProvider Services => services;

    public TestClock Clock => (TestClock)services.GetRequiredService<TimeProvider>();

    public TenantInfo Tenant { get; private set; } = null!;

    /// <summary>A service that lives as long as its module.</summary>
    public T Module<T>(string module) where T : notnull => services.GetRequiredService<ModuleList>().Now.Runtime(module)!.Within(services).ServiceProvider.GetRequiredService<T>();

    public static Task<TestHost> Start(string database, params CrmModule[] modules) => StartWith(database, null, modules);

    /// <summary>With settings of its own.</summary>
    public static async Task<TestHost> StartWith(string database, Action<IServiceCollection>? settings, params CrmModule[] modules)
    {
        var host = await StartEmpty(database, settings, modules);
        host.Tenant = await host.NewTenant("alpha");
        return host;
    }

    /// <summary>An installation without a tenant.</summary>
    public static async Task<TestHost> StartEmpty(string database, Action<IServiceCollection>? settings, params CrmModule[] modules)
    {
        modules = modules.Length > 0 ? modules : [new Records.LibraryModule()];
        var folder = Directory.CreateTempSubdirectory("crm-test-").FullName;
        var template = await Templates.GetOrAdd(
            database + ":" + string.Join(',', modules.Select(m => m.GetType().FullName)),
            key => new Lazy<Task<string>>(() => MakeTemplate(database, modules, Math.Abs(key.GetHashCode(StringComparison.Ordinal))))).Value;
        string connectionString;
        Func<Task> drop;
        if (database == Databases.Sqlite)
        {
            var file = Path.Combine(folder, "crm.db");
            File.Copy(template, file);
            connectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = true }.ToString();
            drop = () =>
            {
                using var pool = new SqliteConnection(connectionString);
                SqliteConnection.ClearPool(pool);
                return Task.CompletedTask;
            };
        }
        else
        {
            var name = "t_" + Guid.CreateVersion7().ToString("n");
            await Databases.Admin($"CREATE DATABASE {name} TEMPLATE {template}");
            connectionString = Databases.PostgreSqlFor(name);
            drop = async () =>
            {
                await using (var pool = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(pool);
                await Databases.Drop(name);
            };
        }

        return new(Build(database, connectionString, folder, modules, settings), folder, drop, adjust => Build(database, connectionString, folder, modules, adjust));
    }

    /// <summary>Another node of the same installation, with the same clock; whoever asked disposes it first.</summary>
    public ServiceProvider Node(Action<IServiceCollection> adjust) => another(node =>
    {
        node.AddSingleton<TimeProvider>(Clock);
        adjust(node);
    });

    public async Task<TenantInfo> NewTenant(string key)
    {
        var made = await services.GetRequiredService<Tenants>().Create(new NewTenant(key, key), CancellationToken.None);
        return made.Value;
    }

    /// <summary>A scope for a tenant, as the system itself or as somebody with fewer rights.</summary>
    public async Task<WorkScope> Scope(TenantInfo? tenant = null, Actor? actor = null)
    {
        var now = await services.GetRequiredService<Tenants>().Find((tenant ?? Tenant).Id, CancellationToken.None);
        return await services.GetRequiredService<WorkScopes>().Open(now!, actor ?? Actor.System(ChangeSource.Screen), CancellationToken.None);
    }

    /// <summary>Sends a request in a scope of its own.</summary>
    public async Task<T> Send<T>(IRequest<T> request, TenantInfo? tenant = null, Actor? actor = null)
    {
        await using var scope = await Scope(tenant, actor);
        return await scope.Get<IMediator>().Send(request);
    }

    /// <summary>Sends a request that must succeed and answers with its value.</summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> request, TenantInfo? tenant = null, Actor? actor = null)
    {
        var result = await Send(request, tenant, actor);
        Assert.True(!result.Failed, string.Join("\n", result.Problems.Select(p => $"{p.Code} {p.Field}: {p.Message.En}")));
        return result.Value;
    }

    /// <summary>Delivers what waits in the tenant's outbox to everybody who listens, as a node does; a handler that fails fails the test.</summary>
    public async Task DeliverEvents()
    {
        var tenant = (await services.GetRequiredService<Tenants>().Find(Tenant.Id, CancellationToken.None))!;
        var databases = services.GetRequiredService<Platform.Storage.Databases>();
        var (fanOut, delivery, modules) = (services.GetRequiredService<FanOut>(), services.GetRequiredService<Delivery>(), services.GetRequiredService<ModuleList>());
        await using var connection = await databases.Open(tenant, CancellationToken.None);
        var sql = new Sql(databases.Dialect, connection);
        for (var delivered = true; delivered;)
        {
            delivered = false;
            await fanOut.Run(tenant, CancellationToken.None);
            foreach (var subscriber in modules.Now.Subscribers)
            {
                foreach (var waiting in await delivery.Due(sql, tenant, subscriber.Name, CancellationToken.None))
                {
                    await delivery.Deliver(sql, tenant, subscriber, waiting, CancellationToken.None);
                    delivered = true;
                }
            }
        }

        Assert.Empty(await sql.Rows(
            $"SELECT subscriber, error FROM platform_delivery WHERE tenant_id = {tenant.Id} AND state <> {DeliveryState.Done}", r => $"{r.Text(0)}: {r.MaybeText(1)}", CancellationToken.None));
    }

    /// <summary>A part of a record's page as a Japanese reader sees it.</summary>
    public async Task<IHtmlDocument> Render<TPart>(string type, Guid id) where TPart : RecordPart
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja");
        var record = await Ask(new GetRecord(type, id));
        await using var scope = await Scope();
        var context = new ScreenContext(new DefaultHttpContext { RequestServices = scope.Services }, scope.Get<IMediator>(), scope.Get<ITenant>(), scope.Get<IUser>());
        await using var renderer = new HtmlRenderer(scope.Services, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            RenderFragment part = page =>
            {
                page.OpenComponent<TPart>(0);
                page.AddAttribute(1, nameof(RecordPart.Record), record);
                page.CloseComponent();
            };
            var root = await renderer.RenderComponentAsync<CascadingValue<ScreenContext>>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                ["Value"] = context, ["ChildContent"] = part,
            }));
            return root.ToHtmlString();
        });
        return await new HtmlParser().ParseDocumentAsync(html);
    }

    /// <summary>A user with the given rights to records and nothing else.</summary>
    public static Actor UserWith(params (string Type, RecordAction Action, Reach Reach)[] rights) => UserWith([], rights);

    /// <summary>A user with permissions besides the given rights to records.</summary>
    public static Actor UserWith(IReadOnlyList<string> permissions, params (string Type, RecordAction Action, Reach Reach)[] rights) => new(
        Guid.CreateVersion7(), "佐藤 花子", ChangeSource.Screen,
        new AccessRights { Permissions = permissions.ToHashSet(), Reaches = rights.ToDictionary(r => (r.Type, r.Action), r => r.Reach) });

    /// <summary>A user from whom some fields, as <c>type/field</c>, are hidden.</summary>
    public static Actor UserWithout(IReadOnlyList<string> hidden, IReadOnlyList<string> permissions, params (string Type, RecordAction Action, Reach Reach)[] rights) => new(
        Guid.CreateVersion7(), "鈴木 一郎", ChangeSource.Screen,
        new AccessRights { HiddenFields = hidden.ToHashSet(), Permissions = permissions.ToHashSet(), Reaches = rights.ToDictionary(r => (r.Type, r.Action), r => r.Reach) });

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await drop();
        Directory.Delete(folder, recursive: true);
    }

    private static ServiceProvider Build(string database, string connectionString, string folder, CrmModule[] modules, Action<IServiceCollection>? adjust = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mail:KeepInFolder"] = "true",
            ["Storage:Provider"] = database,
            ["Storage:ConnectionString"] = connectionString,
            ["Storage:DataFolder"] = folder,
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(new TestClock());
        services.AddCrmPlatform(configuration, modules);
        adjust?.Invoke(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    /// <summary>Migrating takes longer than copying: each set of modules is migrated once per run and copied for each test.</summary>
    private static async Task<string> MakeTemplate(string database, CrmModule[] modules, int number)
    {
        var folder = Directory.CreateTempSubdirectory("crm-template-").FullName;
        var file = Path.Combine(folder, "crm.db");
        var name = $"template_{Environment.ProcessId}_{number}";
        var connectionString = database == Databases.Sqlite ? $"Data Source={file};Pooling=false" : Databases.PostgreSqlFor(name, pooling: false);
        await using var services = Build(database, connectionString, folder, modules);
        await services.GetRequiredService<Migrator>().Installation(CancellationToken.None);
        Storage.Migrating.AllAreWell(services);
        if (database != Databases.Sqlite) return name;
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync();
        return file;
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class TestClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 11, 20, 1, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Add(ref ticks, TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
