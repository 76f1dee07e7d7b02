using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Platform.Search;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.SqlServer;

/// <summary>
/// SQL Server 2019 and later: ids as 16 big-endian bytes, text in binary order, row-level security, JSON text for extension fields with
/// computed columns where they are indexed.
/// </summary>
/// <remarks>
/// Parameters have their types and sizes spelled, so that one query has one plan whatever the values; an empty value stands in the text
/// as NULL, because a parameter without a value has no type that every column takes.
/// </remarks>
internal sealed class SqlServerDialect(Func<string, DbConnection> connect) : Dialect
{
    /// <summary>From so many rows on, writing in bulk is worth its preparation.</summary>
    private const int Bulk = 20;

    /// <summary>So many values stand in a condition one by one; more go as one JSON text.</summary>
    private const int ListedValues = 50;

    private const int DocumentsPerCommand = 500;

    public SqlServerDialect() : this(static connectionString => new SqlConnection(connectionString))
    {
    }

    public override string Name => "SqlServer";

    public override int MaxParameters => 2_000;

    public override Label? Unusable => SqlServerStorage.HasFullClient ? null : SqlServerStorage.Trimmed;

    protected override string LastCharacter => "\uFFFF";

    public override DbConnection Connect(string connectionString) => connect(connectionString);

    public override Task Prepare(DbConnection connection, Guid? tenant, CancellationToken cancellation) =>
        Set(connection, tenant, tenant is null ? SqlServerWall.All : "", cancellation);

    public override Task PrepareMigration(DbConnection connection, CancellationToken cancellation) => Set(connection, null, SqlServerWall.Migration, cancellation);

    public override void Use(DbContextOptionsBuilder options, DbConnection connection, string? historyTable = null)
    {
        options.UseSqlServer(connection, o => o.MigrationsHistoryTable(historyTable ?? HistoryRepository.DefaultTableName).UseCompatibilityLevel(150));
        options.WithCrmTypes(new SqlServerTypes());
        options.ReplaceService<IMigrationsSqlGenerator, SqlServerMigrations>();
    }

    public override async Task EnsureDatabase(string connectionString, CancellationToken cancellation)
    {
        // Without a pool: it would remember for some seconds that the database could not be opened.
        var wanted = new SqlConnectionStringBuilder(connectionString) { Pooling = false };
        var name = wanted.InitialCatalog.Length > 0 ? wanted.InitialCatalog : throw new InvalidOperationException("The SQL Server connection string names no database.");
        try
        {
            await using var there = new SqlConnection(wanted.ConnectionString);
            await there.OpenAsync(cancellation);
            return;
        }
        catch (SqlException e) when (e.Number == 4060)
        {
            wanted.InitialCatalog = "master";
        }

        await using var connection = new SqlConnection(wanted.ConnectionString);
        await connection.OpenAsync(cancellation);
        var quoted = Quote(name.Replace("]", "]]", StringComparison.Ordinal));
        try
        {
            await Run($"CREATE DATABASE {quoted}");
        }
        catch (SqlException e) when (e.Number == 1801)
        {
            // Another node was quicker.
            return;
        }

        // Readers see the last committed rows instead of waiting for writers, as on the other databases.
        await Run($"ALTER DATABASE {quoted} SET READ_COMMITTED_SNAPSHOT ON");

        // A backup reads all tables as they were at one moment.
        await Run($"ALTER DATABASE {quoted} SET ALLOW_SNAPSHOT_ISOLATION ON");

        async Task Run(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override async Task<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(System.Data.IsolationLevel.Snapshot, cancellation);

    public override string Savepoint(string name) => "SAVE TRANSACTION " + name;

    public override string BackTo(string name) => "ROLLBACK TRANSACTION " + name;

    public override async Task OneAtATime(DbConnection connection, DbTransaction transaction, string thing, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"""
            DECLARE @got int;
            EXEC @got = sp_getapplock @Resource = {Bind(command, thing)}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
            IF @got < 0 THROW 51000, 'Another transaction has held the lock for 60 seconds.', 1;
            """;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override string Quote(string name) => $"[{name}]";

    protected override string Ext(Field field, string alias)
    {
        var path = $"'$.{string.Join('.', field.Path.Select(p => $"\"{p}\""))}'";
        var value = $"JSON_VALUE({alias}.ext, {path})";
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Money => $"TRY_CAST({value} AS decimal(19,4))",
            FieldKind.MultiChoice when field.Indexed => $"CAST(JSON_QUERY({alias}.ext, {path}) AS nvarchar({Records.FieldInput.LongestIndexed}))",
            FieldKind.MultiChoice => $"JSON_QUERY({alias}.ext, {path})",

            // Nothing longer can be saved into an indexed field, and nothing longer fits into an index.
            _ when field.Indexed => $"CAST({value} AS nvarchar({Records.FieldInput.LongestIndexed}))",

            // JSON_VALUE gives nothing for more than 4,000 characters.
            _ when Records.FieldInput.Longest(field) > 4_000 => $"(SELECT j.v FROM OPENJSON({alias}.ext) WITH (v nvarchar(max) {path}) j)",
            _ => value,
        };
    }

    public override object ToColumn(object? value) => value switch
    {
        Guid id => id.ToByteArray(bigEndian: true),
        DateTimeOffset moment => moment.ToUniversalTime(),
        DateOnly day => day.ToDateTime(TimeOnly.MinValue),
        TimeOnly time => time.ToTimeSpan(),
        _ => base.ToColumn(value),
    };

    public override object? Read(DbDataReader reader, int ordinal, Type type)
    {
        if (reader.IsDBNull(ordinal)) return null;
        if (type == typeof(Guid)) return new Guid((byte[])reader.GetValue(ordinal), bigEndian: true);
        if (type == typeof(DateOnly)) return DateOnly.FromDateTime(reader.GetDateTime(ordinal));
        if (type == typeof(TimeOnly)) return TimeOnly.FromTimeSpan((TimeSpan)reader.GetValue(ordinal));
        return base.Read(reader, ordinal, type);
    }

    public override string Bind(DbCommand command, object? value)
    {
        if (value is null or DBNull) return "NULL";
        var parameter = value switch
        {
            Guid id => Parameter(SqlDbType.Binary, id.ToByteArray(bigEndian: true), 16),
            byte[] { Length: 16 } id => Parameter(SqlDbType.Binary, id, 16),
            byte[] bytes => Parameter(SqlDbType.VarBinary, bytes, -1),
            string text => Parameter(SqlDbType.NVarChar, text, text.Length <= 4_000 ? 4_000 : -1),
            int number => Parameter(SqlDbType.Int, number),
            long number => Parameter(SqlDbType.BigInt, number),
            short number => Parameter(SqlDbType.SmallInt, number),
            decimal number => new SqlParameter { SqlDbType = SqlDbType.Decimal, Precision = 19, Scale = 4, Value = number },
            bool yes => Parameter(SqlDbType.Bit, yes),
            DateTimeOffset moment => Parameter(SqlDbType.DateTimeOffset, moment),
            DateTime day => Parameter(SqlDbType.Date, day),
            TimeSpan time => Parameter(SqlDbType.Time, time),
            _ => throw new ArgumentException($"No column takes a {value.GetType()}.", nameof(value)),
        };
        parameter.ParameterName = "@p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    // It knows no pairs.
    public override string After(string expression, string value, string id, string lastId, bool descending) => AfterByRange(expression, value, id, lastId, descending);

    public override string Limit(int rows) => $" OFFSET 0 ROWS FETCH NEXT {rows.ToString(CultureInfo.InvariantCulture)} ROWS ONLY";

    public override string LimitUnordered(int rows) => " ORDER BY (SELECT NULL)" + Limit(rows);

    public override string Contains(string expression, string value) => $"CHARINDEX(LOWER({value}), LOWER({expression})) > 0";

    public override string In(DbCommand command, string expression, IReadOnlyList<object> values)
    {
        if (values.Count <= ListedValues) return base.In(command, expression, values);
        var (column, type, json) = values[0] switch
        {
            byte[] => ("CONVERT(binary(16), v.v, 2)", "char(32)", (Func<object, object>)(v => Convert.ToHexString((byte[])v))),
            string => ("v.v COLLATE " + SqlServerMigrations.ByteOrder, "nvarchar(4000)", v => v),
            decimal => ("v.v", "decimal(19,4)", v => v),
            int or long or short => ("v.v", "bigint", v => v),
            DateTimeOffset => ("v.v", "datetimeoffset", v => ((DateTimeOffset)v).ToString("O", CultureInfo.InvariantCulture)),
            DateTime => ("v.v", "date", v => ((DateTime)v).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            TimeSpan => ("v.v", "time", v => ((TimeSpan)v).ToString("c", CultureInfo.InvariantCulture)),
            bool => ("v.v", "bit", v => v),
            var other => throw new ArgumentException($"No column takes a {other.GetType()}.", nameof(values)),
        };
        var all = Bind(command, JsonSerializer.Serialize(values.Select(json), Json.Compact));
        return $"{expression} IN (SELECT {column} FROM OPENJSON({all}) WITH (v {type} '$') v)";
    }

    public override string CreateExtIndex(string name, string table, Field field)
    {
        var column = ColumnOf(name);
        var expression = Ext(field, table).Replace(table + ".ext", "ext", StringComparison.Ordinal);
        var index = $"CREATE INDEX {name} ON {table} ({LedBy(table)}, {column}, id)";
        return $"""
            IF COL_LENGTH(N'{table}', N'{column}') IS NULL EXEC({Literal($"ALTER TABLE {table} ADD {column} AS {expression}")});
            IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(N'{table}') AND name = N'{name}')
            BEGIN
                -- Enterprise, Developer, Azure SQL and managed instances build an index without holding up writers.
                IF CONVERT(int, SERVERPROPERTY('EngineEdition')) IN (3, 5, 8) EXEC({Literal(index + " WITH (ONLINE = ON)")});
                ELSE EXEC({Literal(index)});
            END
            """;
    }

    protected override string ListExtIndexes => $"SELECT name, OBJECT_NAME(object_id) FROM sys.indexes WHERE name LIKE N'{ExtIndexPrefix.Replace("_", "[_]", StringComparison.Ordinal)}%'";

    public override string ExtWithout(string module) => $"JSON_MODIFY(ext, '$.{module}', NULL)";

    public override string ExtHas(string module) => $"JSON_QUERY(ext, '$.{module}') IS NOT NULL";

    public override string DropIndex(string name, string table) =>
        $"DROP INDEX IF EXISTS {name} ON {table}; ALTER TABLE {table} DROP COLUMN IF EXISTS {ColumnOf(name)};";

    public override async Task Insert(DbConnection connection, DbTransaction? transaction, TableRows rows, CancellationToken cancellation)
    {
        if (rows.Rows.Count < Bulk || connection is not SqlConnection sql)
        {
            await base.Insert(connection, transaction, rows, cancellation);
            return;
        }

        using var table = Table(rows);
        using var bulk = new SqlBulkCopy(sql, SqlBulkCopyOptions.KeepNulls, (SqlTransaction?)transaction) { DestinationTableName = Quote(rows.Table), BulkCopyTimeout = 0 };
        foreach (var column in rows.Columns) bulk.ColumnMappings.Add(column, column.Trim('[', ']'));
        await bulk.WriteToServerAsync(table, cancellation);
    }

    public override string SearchIds(DbCommand command, TenantInfo tenant, string recordType, IReadOnlyList<string> tokens)
    {
        // A whole token names a record once and is the best place to begin; prefixes name it once for each token they fit.
        var first = tokens.FirstOrDefault(t => !t.EndsWith('*'));
        var sql = new StringBuilder("SELECT d.record_id FROM ").Append(first is null ? "platform_search" : "platform_search_token")
            .Append(" d WHERE d.tenant_id = ").Append(Bind(command, ToColumn(tenant.Id))).Append(" AND d.record_type = ").Append(Bind(command, recordType));
        if (first is not null) sql.Append(" AND d.token = ").Append(Bind(command, first));
        foreach (var token in tokens.Where(t => t != first))
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM platform_search_token k WHERE k.tenant_id = d.tenant_id AND k.record_type = d.record_type AND k.record_id = d.record_id AND ")
                .Append(token.EndsWith('*') ? Starts(command, "k.token", token[..^1]) : $"k.token = {Bind(command, token)}").Append(')');
        }

        return sql.ToString();
    }

    public override async Task AddSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        foreach (var some in documents.Chunk(DocumentsPerCommand))
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            var owner = Bind(command, ToColumn(tenant.Id));
            var json = Bind(command, JsonSerializer.Serialize(
                some.Select(d => new { type = d.RecordType, id = Convert.ToHexString((byte[])ToColumn(d.Id)), title = d.Title, body = d.Body, tokens = d.Tokens.Split(' ') }), Json.Compact));
            command.CommandText = $"""
                INSERT INTO platform_search (tenant_id, record_type, record_id, title, body)
                SELECT {owner}, d.type, CONVERT(binary(16), d.id, 2), d.title, d.body
                FROM OPENJSON({json}) WITH (type nvarchar(100) '$.type', id char(32) '$.id', title nvarchar(max) '$.title', body nvarchar(max) '$.body') d;
                INSERT INTO platform_search_token (tenant_id, token, record_type, record_id)
                SELECT {owner}, k.value, d.type, CONVERT(binary(16), d.id, 2)
                FROM OPENJSON({json}) WITH (type nvarchar(100) '$.type', id char(32) '$.id', tokens nvarchar(max) '$.tokens' AS JSON) d CROSS APPLY OPENJSON(d.tokens) k;
                """;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override async Task RemoveSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<Guid> records, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var these = $"WHERE tenant_id = {Bind(command, ToColumn(tenant.Id))} AND {In(command, "record_id", [.. records.Select(r => ToColumn(r))])}";
        command.CommandText = $"DELETE FROM platform_search_token {these}; DELETE FROM platform_search {these};";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public override bool IsUniqueViolation(Exception exception) => exception is SqlException { Number: 2601 or 2627 };

    /// <summary>Rows as the bulk writer wants them.</summary>
    internal DataTable Table(TableRows rows)
    {
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        for (var c = 0; c < rows.Columns.Count; c++) table.Columns.Add(rows.Columns[c], StoredAs(rows.Types[c]));
        foreach (var row in rows.Rows) table.Rows.Add([.. row.Select(value => ToColumn(value))]);
        return table;
    }

    private static Type StoredAs(Type type) =>
        type == typeof(Guid) ? typeof(byte[])
        : type == typeof(DateOnly) ? typeof(DateTime)
        : type == typeof(TimeOnly) ? typeof(TimeSpan)
        : type == typeof(string[]) || type == typeof(ExtensionData) ? typeof(string)
        : type;

    private static SqlParameter Parameter(SqlDbType type, object value, int size = 0) => new() { SqlDbType = type, Size = size, Value = value };

    /// <summary>The computed column an index of an extension field is made over.</summary>
    private static string ColumnOf(string index) => index + "_value";

    private static string Literal(string sql) => $"N'{sql.Replace("'", "''", StringComparison.Ordinal)}'";

    private async Task Set(DbConnection connection, Guid? tenant, string reach, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();

        // Read only: nothing that runs later in this session can put another tenant in its place.
        command.CommandText = $"""
            EXEC sys.sp_set_session_context @key = N'{SqlServerWall.TenantKey}', @value = {Bind(command, tenant)}, @read_only = 1;
            EXEC sys.sp_set_session_context @key = N'{SqlServerWall.ReachKey}', @value = {Bind(command, reach)}, @read_only = 1;
            """;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
