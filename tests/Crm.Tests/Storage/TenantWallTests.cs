using System.Data.Common;
using Crm.Platform.Fields;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Tests.Infrastructure;
using Crm.Tests.Records;
using Crm.Tests.Storage.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Databases = Crm.Tests.Infrastructure.Databases;

namespace Crm.Tests.Storage;

/// <summary>The second wall between tenants: what PostgreSQL itself keeps apart, whatever SQL is sent.</summary>
public sealed class TenantWallTests
{
    private const string NoWay = "42501";

    /// <summary>How a session came about: by the product, by hand with the tenant set, or by hand without.</summary>
    public enum Kind
    {
        Product,
        ByHand,
        Nobody,
    }

    [PostgreSqlFact]
    public async Task Raw_SQL_of_one_tenant_neither_sees_nor_changes_nor_adds_rows_of_another()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql, Contexts.All);
        var beta = await crm.NewTenant("beta");
        var tables = await TenantTables(crm);
        Assert.Contains("library_book", tables.Select(t => t.Name));
        Assert.Contains("platform_audit", tables.Select(t => t.Name));
        Assert.Contains("custom_record", tables.Select(t => t.Name));
        await AddRows(crm, tables, crm.Tenant, beta);

        var breaches = new List<string>();
        foreach (var kind in Enum.GetValues<Kind>()) breaches.AddRange(await Breaches(crm, tables, kind, crm.Tenant, beta));

        Assert.Empty(breaches);
        await using var own = await Session(crm, Kind.Product, beta);
        foreach (var table in tables) Assert.Equal(1, await Number(own, $"SELECT count(*) FROM {table.Name}"));
    }

    [PostgreSqlFact]
    public async Task A_gap_in_the_wall_is_found()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql, new LibraryModule());
        var beta = await crm.NewTenant("beta");
        var tables = (await TenantTables(crm)).Where(t => t.Name is "library_author" or "library_book").ToList();
        await AddRows(crm, tables, crm.Tenant, beta);
        await using (var owner = await Session(crm, Kind.Nobody, beta))
        {
            await Number(owner, "ALTER TABLE public.library_author DISABLE ROW LEVEL SECURITY; DROP VIEW crm_tenant.library_book; SELECT 0");
        }

        var breaches = new List<string>();
        foreach (var kind in Enum.GetValues<Kind>()) breaches.AddRange(await Breaches(crm, tables, kind, crm.Tenant, beta));

        Assert.Contains("library_author: Nobody sees 2 rows", breaches);
        Assert.Contains("library_author: ByHand changes 1 row of another tenant", breaches);
        Assert.Contains("library_book: Product sees 1 row of another tenant", breaches);
    }

    [PostgreSqlFact]
    public async Task Queues_see_the_platforms_rows_of_all_tenants_and_no_record()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql);
        var beta = await crm.NewTenant("beta");
        var tables = await TenantTables(crm);
        await AddRows(crm, tables, crm.Tenant, beta);

        await using var connection = await crm.Services.GetRequiredService<Platform.Storage.Databases>().Open(null, CancellationToken.None);

        Assert.Equal(2, await Number(connection, "SELECT count(*) FROM platform_outbox"));
        Assert.Equal(0, await Number(connection, "SELECT count(*) FROM library_book"));
    }

    [PostgreSqlFact]
    public async Task A_migration_moves_the_rows_of_all_tenants()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql);
        var beta = await crm.NewTenant("beta");
        await AddRows(crm, await TenantTables(crm), crm.Tenant, beta);
        var databases = crm.Services.GetRequiredService<Platform.Storage.Databases>();
        await using var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        await databases.Dialect.PrepareMigration(connection, CancellationToken.None);

        Assert.Equal(2, await Changed(connection, "UPDATE library_book SET genre = 'novel'"));
    }

    [PostgreSqlFact]
    public async Task Behind_the_wall_numbers_paths_and_words_are_still_found_by_their_indexes()
    {
        await using var crm = await TestHost.Start(Databases.PostgreSql);
        var databases = crm.Services.GetRequiredService<Platform.Storage.Databases>();
        await crm.Services.GetRequiredService<ExtIndexes>().Build(databases.Installation, Books.Type, Books.Type["extra.weight"], CancellationToken.None);
        await crm.Services.GetRequiredService<ExtIndexes>().Build(databases.Installation, Books.Type, Books.Type["extra.shelf"], CancellationToken.None);
        await using var product = await Session(crm, Kind.Product, crm.Tenant);
        await using var byHand = await Session(crm, Kind.ByHand, crm.Tenant);
        var dialect = databases.Dialect;
        foreach (var key in (string[])["price", "extra.weight", "extra.shelf"])
        {
            var expression = dialect.Expression(Books.Type[key]);
            var value = key == "extra.shelf" ? "'A'" : "5";
            var sql = $"SELECT t.id FROM library_book t WHERE t.tenant_id = '{crm.Tenant.Id}' AND {expression} >= {value} AND {expression} IS NOT NULL ORDER BY {expression}, t.id LIMIT 50";
            Assert.Matches("Index Cond: .*>= ", await Plan(product, sql));

            // Without the views the policy stands between the condition and the index: the reason they are there.
            Assert.DoesNotMatch("Index Cond: .*>= ", await Plan(byHand, sql));
        }

        // Of an empty table the key is as good as the index of words; so here are many records, one in 500 with the word.
        await Changed(
            product,
            $"""
            INSERT INTO platform_search (tenant_id, record_type, record_id, title, body, tokens)
            SELECT '{crm.Tenant.Id}', 'library.book', gen_random_uuid(), '本', '本', array_to_tsvector(ARRAY['1z' || n % 500, '1zall']) FROM generate_series(1, 20000) n;
            """,
            keep: true);
        await Changed(product, "ANALYZE public.platform_search", keep: true);
        Assert.Matches("Index Cond: .*@@", await Plan(
            product, $"SELECT d.record_id FROM platform_search d WHERE d.tenant_id = '{crm.Tenant.Id}' AND d.record_type = 'library.book' AND d.tokens @@ '''1z77'''::tsquery", scans: true));
    }

    private static async Task<List<Table>> TenantTables(TestHost crm)
    {
        await using var connection = await Session(crm, Kind.Nobody, crm.Tenant);
        return [.. (await ActualTables.Of(Databases.PostgreSql, connection)).Where(t => t.HasTenant)];
    }

    private static async Task<DbConnection> Session(TestHost crm, Kind kind, TenantInfo tenant)
    {
        var databases = crm.Services.GetRequiredService<Platform.Storage.Databases>();
        if (kind == Kind.Product) return await databases.Open(tenant, CancellationToken.None);
        var connection = databases.Dialect.Connect(databases.Installation);
        await connection.OpenAsync();
        if (kind == Kind.ByHand) await Number(connection, $"SELECT length(set_config('crm.tenant', '{tenant.Id}', false))");
        return connection;
    }

    private static async Task AddRows(TestHost crm, List<Table> tables, params TenantInfo[] tenants)
    {
        foreach (var tenant in tenants)
        {
            await using var connection = await Session(crm, Kind.Product, tenant);
            foreach (var table in tables) Assert.Equal(1, await Changed(connection, Insert(table, tenant), keep: true));
        }
    }

    private static async Task<List<string>> Breaches(TestHost crm, List<Table> tables, Kind kind, TenantInfo mine, TenantInfo theirs)
    {
        var breaches = new List<string>();
        await using var connection = await Session(crm, kind, mine);
        foreach (var table in tables)
        {
            void Note(long rows, string what)
            {
                if (rows > 0) breaches.Add($"{table.Name}: {kind} {what.Replace("#", rows + (rows == 1 ? " row" : " rows"), StringComparison.Ordinal)}");
            }

            var all = await Number(connection, $"SELECT count(*) FROM {table.Name}");
            Note(await Number(connection, $"SELECT count(*) FROM {table.Name} WHERE tenant_id = '{theirs.Id}'"), "sees # of another tenant");
            if (kind == Kind.Nobody) Note(all, "sees #");
            else if (all == 0) breaches.Add($"{table.Name}: {kind} does not see its own row");

            // Also past the views: writing is tested by the table itself.
            foreach (var name in (string[])[table.Name, "public." + table.Name])
            {
                Note(await Changed(connection, $"UPDATE {name} SET tenant_id = tenant_id WHERE tenant_id = '{theirs.Id}'"), "changes # of another tenant");
                Note(await Changed(connection, $"DELETE FROM {name} WHERE tenant_id = '{theirs.Id}'"), "removes # of another tenant");
                Note(await Changed(connection, Insert(table, theirs, name)), "adds # to another tenant");
                if (kind != Kind.Nobody) Note(await Changed(connection, $"UPDATE {name} SET tenant_id = '{theirs.Id}'"), "gives # to another tenant");
            }
        }

        return breaches;
    }

    /// <summary>How many rows a command changed; none when it was refused. It is taken back unless it is to be kept.</summary>
    private static async Task<int> Changed(DbConnection connection, string sql, bool keep = false)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            var changed = await command.ExecuteNonQueryAsync();
            if (keep) await transaction.CommitAsync();
            return changed;
        }
        catch (PostgresException e) when (e.SqlState == NoWay)
        {
            return 0;
        }
    }

    private static async Task<long> Number(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> Plan(DbConnection connection, string sql, bool scans = false)
    {
        await using (var allowed = connection.CreateCommand())
        {
            // Where a table is empty no index would be worth it.
            allowed.CommandText = $"SET enable_seqscan = {(scans ? "on" : "off")}";
            await allowed.ExecuteNonQueryAsync();
        }

        return string.Join('\n', (await ActualTables.Rows(connection, "EXPLAIN (COSTS OFF) " + sql)).Select(r => r[0]));
    }

    private static string Insert(Table table, TenantInfo tenant, string? name = null)
    {
        var filled = table.Columns.Where(c => !c.IsNullable || c.Name == "tenant_id").ToList();
        return $"INSERT INTO {name ?? table.Name} ({string.Join(", ", filled.Select(c => $"\"{c.Name}\""))}) VALUES ({string.Join(", ", filled.Select(c => c.Name == "tenant_id" ? $"'{tenant.Id}'" : Value(c)))})";
    }

    private static string Value(Column column) => column.Type switch
    {
        "uuid" => "gen_random_uuid()",
        "text" => column.Length < 3 ? "'x'" : "left(gen_random_uuid()::text, 8)",
        "jsonb" => "'{}'",
        "boolean" => "false",
        "integer" or "bigint" or "smallint" => "1",
        "timestamp with time zone" => "now()",
        "date" => "current_date",
        "time without time zone" => "'09:00'",
        "bytea" => "'\\x00'",
        "tsvector" => "''",
        var number when number.StartsWith("numeric", StringComparison.Ordinal) => "1",
        var other => throw new NotSupportedException($"No sample of {other}."),
    };
}
