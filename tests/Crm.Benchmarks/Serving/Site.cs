using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Crm.Host;
using Crm.Platform.Catalog;
using Crm.Platform.Identity.Tokens;
using Crm.Platform.Identity.Users;
using Crm.Platform.Messaging;
using Crm.Platform.Pipeline;
using Crm.Platform.Plugins;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Benchmarks.Serving;

/// <summary>
/// An installation made for measuring: its database, what stands in it, and the host that serves it as a process of its own. Filled from
/// here, by the same requests and without a server; measured from outside.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Password = "縁側の三毛猫が七匹いる";
    private const int Batch = 5_000;

    private readonly WebApplication office;
    private readonly Func<Task> drop;
    private readonly string folder;
    private readonly string host;

    private Site(string database, WebApplication office, string[] settings, string folder, string host, Func<Task> drop) =>
        (Database, this.office, Settings, this.folder, this.host, this.drop) = (database, office, settings, folder, host, drop);

    public string Database { get; }

    /// <summary>What the host is told on its command line.</summary>
    public string[] Settings { get; }

    public TenantInfo Tenant { get; private set; } = null!;

    public Dialect Dialect => office.Services.GetRequiredService<Databases>().Dialect;

    public string ConnectionString => office.Services.GetRequiredService<Databases>().Installation;

    /// <summary>A new installation; null where the database is not reached.</summary>
    /// <param name="database">Sqlite or PostgreSql.</param>
    /// <param name="host">The folder of the host that serves it; the built one when null.</param>
    public static async Task<Site?> Open(string database, string? host = null)
    {
        var folder = Directory.CreateTempSubdirectory("crm-bench-").FullName;
        string connection;
        var drop = () => Task.CompletedTask;
        if (database == "Sqlite")
        {
            connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "bench.db") }.ToString();
        }
        else
        {
            var server = Environment.GetEnvironmentVariable("CRM_TEST_POSTGRES");
            if (string.IsNullOrEmpty(server)) return null;
            var name = "crm_bench_" + Guid.CreateVersion7().ToString("n");
            connection = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 60 }.ToString();
            drop = async () =>
            {
                await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
                await admin.OpenAsync();
                await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", admin);
                await command.ExecuteNonQueryAsync();
            };
        }

        string[] settings =
        [
            "--Storage:Provider", database, "--Storage:ConnectionString", connection, "--Storage:DataFolder", folder, "--Plugins:AllowUnsigned", "true", "--Plugins:Look", "00:00:00.5",
            "--Identity:AttemptsPerAddress", "100000", "--Identity:AttemptsPerAccount", "100000", "--Identity:PasswordRounds", "1000", "--Logging:LogLevel:Default", "Warning",
        ];
        var office = CrmApp.Build(settings, modules: CrmApp.FindModules(new HashSet<string>(StringComparer.Ordinal) { "Crm.Benchmarks" }));
        await CrmApp.Migrate(office, CancellationToken.None);
        var site = new Site(database, office, settings, folder, host ?? ServedProcess.Built, drop);
        site.Tenant = await site.NewTenant("main");
        return site;
    }

    public async Task<TenantInfo> NewTenant(string key) =>
        (await office.Services.GetRequiredService<Tenants>().Create(new NewTenant(key, key), CancellationToken.None)).Value;

    public Task Switch(string module) => office.Services.GetRequiredService<Tenants>().Switch(Tenant.Id, module, on: true, CancellationToken.None);

    public async Task Install(byte[] package)
    {
        var installed = await office.Services.GetRequiredService<PluginStore>().Install(package, "bench", CancellationToken.None);
        if (installed.Failed) throw new InvalidOperationException(string.Join("; ", installed.Problems.Select(p => p.Message.En)));
    }

    /// <summary>An administrator of a tenant: the address they sign in with, and a token.</summary>
    public async Task<(string Email, string Token)> NewUser(TenantInfo? tenant = null)
    {
        var email = $"u{Guid.CreateVersion7():n}@example.jp";
        var user = await Ask(new InviteUser(email, "佐藤 花子") { Roles = ["administrator"], Password = Password }, tenant);
        return (email, (await Ask(new CreateToken("bench", "admin") { User = user.Id }, tenant)).Token);
    }

    /// <summary>Sends a request, which must succeed, as the system.</summary>
    public async Task<T> Ask<T>(IRequest<Result<T>> request, TenantInfo? tenant = null)
    {
        var now = await office.Services.GetRequiredService<Tenants>().Find((tenant ?? Tenant).Id, CancellationToken.None);
        await using var scope = await office.Services.GetRequiredService<WorkScopes>().Open(now!, Actor.System(ChangeSource.CommandLine), CancellationToken.None);
        var result = await scope.Get<IMediator>().Send(request);
        return result.Failed ? throw new InvalidOperationException(string.Join("; ", result.Problems.Select(p => p.Message.En))) : result.Value;
    }

    /// <summary>Saves many records, and answers with their ids.</summary>
    public async Task<List<Guid>> Save(string type, int count, Func<int, Dictionary<string, object?>> row, TenantInfo? tenant = null)
    {
        var ids = new List<Guid>(count);
        for (var at = 0; at < count; at += Batch)
        {
            var saved = await Ask(new SaveRecords(type, [.. Enumerable.Range(at, Math.Min(Batch, count - at)).Select(row)]), tenant);
            foreach (var outcome in saved.Rows) ids.Add(outcome.Id ?? throw new InvalidOperationException($"{type}: {outcome.Problems[0].Field} {outcome.Problems[0].Message.En}"));
        }

        return ids;
    }

    /// <summary>What a server does by itself some minutes after much was written: the events of it are delivered, then the tables are looked after.</summary>
    public async Task Settle()
    {
        await using (var host = await Serve()) await Delivered();
        await using var connection = Dialect.Connect(ConnectionString);
        await connection.OpenAsync();
        await Dialect.PrepareMigration(connection, CancellationToken.None);
        if (Database == "Sqlite")
        {
            await Dialect.Upkeep(connection, thorough: true, CancellationToken.None);
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM ANALYZE";
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until the host that runs has worked off all events: whatever is measured before that is measured beside them.</summary>
    public async Task Delivered()
    {
        await using var connection = Dialect.Connect(ConnectionString);
        await connection.OpenAsync();
        await Dialect.PrepareMigration(connection, CancellationToken.None);
        await using var waiting = connection.CreateCommand();
        waiting.CommandText = $"SELECT (SELECT COUNT(*) FROM platform_outbox WHERE NOT fanned_out) + (SELECT COUNT(*) FROM platform_delivery WHERE state = '{DeliveryState.Pending}')";
        while (Convert.ToInt64(await waiting.ExecuteScalarAsync(), CultureInfo.InvariantCulture) > 0) await Task.Delay(200);
    }

    /// <summary>Starts the host on this installation and waits until it is ready.</summary>
    public Task<ServedProcess> Serve(params string[] more) => ServedProcess.Start(Path.Combine(host, "Crm.Host.dll"), ["serve", .. Settings, .. more]);

    /// <summary>A port nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await office.DisposeAsync();
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        await drop();
        Directory.Delete(folder, recursive: true);
    }
}
