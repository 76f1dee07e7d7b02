using Crm.Customers;
using Crm.Platform;
using Crm.Platform.Catalog;
using Crm.Platform.Fields;
using Crm.Platform.Pipeline;
using Crm.Platform.Records;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Modules;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
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
    private readonly Func<Task> drop;

    private Workbench(ServiceProvider services, string database, Func<Task> drop)
    {
        this.services = services;
        this.drop = drop;
        Database = database;
    }

    public string Database { get; }

    /// <summary>The tenant that is asked.</summary>
    public TenantInfo Tenant { get; private set; } = null!;

    /// <summary>Somebody with all rights: what they look at is noted.</summary>
    public Actor User { get; } = new(Guid.CreateVersion7(), "佐藤 花子", ChangeSource.Api, AccessRights.Everything);

    public Platform.Storage.Databases Databases => services.GetRequiredService<Platform.Storage.Databases>();

    public ExtIndexes Indexes => services.GetRequiredService<ExtIndexes>();

    public static async Task<Workbench?> Open(string database, bool keep, params (string Key, string Value)[] more)
    {
        var folder = keep ? Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "crm-bench")).FullName : Directory.CreateTempSubdirectory("crm-bench-").FullName;
        string connection;
        Func<Task> drop;
        if (database == "Sqlite")
        {
            connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "bench.db") }.ToString();
            drop = () => Task.CompletedTask;
        }
        else
        {
            var server = Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES");
            if (string.IsNullOrEmpty(server)) return null;
            var name = keep ? "crm_bench" : "crm_bench_" + Guid.CreateVersion7().ToString("n");
            connection = new NpgsqlConnectionStringBuilder(server) { Database = name, CommandTimeout = 600 }.ToString();
            drop = async () =>
            {
                await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
                await admin.OpenAsync();
                await using var command = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", admin);
                await command.ExecuteNonQueryAsync();
            };
        }

        async Task Drop()
        {
            if (keep) return;
            await drop();
            Directory.Delete(folder, recursive: true);
        }

        CrmModule[] modules = [new CustomersModule(), new GuestsModule()];
        var settings = new Dictionary<string, string?>
        {
            ["Storage:Provider"] = database, ["Storage:ConnectionString"] = connection, ["Storage:DataFolder"] = folder,
        };
        foreach (var (key, value) in more) settings[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection();
        collection.AddLogging(log => log.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddCrmPlatform(configuration, modules);
        var bench = new Workbench(collection.BuildServiceProvider(), database, Drop);
        await bench.services.GetRequiredService<Migrator>().Installation(CancellationToken.None);
        if (bench.services.GetRequiredService<ModuleHealth>().All is { Count: > 0 } ill) throw new InvalidOperationException(string.Join("; ", ill.Select(q => q.Reason.En)));
        bench.Tenant = await bench.TenantOf("hotel");

        // What works in the background on what is measured; queues and the clock of jobs stay off.
        await bench.Indexes.StartAsync(CancellationToken.None);
        await bench.services.GetRequiredService<Upkeep>().StartAsync(CancellationToken.None);
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

    /// <summary>How the database finds a page of a list: the plans of the platform's own queries.</summary>
    public async Task<IReadOnlyList<string>> Explain(ListRecords list, TenantInfo tenant)
    {
        await using var scope = await Scope(tenant);
        return (await ((ListRecordsHandler)scope.Get<IRequestHandler<ListRecords, Result<RecordPage>>>()).Explain(list, CancellationToken.None)).Value;
    }

    /// <summary>A record type as a tenant sees it.</summary>
    public async Task<RecordType> TypeOf(TenantInfo tenant, string key)
    {
        await using var scope = await Scope(tenant);
        return scope.Get<Current>().Catalog.TryGet(key, out var type) ? type : throw new InvalidOperationException($"There is no {key}.");
    }

    /// <summary>Waits until all indexes of a record type's extension fields are there.</summary>
    public async Task Indexed(TenantInfo tenant, string recordType)
    {
        var type = await TypeOf(tenant, recordType);
        foreach (var field in type.Fields)
        {
            while (Indexes.StateOf(tenant, type, field) is { } state && state != IndexState.Ready)
            {
                if (state == IndexState.Failed) throw new InvalidOperationException($"The index of {field.Key} failed.");
                await Task.Delay(20);
            }
        }
    }

    /// <summary>What a server does by itself some minutes after much was written.</summary>
    public async Task Settle()
    {
        if (Database == "Sqlite") return;
        await using var connection = Databases.Dialect.Connect(Databases.Installation);
        await connection.OpenAsync();
        await Databases.Dialect.PrepareMigration(connection, CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM ANALYZE";
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Indexes.StopAsync(CancellationToken.None);
        await services.GetRequiredService<Upkeep>().StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        await drop();
    }
}
