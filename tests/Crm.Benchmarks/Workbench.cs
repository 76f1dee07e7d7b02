using Crm.Customers;
using Crm.Platform;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Pipeline;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Tenancy;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Benchmarks;

/// <summary>The real platform on a database made for measuring, without the pages: requests go in at the mediator.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private Workbench(ServiceProvider services, string database)
    {
        this.services = services;
        Database = database;
    }

    public string Database { get; }

    /// <summary>The tenant that is asked.</summary>
    public TenantInfo Tenant { get; private set; } = null!;

    /// <summary>Somebody with all rights: what they look at is noted.</summary>
    public Actor User { get; } = new(Guid.CreateVersion7(), "佐藤 花子", ChangeSource.Api, AccessRights.Everything);

    public Platform.Storage.Databases Databases => services.GetRequiredService<Platform.Storage.Databases>();

    public ExtIndexes Indexes => services.GetRequiredService<ExtIndexes>();

    public static async Task<Workbench?> Open(string database, bool keep)
    {
        var folder = Path.Combine(Path.GetTempPath(), "crm-bench");
        Directory.CreateDirectory(folder);
        string connection;
        if (database == "Sqlite")
        {
            var file = Path.Combine(folder, "bench.db");
            if (!keep) foreach (var old in (string[])[file, file + "-wal", file + "-shm"]) File.Delete(old);
            connection = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        }
        else
        {
            var server = Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES");
            if (string.IsNullOrEmpty(server)) return null;
            var wanted = new NpgsqlConnectionStringBuilder(server) { Database = "crm_bench", CommandTimeout = 600 };
            if (!keep)
            {
                await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
                await admin.OpenAsync();
                await using var drop = new NpgsqlCommand("DROP DATABASE IF EXISTS crm_bench WITH (FORCE)", admin);
                await drop.ExecuteNonQueryAsync();
            }

            connection = wanted.ToString();
        }

        CrmModule[] modules = [new CustomersModule(), new GuestsModule()];
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = database, ["Storage:ConnectionString"] = connection, ["Storage:DataFolder"] = folder,
        }).Build();
        var collection = new ServiceCollection();
        collection.AddLogging(log => log.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddCrmPlatform(configuration, modules);
        var bench = new Workbench(collection.BuildServiceProvider(), database);
        await bench.services.GetRequiredService<Migrator>().Installation(CancellationToken.None);
        if (bench.services.GetRequiredService<ModuleHealth>().Quarantined is { Count: > 0 } ill) throw new InvalidOperationException(string.Join("; ", ill.Values));
        bench.Tenant = await bench.TenantOf("hotel");
        return bench;
    }

    public async Task<TenantInfo> TenantOf(string key)
    {
        var tenants = services.GetRequiredService<Tenants>();
        return await tenants.Find(key, CancellationToken.None) ?? (await tenants.Create(new NewTenant(key, key), CancellationToken.None)).Value;
    }

    /// <summary>A scope of its own for each piece of work, as a web request has.</summary>
    public async Task<WorkScope> Scope(TenantInfo? tenant = null)
    {
        var now = await services.GetRequiredService<Tenants>().Find((tenant ?? Tenant).Id, CancellationToken.None);
        return await services.GetRequiredService<WorkScopes>().Open(now!, User, CancellationToken.None);
    }

    /// <summary>Sends a request, which must succeed, in a scope of its own.</summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> request, TenantInfo? tenant = null)
    {
        await using var scope = await Scope(tenant);
        var result = await scope.Get<IMediator>().Send(request);
        return result.Failed ? throw new InvalidOperationException(string.Join("; ", result.Problems.Select(p => p.Message.En))) : result.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
    }
}
