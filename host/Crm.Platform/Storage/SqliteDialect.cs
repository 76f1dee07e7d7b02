using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Platform.Storage;

/// <summary>SQLite: one file, write-ahead log, one writer at a time. Ids are 16 big-endian bytes, decimals whole ten-thousandths, moments whole microseconds.</summary>
internal sealed class SqliteDialect : Dialect
{
    private const long TicksPerMicrosecond = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>So many entries of an index are looked at for its figures.</summary>
    private const int AnalysisLimit = 1_000;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> writers = new(StringComparer.Ordinal);

    public override string Name => "Sqlite";

    public override int MaxParameters => 32_000;

    public override DbConnection Connect(string connectionString) => new SqliteConnection(connectionString);

    public override async Task Prepare(DbConnection connection, Guid? tenant, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 15000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// EF Core defines its functions anew on each connection it is given. SQLite refuses that while the full-text index holds a page of
    /// itself open, as it does after a write until the transaction ends or a savepoint begins.
    /// </summary>
    public override void BeforeContext(DbConnection connection, DbTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SAVEPOINT context; RELEASE context";
        command.ExecuteNonQuery();
    }

    public override void Use(DbContextOptionsBuilder options, DbConnection connection, string? historyTable = null)
    {
        options.UseSqlite(connection, o => o.MigrationsHistoryTable(historyTable ?? HistoryRepository.DefaultTableName));
        options.WithCrmTypes(new SqliteTypes());
    }

    public override async Task EnsureDatabase(string connectionString, CancellationToken cancellation)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL;";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// EF Core's own lock is a row in the database, which outlives a process that is killed; then everybody would wait for ever.
    /// The lock on a file ends with its process, so whoever holds it may take that row away.
    /// </summary>
    public override async Task<IDisposable?> BeginMigration(string connectionString, CancellationToken cancellation)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource + ".migrating";
        FileStream? alone = null;
        while (alone is null)
        {
            try
            {
                alone = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100, cancellation);
            }
        }

        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellation);
            await AfterMigration(connection, cancellation);
            return alone;
        }
        catch
        {
            await alone.DisposeAsync();
            throw;
        }
    }

    public override async Task AfterMigration(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TABLE IF EXISTS \"__EFMigrationsLock\"";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>With a write-ahead log a reader sees what was there at its first read.</summary>
    public override async Task<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation)
    {
        var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: true);
        await using var first = connection.CreateCommand();
        first.Transaction = transaction;
        first.CommandText = "SELECT COUNT(*) FROM sqlite_master";
        await first.ExecuteScalarAsync(cancellation);
        return transaction;
    }

    public override async Task<WriteTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation)
    {
        var writer = writers.GetOrAdd(connection.DataSource, _ => new SemaphoreSlim(1, 1));
        if (!await writer.WaitAsync(LongestWait, cancellation))
        {
            throw new TimeoutException($"Another write has held {connection.DataSource} for {LongestWait.TotalSeconds:0} seconds. Work inside a write must not open a second write on the same database.");
        }

        try
        {
            // Immediate: a transaction that began by reading could not become a writer when another wrote in between.
            return new(((SqliteConnection)connection).BeginTransaction(deferred: false), new Turn(writer));
        }
        catch
        {
            writer.Release();
            throw;
        }
    }

    protected override string Ext(Field field, string alias) =>
        $"json_extract({alias}.ext, '$.{string.Join('.', field.Path.Select(p => $"\"{p}\""))}')";

    public override object ToColumn(object? value) => value switch
    {
        Guid id => id.ToByteArray(bigEndian: true),
        decimal number => Scale(number),
        DateTimeOffset moment => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TicksPerMicrosecond,
        DateOnly or TimeOnly => ExtensionData.ToText(value)!,
        bool yes => yes ? 1L : 0L,
        _ => base.ToColumn(value),
    };

    public override object ToExt(Field field, object? value) => value switch
    {
        decimal number => (double)number,
        bool yes => yes ? 1L : 0L,
        _ => base.ToExt(field, value),
    };

    public override object? Read(DbDataReader reader, int ordinal, Type type)
    {
        if (reader.IsDBNull(ordinal)) return null;
        if (type == typeof(Guid)) return new Guid((byte[])reader.GetValue(ordinal), bigEndian: true);
        if (type == typeof(DateOnly)) return DateOnly.ParseExact(reader.GetString(ordinal), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (type == typeof(TimeOnly)) return TimeOnly.Parse(reader.GetString(ordinal), CultureInfo.InvariantCulture);
        return base.Read(reader, ordinal, type);
    }

    public override object? ReadExt(DbDataReader reader, int ordinal, Field field) =>
        !reader.IsDBNull(ordinal) && field.Kind == FieldKind.YesNo ? reader.GetInt64(ordinal) != 0 : base.ReadExt(reader, ordinal, field);

    protected override object ReadNumber(DbDataReader reader, int ordinal) => reader.GetInt64(ordinal) / 10_000m;

    protected override object ReadMoment(DbDataReader reader, int ordinal) =>
        new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (reader.GetInt64(ordinal) * TicksPerMicrosecond), TimeSpan.Zero);

    // A pair is sought by columns only.
    public override string After(string expression, string value, string id, string lastId, bool descending) => expression.Contains('(', StringComparison.Ordinal)
        ? AfterByRange(expression, value, id, lastId, descending)
        : base.After(expression, value, id, lastId, descending);

    public override string Contains(string expression, string value) => $"instr(lower({expression}), lower({value})) > 0";

    public override string CreateExtIndex(string name, string table, Field field)
    {
        var expression = Ext(field, table).Replace(table + ".ext", "ext", StringComparison.Ordinal);
        return $"CREATE INDEX IF NOT EXISTS {name} ON {table} ({LedBy(table)}, {expression}, id) WHERE {expression} IS NOT NULL";
    }

    protected override string ExplainWith => "EXPLAIN QUERY PLAN ";

    public override async Task EnsureExtIndex(DbConnection connection, string name, string table, Field field, CancellationToken cancellation)
    {
        await base.EnsureExtIndex(connection, name, table, field, cancellation);
        await Upkeep(connection, thorough: false, cancellation);
    }

    public override TimeSpan? UpkeepAfter => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Without figures about its indexes the planner takes all for equally good, and walks a whole tenant in the order of a list to find
    /// the few records of a filter. Tables that grew or shrank tenfold, or have an index without figures, are looked at; see PRAGMA optimize.
    /// </summary>
    public override async Task Upkeep(DbConnection connection, bool thorough, CancellationToken cancellation)
    {
        if (!thorough)
        {
            await using var wanted = connection.CreateCommand();
            wanted.CommandText = "PRAGMA optimize(-1)";
            if (await wanted.ExecuteScalarAsync(cancellation) is null) return;
        }

        await Alter(connection, $"PRAGMA analysis_limit = {AnalysisLimit}; {(thorough ? "ANALYZE" : "PRAGMA optimize = 0x10002")}", cancellation);

        // Connections that are open go on with the figures they read when they were opened.
        SqliteConnection.ClearPool((SqliteConnection)connection);
    }

    protected override string ListExtIndexes => $"SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND name LIKE '{ExtIndexPrefix}%'";

    // Making an index writes: it takes its turn with the other writers.
    protected override async Task Alter(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var writing = await BeginWrite(connection, cancellation);
        await using var command = connection.CreateCommand();
        command.Transaction = writing.Transaction;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellation);
        await writing.Transaction.CommitAsync(cancellation);
    }

    public override string ExtWithout(string module) => $"json_remove(ext, '$.{module}')";

    public override string ExtHas(string module) => $"json_type(ext, '$.{module}') IS NOT NULL";

    public override string DropIndex(string name, string table) => $"DROP INDEX IF EXISTS {name}";

    public override async Task Insert(DbConnection connection, DbTransaction? transaction, TableRows rows, CancellationToken cancellation)
    {
        // Row by row with one prepared command: SQLite looks for each parameter by name among all of them, so many rows in one command take
        // the square of the time.
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"INSERT INTO {rows.Table} ({string.Join(", ", rows.Columns)}) VALUES ({string.Join(", ", rows.Columns.Select(_ => Bind(command, null)))})";
        await command.PrepareAsync(cancellation);
        foreach (var row in rows.Rows)
        {
            for (var c = 0; c < row.Length; c++) command.Parameters[c].Value = ToColumn(row[c]);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override string SearchIds(DbCommand command, TenantInfo tenant, string recordType, IReadOnlyList<string> tokens) =>
        "SELECT d.record_id FROM platform_search_tokens JOIN platform_search d ON d.rowid = platform_search_tokens.rowid"
        + $" WHERE platform_search_tokens MATCH {Bind(command, string.Join(' ', tokens.Select(t => t.EndsWith('*') ? t : $"\"{t}\"")))} AND d.record_type = {Bind(command, recordType)}";

    public override async Task AddSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        await using var command = ((SqliteConnection)connection).CreateCommand();
        command.Transaction = (SqliteTransaction)transaction;
        command.CommandText = """
            INSERT INTO platform_search (tenant_id, record_type, record_id, title, body) VALUES ($tenant, $type, $id, $title, $body);
            INSERT INTO platform_search_tokens (rowid, tokens) VALUES (last_insert_rowid(), $tokens);
            """;
        command.Parameters.AddWithValue("$tenant", ToColumn(tenant.Id));
        var type = command.Parameters.Add("$type", SqliteType.Text);
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        var title = command.Parameters.Add("$title", SqliteType.Text);
        var body = command.Parameters.Add("$body", SqliteType.Text);
        var tokens = command.Parameters.Add("$tokens", SqliteType.Text);
        await command.PrepareAsync(cancellation);
        foreach (var document in documents)
        {
            (type.Value, id.Value, title.Value, body.Value) = (document.RecordType, ToColumn(document.Id), document.Title, document.Body);
            tokens.Value = document.Tokens;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override async Task RemoveSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<Guid> records, CancellationToken cancellation)
    {
        await using var command = ((SqliteConnection)connection).CreateCommand();
        command.Transaction = (SqliteTransaction)transaction;
        command.CommandText = """
            DELETE FROM platform_search_tokens WHERE rowid = (SELECT rowid FROM platform_search WHERE tenant_id = $tenant AND record_id = $id);
            DELETE FROM platform_search WHERE tenant_id = $tenant AND record_id = $id;
            """;
        command.Parameters.AddWithValue("$tenant", ToColumn(tenant.Id));
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        foreach (var record in records)
        {
            id.Value = ToColumn(record);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    public override bool IsUniqueViolation(Exception exception) =>
        exception is SqliteException { SqliteExtendedErrorCode: 2067 or 1555 };

    /// <summary>A decimal as whole ten-thousandths; one that does not fit is a bug of the caller, who checked the field's range.</summary>
    internal static long Scale(decimal number) => (long)decimal.Round(number * 10_000m, MidpointRounding.AwayFromZero);

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}

/// <summary>The column types of SQLite for EF Core: the same storage as <see cref="SqliteDialect"/> uses.</summary>
internal sealed class SqliteTypes : CrmTypes
{
    public SqliteTypes()
    {
        Map<Guid, byte[]>(Bytes("BLOB"), id => id.ToByteArray(true), bytes => new Guid(bytes, true));
        Map<decimal, long>(Long("INTEGER"), number => SqliteDialect.Scale(number), stored => stored / 10_000m);
        Map<DateTimeOffset, long>(
            Long("INTEGER"), moment => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10, stored => new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (stored * 10), TimeSpan.Zero));
        Json("TEXT");
    }
}
