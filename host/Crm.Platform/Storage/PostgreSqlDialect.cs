using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations;
using NpgsqlTypes;

namespace Crm.Platform.Storage;

/// <summary>PostgreSQL: row-level security as a second wall, arrays for many rows, jsonb for extension fields.</summary>
internal sealed class PostgreSqlDialect : Dialect
{
    /// <summary>The session setting that row-level security compares with.</summary>
    public const string TenantSetting = "crm.tenant";

    public override string Name => "PostgreSql";

    public override int MaxParameters => 60_000;

    public override DbConnection Connect(string connectionString) => new NpgsqlConnection(connectionString);

    public override async Task Prepare(DbConnection connection, Guid? tenant, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT set_config('{TenantSetting}', @tenant, false)";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "tenant";
        parameter.Value = tenant?.ToString() ?? "all";
        command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override void Use(DbContextOptionsBuilder options, DbConnection connection, string historyTable)
    {
        options.UseNpgsql(connection, o => o.MigrationsHistoryTable(historyTable));
        options.WithCrmTypes(new PostgreSqlTypes());
        options.ReplaceService<IMigrationsSqlGenerator, PostgreSqlMigrations>();
    }

    public override async Task EnsureDatabase(string connectionString, CancellationToken cancellation)
    {
        var wanted = new NpgsqlConnectionStringBuilder(connectionString);
        var name = wanted.Database ?? throw new InvalidOperationException("The PostgreSQL connection string names no database.");
        wanted.Database = "postgres";
        await using var connection = new NpgsqlConnection(wanted.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM pg_database WHERE datname = @name";
        command.Parameters.AddWithValue("name", name);
        if (await command.ExecuteScalarAsync(cancellation) is not null) return;
        await using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ENCODING 'UTF8' TEMPLATE template0";
        try
        {
            await create.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another node was quicker.
        }
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

    public override string BindJson(DbCommand command, string json)
    {
        var parameter = new NpgsqlParameter("@p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture), NpgsqlDbType.Jsonb) { Value = json };
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    public override string Contains(string expression, string value) => $"position(lower({value}) in lower({expression})) > 0";

    public override string CreateExtIndex(string name, string table, Field field)
    {
        var expression = Ext(field, table).Replace(table + ".ext", "ext", StringComparison.Ordinal);
        return $"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} (tenant_id, {expression}, id) WHERE {expression} IS NOT NULL";
    }

    public override string DropIndex(string name, string table) => $"DROP INDEX CONCURRENTLY IF EXISTS {name}";

    public override async Task<long?> Estimate(DbCommand query, CancellationToken cancellation)
    {
        query.CommandText = "EXPLAIN (FORMAT JSON) " + query.CommandText;
        var plan = (string?)await query.ExecuteScalarAsync(cancellation);
        if (plan is null) return null;
        using var json = JsonDocument.Parse(plan);
        return (long)json.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    public override async Task Insert(DbConnection connection, DbTransaction? transaction, TableRows rows, CancellationToken cancellation)
    {
        if (rows.Rows.Count < 20)
        {
            await base.Insert(connection, transaction, rows, cancellation);
            return;
        }

        // COPY is refused on tables with row-level security; arrays, one per column, come next in speed.
        await using var command = new NpgsqlCommand { Connection = (NpgsqlConnection)connection, Transaction = (NpgsqlTransaction?)transaction };
        for (var c = 0; c < rows.Columns.Count; c++)
        {
            var values = new object[rows.Rows.Count];
            for (var r = 0; r < values.Length; r++) values[r] = ToColumn(rows.Rows[r][c]);
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | TypeOf(rows.Types[c]) });
        }

        command.CommandText = $"INSERT INTO {rows.Table} ({string.Join(", ", rows.Columns)}) SELECT * FROM unnest({string.Join(", ", rows.Columns.Select((_, c) => "$" + (c + 1).ToString(CultureInfo.InvariantCulture)))})";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override string SearchIds(DbCommand command, TenantInfo tenant, string recordType, IReadOnlyList<string> tokens) =>
        $"SELECT d.record_id FROM platform_search d WHERE d.tenant_id = {Bind(command, tenant.Id)} AND d.record_type = {Bind(command, recordType)}"
        + $" AND d.tokens @@ {Bind(command, string.Join(" & ", tokens.Select(t => t.EndsWith('*') ? $"'{t[..^1]}':*" : $"'{t}'")))}::tsquery";

    public override async Task AddSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO platform_search (tenant_id, record_type, record_id, title, body, tokens)
            SELECT $1, d.type, d.id, d.title, d.body, array_to_tsvector(string_to_array(d.tokens, ' '))
            FROM unnest($2, $3, $4, $5, $6) AS d(type, id, title, body, tokens)
            """, (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = documents.Select(d => d.RecordType).ToArray() });
        command.Parameters.Add(new() { Value = documents.Select(d => d.Id).ToArray() });
        command.Parameters.Add(new() { Value = documents.Select(d => d.Title).ToArray() });
        command.Parameters.Add(new() { Value = documents.Select(d => d.Body).ToArray() });
        command.Parameters.Add(new() { Value = documents.Select(d => string.Join(' ', d.Tokens)).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override async Task RemoveSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<Guid> records, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "DELETE FROM platform_search WHERE tenant_id = $1 AND record_id = ANY($2)", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        command.Parameters.Add(new() { Value = tenant.Id });
        command.Parameters.Add(new() { Value = records.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override bool IsUniqueViolation(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    private static NpgsqlDbType TypeOf(Type type) =>
        type == typeof(string) || type == typeof(string[]) ? NpgsqlDbType.Text
        : type == typeof(Guid) ? NpgsqlDbType.Uuid
        : type == typeof(int) ? NpgsqlDbType.Integer
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
    public PostgreSqlTypes() =>
        Json("text", new Npgsql.EntityFrameworkCore.PostgreSQL.Storage.Internal.Mapping.NpgsqlJsonTypeMapping("jsonb", typeof(string)));
}

/// <summary>Text in plain byte order, and row-level security on every table that has a tenant.</summary>
internal sealed class PostgreSqlMigrations(MigrationsSqlGeneratorDependencies dependencies, INpgsqlSingletonOptions options)
    : NpgsqlMigrationsSqlGenerator(dependencies, options)
{

    protected override void Generate(CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        foreach (var column in operation.Columns) ByteOrder(column);
        base.Generate(operation, model, builder, terminate);
        if (!terminate || operation.Name.StartsWith("control_", StringComparison.Ordinal) || operation.Columns.All(c => c.Name != "tenant_id")) return;
        // Queues of the platform are read for all tenants at once by the dispatcher, which sets the tenant to "all".
        var policy = operation.Name.StartsWith("platform_", StringComparison.Ordinal)
            ? "tenant_id = nullif(nullif(current_setting('crm.tenant', true), ''), 'all')::uuid OR current_setting('crm.tenant', true) = 'all'"
            : "tenant_id = nullif(nullif(current_setting('crm.tenant', true), ''), 'all')::uuid";
        foreach (var sql in (string[])
        [
            $"ALTER TABLE {operation.Name} ENABLE ROW LEVEL SECURITY;",
            $"ALTER TABLE {operation.Name} FORCE ROW LEVEL SECURITY;",
            $"CREATE POLICY tenant ON {operation.Name} USING ({policy}) WITH CHECK ({policy});",
        ])
        {
            builder.AppendLine(sql);
            EndStatement(builder);
        }
    }

    protected override void Generate(AddColumnOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        ByteOrder(operation);
        base.Generate(operation, model, builder, terminate);
    }

    private static void ByteOrder(AddColumnOperation column)
    {
        if (column.ClrType == typeof(string) || column.ClrType == typeof(string[])) column.Collation ??= "C";
    }
}
