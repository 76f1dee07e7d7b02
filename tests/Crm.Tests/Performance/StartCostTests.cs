using System.Collections.Concurrent;
using System.Diagnostics;
using Crm.Customers;
using Crm.Deals;
using Crm.Platform.Modules;
using Crm.Platform.Storage;
using Crm.Support;
using Crm.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Performance;

/// <summary>What the database is asked when an installation is started that is up to date already.</summary>
public sealed class StartCostTests(ITestOutputHelper output)
{
    /// <summary>The database is there, whom the connection works for, all migrations that ran, and the views over the tables.</summary>
    private const int Commands = 3;

    [PostgreSqlFact]
    public async Task Whose_tables_are_up_to_date_is_looked_at_once_for_all()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql, new CustomersModule(), new DealsModule(), new SupportModule());
        using var trace = new Activity("start").SetIdFormat(ActivityIdFormat.W3C).Start();
        var sent = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == trace.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace.TraceId && activity.GetTagItem("db.query.text") is string text) sent.Enqueue(text);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await crm.Services.GetRequiredService<Migrator>().Installation(CancellationToken.None);

        output.WriteLine(string.Join("\n\n", sent));
        Assert.Contains(sent, s => s.Contains("crm_migrations_customers", StringComparison.Ordinal) && s.Contains("crm_migrations_support", StringComparison.Ordinal));
        Assert.True(sent.Count <= Commands, $"at most {Commands} commands, not {sent.Count}");
        Assert.Empty(crm.Services.GetRequiredService<ModuleHealth>().All);
    }

    [Theory, EveryDatabase]
    public async Task A_module_that_lacks_a_migration_gets_it_though_all_others_are_up_to_date(string database)
    {
        await using var crm = await TestHost.Start(database, new CustomersModule(), new DealsModule());
        var databases = crm.Services.GetRequiredService<Platform.Storage.Databases>();
        async Task<long> Number(string sql)
        {
            await using var connection = databases.Dialect.Connect(databases.Installation);
            await connection.OpenAsync();
            await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
        }

        var ran = await Number("SELECT COUNT(*) FROM crm_migrations_deals");
        await Number("DELETE FROM crm_migrations_deals");
        foreach (var table in await Tables()) await Number($"DROP TABLE {table}{(database == Databases.Sqlite ? "" : " CASCADE")}");

        await crm.Services.GetRequiredService<Migrator>().Installation(CancellationToken.None);

        Assert.Equal(ran, await Number("SELECT COUNT(*) FROM crm_migrations_deals"));
        Assert.Equal(0, await Number("SELECT COUNT(*) FROM deals_deal"));
        Assert.Empty(crm.Services.GetRequiredService<ModuleHealth>().All);

        async Task<List<string>> Tables()
        {
            await using var connection = databases.Dialect.Connect(databases.Installation);
            await connection.OpenAsync();
            await databases.Dialect.PrepareMigration(connection, CancellationToken.None);
            await using var command = connection.CreateCommand();
            command.CommandText = database == Databases.Sqlite
                ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'deals_%'"
                : "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'deals_%'";
            var found = new List<string>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) found.Add(reader.GetString(0));
            return found;
        }
    }
}
