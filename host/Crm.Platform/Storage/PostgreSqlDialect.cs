using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal.Mapping;
using NpgsqlTypes;

namespace Crm.Platform.Storage;

/// <summary>PostgreSQL: row-level security as a second wall, arrays for many rows, jsonb for extension fields.</summary>
internal sealed class PostgreSqlDialect : Dialect
{
    private const string Setting = $"SELECT set_config('{PostgreSqlWall.TenantSetting}', $1, false), set_config('{PostgreSqlWall.ReachSetting}', $2, false)";

    private const string Views =
        $", set_config('{PostgreSqlWall.ViewsSetting}', 'on', false), set_config('search_path', '{PostgreSqlWall.Schema}, ' || current_setting('search_path'), false)";

    /// <summary>
    /// Searches are estimated at far more than they cost: at a million records the server compiled each for 40 ms and started workers for
    /// 20 ms, to answer in one. What takes a second still gets workers.
    /// </summary>
    private const string Planning = ", set_config('jit', 'off', false), set_config('parallel_setup_cost', '20000', false)";

    private const int ManyValues = 20;

    private static readonly TimeSpan IndexTurn = TimeSpan.FromSeconds(2);

    public override async Task NeedNotLast(DbConnection connection, DbTransaction? transaction, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SET LOCAL synchronous_commit TO OFF";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override string Name => "PostgreSql";

    public override int MaxParameters => 60_000;

    public override DbConnection Connect(string connectionString) => new NpgsqlConnection(connectionString);

    public override bool Batches => true;

    public override Task Prepare(DbConnection connection, Guid? tenant, CancellationToken cancellation) =>
        Set(connection, tenant?.ToString() ?? "", tenant is null ? PostgreSqlWall.All : "", Views + Planning, cancellation);

    public override void Prepare(DbBatch batch, Guid tenant) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Setting + Views + Planning) { Parameters = { Text(tenant.ToString()), Text("") }, AppendErrorBarrier = true });

    public override Task PrepareMigration(DbConnection connection, CancellationToken cancellation) => Set(connection, "", PostgreSqlWall.Migration, "", cancellation);

    public override async Task AfterMigration(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = PostgreSqlWall.Views;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override void Use(DbContextOptionsBuilder options, DbConnection connection, string? historyTable = null)
    {
        options.UseNpgsql(connection, o => o.MigrationsHistoryTable(historyTable ?? HistoryRepository.DefaultTableName));
        options.WithCrmTypes(new PostgreSqlTypes());
        options.ReplaceService<IMigrationsSqlGenerator, PostgreSqlMigrations>();
    }

    public override async Task EnsureDatabase(string connectionString, CancellationToken cancellation)
    {
        var wanted = new NpgsqlConnectionStringBuilder(connectionString);
        var name = wanted.Database ?? throw new InvalidOperationException("The PostgreSQL connection string names no database.");
        try
        {
            // Looked for by opening it: a user who may use this database need not be let into any other.
            await using var there = new NpgsqlConnection(connectionString);
            await there.OpenAsync(cancellation);
            return;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            wanted.Database = "postgres";
        }

        await using var connection = new NpgsqlConnection(wanted.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0";
        try
        {
            await create.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another node was quicker.
        }
    }

    public override async Task OneAtATime(DbConnection connection, DbTransaction transaction, string thing, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT pg_advisory_xact_lock(hashtextextended({Bind(command, thing)}, 0))";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    protected override string Ext(Field field, string alias)
    {
        var path = $"'{{{string.Join(',', field.Path)}}}'";
        return field.Kind switch
        {
            // The guard keeps the expression immutable and total: a value of another kind, from before a change, is no error.
            FieldKind.Number or FieldKind.Money => $"(CASE WHEN jsonb_typeof({alias}.ext #> {path}) = 'number' THEN ({alias}.ext #>> {path})::numeric END)",
            _ => $"(({alias}.ext #>> {path}) COLLATE \"C\")",
        };
    }

    public override object ToColumn(object? value) => value switch
    {
        DateTimeOffset moment => moment.ToUniversalTime(),
        _ => base.ToColumn(value),
    };

    // PostgreSQL knows no text with a NUL in it, and no stored text has one: without it nothing else is found.
    public override string Bind(DbCommand command, object? value) =>
        base.Bind(command, value is string text && text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : value);

    /// <summary>Many values are one parameter: the driver looks for each of a thousand names in the text, and the server plans for each.</summary>
    public override string In(DbCommand command, string expression, IReadOnlyList<object> values)
    {
        if (values.Count < ManyValues) return base.In(command, expression, values);
        object? array = values[0] switch
        {
            string when values.All(v => v is string text && !text.Contains('\0', StringComparison.Ordinal)) => values.Cast<string>().ToArray(),
            Guid when values.All(v => v is Guid) => values.Cast<Guid>().ToArray(),
            _ => null,
        };
        return array is null ? base.In(command, expression, values) : $"{expression} = ANY({Bind(command, array)})";
    }

    public override string BindJson(DbCommand command, string json)
    {
        var parameter = new NpgsqlParameter("@p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture), NpgsqlDbType.Jsonb) { Value = json };
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    // Both sides by the same rules: without a collation of its own a parameter follows the server's locale, and "Ａ" would not find "Ａ".
    public override string Contains(string expression, string value) => $"position(lower({value} COLLATE \"C\") in lower({expression})) > 0";

    public override string CreateExtIndex(string name, string table, Field field)
    {
        var expression = Inside(field, table);
        return $"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({LedBy(table)}, {expression}, id) WHERE {expression} IS NOT NULL";
    }

    protected override string ListExtIndexes =>
        $"SELECT i.relname, t.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid WHERE i.relname LIKE '{ExtIndexPrefix.Replace("_", "\\_", StringComparison.Ordinal)}%'";

    public override async Task EnsureExtIndex(DbConnection connection, string name, string table, Field field, CancellationToken cancellation)
    {
        // One at a time in a database. Waiting in the lock itself would hold a snapshot, for which the maker of an index waits in turn.
        while (!await Is($"SELECT pg_try_advisory_lock(hashtext('{ExtIndexPrefix}'))", cancellation)) await Task.Delay(IndexTurn, cancellation);
        try
        {
            if (await Is(
                $"""
                SELECT EXISTS (SELECT 1 FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relname = '{name}' AND x.indisvalid)
                  AND EXISTS (SELECT 1 FROM pg_statistic_ext WHERE stxname = '{name}')
                """,
                cancellation))
            {
                return;
            }

            // What a broken attempt left behind costs every save and serves no query.
            await DropExtIndex(connection, name, table, cancellation);
            await Alter(connection, CreateExtIndex(name, table, field), cancellation);

            // Without figures the planner takes each value for one in two hundred, and it has none from an index over a part of the table.
            await Alter(connection, $"CREATE STATISTICS IF NOT EXISTS {name} ON ({Inside(field, table)}) FROM {table}", cancellation);
            await Alter(connection, "ANALYZE " + table, cancellation);
        }
        finally
        {
            await Is($"SELECT pg_advisory_unlock(hashtext('{ExtIndexPrefix}'))", CancellationToken.None);
        }

        async Task<bool> Is(string sql, CancellationToken token)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return (bool)(await command.ExecuteScalarAsync(token))!;
        }
    }

    public override async Task DropExtIndex(DbConnection connection, string name, string table, CancellationToken cancellation)
    {
        await base.DropExtIndex(connection, name, table, cancellation);
        await Alter(connection, $"DROP STATISTICS IF EXISTS {name}", cancellation);
    }

    // Runs it too: what a step really found says more than what was guessed.
    protected override string ExplainWith => "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ";

    public override TimeSpan? UpkeepAfter => TimeSpan.FromSeconds(1);

    /// <summary>Puts new search entries, which wait on a list, in their place in the index. Figures are kept by the server itself.</summary>
    public override Task Upkeep(DbConnection connection, bool thorough, CancellationToken cancellation) =>
        Alter(connection, "SELECT gin_clean_pending_list('ix_platform_search_tokens')", cancellation);

    public override string ExtWithout(string module) => $"ext - '{module}'";

    public override string ExtHas(string module) => $"jsonb_exists(ext, '{module}')";

    /// <summary>With the tenants' view in front of it.</summary>
    public override string DropTable(string table) => $"DROP TABLE IF EXISTS public.{Quote(table)} CASCADE";

    public override string DropIndex(string name, string table) => $"DROP INDEX CONCURRENTLY IF EXISTS {name}";

    public override async Task<long?> Estimate(DbCommand query, CancellationToken cancellation)
    {
        query.CommandText = "EXPLAIN (FORMAT JSON) " + query.CommandText;
        var plan = (string?)await query.ExecuteScalarAsync(cancellation);
        if (plan is null) return null;
        using var json = JsonDocument.Parse(plan);
        return (long)json.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    public override IEnumerable<DbCommand> Inserts(DbConnection connection, TableRows rows) => rows.Rows.Count < ManyValues ? base.Inserts(connection, rows) : [InsertAll(connection, rows)];

    // COPY is refused on tables with row-level security; arrays, one per column, come next in speed.
    private NpgsqlCommand InsertAll(DbConnection connection, TableRows rows)
    {
        var command = new NpgsqlCommand { Connection = (NpgsqlConnection)connection };
        for (var c = 0; c < rows.Columns.Count; c++)
        {
            var values = new object[rows.Rows.Count];
            for (var r = 0; r < values.Length; r++) values[r] = ToColumn(rows.Rows[r][c]);
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | TypeOf(rows.Types[c]) });
        }

        command.CommandText = $"INSERT INTO {rows.Table} ({string.Join(", ", rows.Columns)}) SELECT * FROM unnest({string.Join(", ", rows.Columns.Select((_, c) => "$" + (c + 1).ToString(CultureInfo.InvariantCulture)))})";
        return command;
    }

    public override string SearchIds(DbCommand command, TenantInfo tenant, string recordType, IReadOnlyList<string> tokens) =>
        $"SELECT d.record_id FROM platform_search d WHERE d.tenant_id = {Bind(command, tenant.Id)} AND d.record_type = {Bind(command, recordType)}"
        + $" AND d.tokens @@ {Bind(command, string.Join(" & ", tokens.Select(t => t.EndsWith('*') ? $"'{t[..^1]}':*" : $"'{t}'")))}::tsquery";

    public override Task AddSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation) =>
        Send(connection, transaction, tenant, new([], documents), cancellation);

    public override Task RemoveSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<Guid> records, CancellationToken cancellation) =>
        Send(connection, transaction, tenant, new(records, []), cancellation);

    public override IEnumerable<DbCommand> SearchCommands(DbConnection connection, TenantInfo tenant, SearchChanges changes)
    {
        if (changes.Gone.Count > 0)
        {
            var remove = new NpgsqlCommand("DELETE FROM platform_search WHERE tenant_id = $1 AND record_id = ANY($2)", (NpgsqlConnection)connection);
            remove.Parameters.Add(new() { Value = tenant.Id });
            remove.Parameters.Add(new() { Value = changes.Gone.ToArray() });
            yield return remove;
        }

        if (changes.Written.Count == 0) yield break;
        var documents = changes.Written;
        var add = new NpgsqlCommand(
            """
            INSERT INTO platform_search (tenant_id, record_type, record_id, title, body, tokens)
            SELECT $1, d.type, d.id, d.title, d.body, array_to_tsvector(string_to_array(d.tokens, ' '))
            FROM unnest($2, $3, $4, $5, $6) AS d(type, id, title, body, tokens)
            """, (NpgsqlConnection)connection);
        add.Parameters.Add(new() { Value = tenant.Id });
        add.Parameters.Add(new() { Value = documents.Select(d => d.RecordType).ToArray() });
        add.Parameters.Add(new() { Value = documents.Select(d => d.Id).ToArray() });
        add.Parameters.Add(new() { Value = documents.Select(d => d.Title).ToArray() });
        add.Parameters.Add(new() { Value = documents.Select(d => d.Body).ToArray() });
        add.Parameters.Add(new() { Value = documents.Select(d => d.Tokens).ToArray() });
        yield return add;
    }

    private async Task Send(DbConnection connection, DbTransaction transaction, TenantInfo tenant, SearchChanges changes, CancellationToken cancellation)
    {
        foreach (var command in SearchCommands(connection, tenant, changes))
        {
            await using var own = command;
            own.Transaction = transaction;
            await own.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override bool IsUniqueViolation(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override string UniqueViolation(Exception exception) => (exception as PostgresException)?.ConstraintName ?? exception.Message;

    /// <summary>An extension field's expression as its table's definitions spell it.</summary>
    private string Inside(Field field, string table) => Ext(field, table).Replace(table + ".ext", "ext", StringComparison.Ordinal);

    private static async Task Set(DbConnection connection, string tenant, string reach, string more, CancellationToken cancellation)
    {
        await using var command = (NpgsqlCommand)connection.CreateCommand();
        command.CommandText = Setting + more;
        command.Parameters.Add(Text(tenant));
        command.Parameters.Add(Text(reach));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlDbType TypeOf(Type type) =>
        type == typeof(string) || type == typeof(string[]) ? NpgsqlDbType.Text
        : type == typeof(Guid) ? NpgsqlDbType.Uuid
        : type == typeof(int) ? NpgsqlDbType.Integer
        : type == typeof(short) ? NpgsqlDbType.Smallint
        : type == typeof(long) ? NpgsqlDbType.Bigint
        : type == typeof(decimal) ? NpgsqlDbType.Numeric
        : type == typeof(bool) ? NpgsqlDbType.Boolean
        : type == typeof(DateOnly) ? NpgsqlDbType.Date
        : type == typeof(TimeOnly) ? NpgsqlDbType.Time
        : type == typeof(DateTimeOffset) ? NpgsqlDbType.TimestampTz
        : type == typeof(ExtensionData) ? NpgsqlDbType.Jsonb
        : type == typeof(byte[]) ? NpgsqlDbType.Bytea
        : throw new ArgumentException($"No column holds a {type}.", nameof(type));
}

/// <summary>The column types of PostgreSQL for EF Core where they differ from the provider's own.</summary>
internal sealed class PostgreSqlTypes : CrmTypes
{
    public PostgreSqlTypes()
    {
        Map<decimal, decimal>(NpgsqlDecimalTypeMapping.Default.WithPrecisionAndScale(19, 4), number => number, stored => stored);

        // The driver takes moments in UTC only; a module may have one in the tenant's own time zone.
        Map<DateTimeOffset, DateTimeOffset>(new NpgsqlTimestampTzTypeMapping(typeof(DateTimeOffset)), moment => moment.ToUniversalTime(), stored => stored);
        Json("text", new NpgsqlJsonTypeMapping("jsonb", typeof(string)));
    }
}
