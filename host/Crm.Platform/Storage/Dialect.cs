using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Microsoft.EntityFrameworkCore;

namespace Crm.Platform.Storage;

/// <summary>What one database does in its own way. Everything else about storage is the same on all three.</summary>
internal abstract class Dialect
{
    /// <summary>Name in the configuration.</summary>
    public abstract string Name { get; }

    /// <summary>The largest number of parameters one command may carry.</summary>
    public abstract int MaxParameters { get; }

    public abstract DbConnection Connect(string connectionString);

    /// <summary>Makes a fresh connection ready for the rows of one tenant; null for work of the installation itself.</summary>
    public abstract Task Prepare(DbConnection connection, Guid? tenant, CancellationToken cancellation);

    /// <summary>This transaction need not be on the disk when it ends: nothing acknowledged is lost with it. Does nothing where that makes no difference.</summary>
    public virtual Task NeedNotLast(DbConnection connection, DbTransaction? transaction, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Before a context of EF Core takes a connection in the middle of a transaction.</summary>
    public virtual void BeforeContext(DbConnection connection, DbTransaction transaction)
    {
    }

    /// <summary>Whether several commands are sent in one trip. Where the database is no trip away there is nothing to gain.</summary>
    public virtual bool Batches => false;

    /// <summary>Makes a connection ready by the first command of a batch; it holds also when one of the others fails.</summary>
    public virtual void Prepare(DbBatch batch, Guid tenant) => throw new NotSupportedException($"{Name} is sent one command at a time.");

    /// <summary>Why this build of the product cannot use the database; null when it can.</summary>
    public virtual Label? Unusable => null;

    /// <summary>Makes a fresh connection ready to change tables and move the rows of all tenants.</summary>
    public virtual Task PrepareMigration(DbConnection connection, CancellationToken cancellation) => Prepare(connection, null, cancellation);

    /// <summary>Keeps others from migrating a database at the same time; what it answers with lets them.</summary>
    public virtual Task<IDisposable?> BeginMigration(string connectionString, CancellationToken cancellation) => Task.FromResult<IDisposable?>(null);

    /// <summary>Brings up to date what the database derives from the tables.</summary>
    public virtual Task AfterMigration(DbConnection connection, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Points EF Core at a connection; the history table matters to migrations only.</summary>
    public abstract void Use(DbContextOptionsBuilder options, DbConnection connection, string? historyTable = null);

    /// <summary>Makes the database when it is not there.</summary>
    public abstract Task EnsureDatabase(string connectionString, CancellationToken cancellation);

    /// <summary>A transaction that may write. SQLite lets writers queue in the process instead of failing in the file.</summary>
    public virtual async Task<WriteTransaction> BeginWrite(DbConnection connection, CancellationToken cancellation) =>
        new(await connection.BeginTransactionAsync(cancellation), null);

    /// <summary>A transaction that reads the whole database as it is now, however long it takes and whoever writes meanwhile.</summary>
    public virtual async Task<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);

    /// <summary>Marks a place in a transaction.</summary>
    public virtual string Savepoint(string name) => "SAVEPOINT " + name;

    /// <summary>Takes back everything since a marked place.</summary>
    public virtual string BackTo(string name) => "ROLLBACK TO SAVEPOINT " + name;

    /// <summary>Waits until no other transaction is at the same thing, and keeps others from it until this one ends. Where one writes at a time there is nothing to do.</summary>
    public virtual Task OneAtATime(DbConnection connection, DbTransaction transaction, string thing, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>A name that may be a keyword.</summary>
    public virtual string Quote(string name) => $"\"{name}\"";

    /// <summary>A field's expression in SQL, the same to the letter in queries and in index definitions.</summary>
    public string Expression(Field field, string alias = "t") =>
        field.Column is { } column ? $"{alias}.{column}" : Ext(field, alias);

    /// <summary>Reads a value out of the <c>ext</c> column; path steps are checked keys, never user input.</summary>
    protected abstract string Ext(Field field, string alias);

    /// <summary>A value as the driver wants it for a column of the value's own type.</summary>
    public virtual object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        string[] many => JsonSerializer.Serialize(many, Json.Compact),
        ExtensionData ext => ext.ToJson(),
        _ => value,
    };

    /// <summary>A value as the driver wants it for comparison with <see cref="Ext"/>.</summary>
    public virtual object ToExt(Field field, object? value) => value switch
    {
        null => DBNull.Value,
        decimal number => number,
        string text => text,
        bool yes => yes ? "true" : "false",
        string[] many => JsonSerializer.Serialize(many, Json.Compact),
        _ => ExtensionData.ToText(value) ?? throw new ArgumentException($"{field.Key} cannot be compared with a {value.GetType()}.", nameof(value)),
    };

    public object ToDb(Field field, object? value) => field.InExt ? ToExt(field, value) : ToColumn(Whole(field, value));

    /// <summary>A number of a column of whole numbers as that column's own type.</summary>
    public static object? Whole(Field field, object? value) => value is decimal number && field.ColumnType is { } type && type != typeof(decimal)
        ? Convert.ChangeType(decimal.Truncate(number), type, CultureInfo.InvariantCulture)
        : value;

    /// <summary>Reads a column of a field.</summary>
    public virtual object? Read(DbDataReader reader, int ordinal, Type type)
    {
        if (reader.IsDBNull(ordinal)) return null;
        if (type == typeof(string)) return reader.GetString(ordinal);
        if (type == typeof(Guid)) return reader.GetGuid(ordinal);
        if (type == typeof(decimal)) return ReadNumber(reader, ordinal);
        if (type == typeof(DateOnly)) return reader.GetFieldValue<DateOnly>(ordinal);
        if (type == typeof(DateTimeOffset)) return ReadMoment(reader, ordinal);
        if (type == typeof(TimeOnly)) return reader.GetFieldValue<TimeOnly>(ordinal);
        if (type == typeof(bool)) return reader.GetBoolean(ordinal);
        if (type == typeof(string[])) return JsonSerializer.Deserialize<string[]>(reader.GetString(ordinal)) ?? [];
        if (type == typeof(int)) return reader.GetInt32(ordinal);
        if (type == typeof(long)) return reader.GetInt64(ordinal);
        if (type == typeof(short)) return reader.GetInt16(ordinal);
        throw new ArgumentException($"No column holds a {type}.", nameof(type));
    }

    /// <summary>Reads the value of <see cref="Ext"/>.</summary>
    public virtual object? ReadExt(DbDataReader reader, int ordinal, Field field)
    {
        if (reader.IsDBNull(ordinal)) return null;
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Money => Convert.ToDecimal(reader.GetValue(ordinal), CultureInfo.InvariantCulture),
            FieldKind.YesNo => reader.GetValue(ordinal) is string s ? s == "true" : Convert.ToBoolean(reader.GetValue(ordinal), CultureInfo.InvariantCulture),
            FieldKind.MultiChoice => JsonSerializer.Deserialize<string[]>(reader.GetString(ordinal)) ?? [],
            _ => ExtensionData.FromText(reader.GetString(ordinal), field.Kind),
        };
    }

    public object? Read(DbDataReader reader, int ordinal, Field field) =>
        field.InExt ? field.Opened(ReadExt(reader, ordinal, field)) : ReadColumn(reader, ordinal, field);

    private object? ReadColumn(DbDataReader reader, int ordinal, Field field) =>
        field.ColumnType is { } type && type != field.ValueType && Read(reader, ordinal, type) is { } whole
            ? Convert.ToDecimal(whole, CultureInfo.InvariantCulture)
            : field.ColumnType is null || field.ColumnType == field.ValueType ? Read(reader, ordinal, field.ValueType) : null;

    protected virtual object ReadNumber(DbDataReader reader, int ordinal) => reader.GetFieldType(ordinal) == typeof(int)
        ? (decimal)reader.GetInt32(ordinal)
        : reader.GetDecimal(ordinal);

    protected virtual object ReadMoment(DbDataReader reader, int ordinal) => reader.GetFieldValue<DateTimeOffset>(ordinal);

    /// <summary>Adds a parameter and answers with its name.</summary>
    public virtual string Bind(DbCommand command, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@p" + command.Parameters.Count.ToString(CultureInfo.InvariantCulture);
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    /// <summary>Adds a parameter for the <c>ext</c> column itself.</summary>
    public virtual string BindJson(DbCommand command, string json) => Bind(command, json);

    /// <summary>Rows after a position in an order, so that an index on the two can be walked from there.</summary>
    public virtual string After(string expression, string value, string id, string lastId, bool descending) =>
        $"({expression}, {id}) {(descending ? "<" : ">")} ({value}, {lastId})";

    /// <summary>The same for a database that seeks by a range alone: the part it can seek by stands by itself.</summary>
    protected static string AfterByRange(string expression, string value, string id, string lastId, bool descending) => descending
        ? $"({expression} <= {value} AND ({expression} < {value} OR {id} < {lastId}))"
        : $"({expression} >= {value} AND ({expression} > {value} OR {id} > {lastId}))";

    /// <summary>Puts a limit on a query that ends with its ORDER BY.</summary>
    public virtual string Limit(int rows) => $" LIMIT {rows.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Puts a limit on a query without an order.</summary>
    public virtual string LimitUnordered(int rows) => Limit(rows);

    /// <summary>A condition that an expression has one of some values, however many there are.</summary>
    public virtual string In(DbCommand command, string expression, IReadOnlyList<object> values) =>
        values.Count == 0 ? "1 = 0" : $"{expression} IN ({string.Join(", ", values.Select(v => Bind(command, v)))})";

    /// <summary>Text begins with a piece; an index serves it.</summary>
    public string Starts(DbCommand command, string expression, string text) =>
        $"({expression} >= {Bind(command, text)} AND {expression} < {Bind(command, text + LastCharacter)})";

    /// <summary>The character that comes last in the order of text: by code point, unless the database orders otherwise.</summary>
    protected virtual string LastCharacter => "\U0010FFFF";

    /// <summary>Text has a piece in it; letters of the Latin alphabet in either case.</summary>
    public abstract string Contains(string expression, string value);

    /// <summary>Names of indexes over extension fields begin so.</summary>
    public const string ExtIndexPrefix = "ix_ext_";

    /// <summary>The SQL that makes an index over an extension field unless it is there. Writers are not held up where the database can do so.</summary>
    public abstract string CreateExtIndex(string name, string table, Field field);

    public abstract string DropIndex(string name, string table);

    /// <summary>The column <c>ext</c> without what one module keeps in it.</summary>
    public abstract string ExtWithout(string module);

    /// <summary>Whether one module keeps anything in the column <c>ext</c>.</summary>
    public abstract string ExtHas(string module);

    /// <summary>Drops a table with all that stands on it, if it is there.</summary>
    public virtual string DropTable(string table) => $"DROP TABLE IF EXISTS {Quote(table)}";

    /// <summary>Names and tables of all indexes over extension fields, one row each.</summary>
    protected abstract string ListExtIndexes { get; }

    /// <summary>Sees to it that an index over an extension field is there and whole, whoever else does the same.</summary>
    public virtual Task EnsureExtIndex(DbConnection connection, string name, string table, Field field, CancellationToken cancellation) =>
        Alter(connection, CreateExtIndex(name, table, field), cancellation);

    /// <summary>Drops an index over an extension field.</summary>
    public virtual Task DropExtIndex(DbConnection connection, string name, string table, CancellationToken cancellation) =>
        Alter(connection, DropIndex(name, table), cancellation);

    /// <summary>The indexes over extension fields that are there.</summary>
    public async Task<IReadOnlyList<(string Name, string Table)>> ExtIndexes(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = ListExtIndexes;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation)) found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    /// <summary>The columns an index over an extension field begins with: the tenants' own record types share a table.</summary>
    protected static string LedBy(string table) => table == RecordType.CustomTable ? "tenant_id, type_key" : "tenant_id";

    /// <summary>Changes tables or indexes, however long it takes.</summary>
    protected virtual async Task Alter(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How many rows a query would give, guessed by the database; null when it cannot guess.</summary>
    public virtual Task<long?> Estimate(DbCommand query, CancellationToken cancellation) => Task.FromResult<long?>(null);

    /// <summary>What makes a query tell its plan when it stands in front, one step a row in the last column; null where nothing does.</summary>
    protected virtual string? ExplainWith => null;

    /// <summary>How the database would run a query, one step a line; null when it does not tell.</summary>
    public async Task<string?> Explain(DbCommand query, CancellationToken cancellation)
    {
        if (ExplainWith is null) return null;
        var sql = query.CommandText;
        query.CommandText = ExplainWith + sql;
        var steps = new List<string>();
        await using (var reader = await query.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation)) steps.Add(reader.GetString(reader.FieldCount - 1));
        }

        query.CommandText = sql;
        return string.Join('\n', steps);
    }

    /// <summary>Writes many rows into a table as fast as the database can within the current transaction.</summary>
    public virtual async Task Insert(DbConnection connection, DbTransaction? transaction, TableRows rows, CancellationToken cancellation)
    {
        foreach (var insert in Inserts(connection, rows))
        {
            await using var command = insert;
            command.Transaction = transaction;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The commands that write rows into a table.</summary>
    public virtual IEnumerable<DbCommand> Inserts(DbConnection connection, TableRows rows)
    {
        var perCommand = Math.Max(1, Math.Min(500, MaxParameters / rows.Columns.Count));
        for (var start = 0; start < rows.Rows.Count; start += perCommand)
        {
            var command = connection.CreateCommand();
            var sql = new StringBuilder("INSERT INTO ").Append(rows.Table).Append(" (").AppendJoin(", ", rows.Columns).Append(") VALUES ");
            for (var i = start; i < Math.Min(rows.Rows.Count, start + perCommand); i++)
            {
                sql.Append(i == start ? "(" : ", (");
                for (var c = 0; c < rows.Columns.Count; c++)
                {
                    if (c > 0) sql.Append(", ");
                    var value = rows.Rows[i][c];
                    sql.Append(value is ExtensionData ext ? BindJson(command, ext.ToJson()) : Bind(command, ToColumn(value)));
                }

                sql.Append(')');
            }

            command.CommandText = sql.ToString();
            yield return command;
        }
    }

    /// <summary>The commands that take records out of the search index and put entries in, where commands are sent together.</summary>
    public virtual IEnumerable<DbCommand> SearchCommands(DbConnection connection, TenantInfo tenant, SearchChanges changes) =>
        throw new NotSupportedException($"{Name} is sent one command at a time.");

    /// <summary>A subquery for the ids of records of a type that have all tokens; a token that ends with an asterisk is a prefix.</summary>
    public abstract string SearchIds(DbCommand command, TenantInfo tenant, string recordType, IReadOnlyList<string> tokens);

    /// <summary>Adds entries to the search index.</summary>
    public abstract Task AddSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation);

    /// <summary>Takes records out of the search index.</summary>
    public abstract Task RemoveSearch(
        DbConnection connection, DbTransaction transaction, TenantInfo tenant, IReadOnlyList<Guid> records, CancellationToken cancellation);

    /// <summary>How long after a write <see cref="Upkeep"/> is wanted; null when the database sees to itself.</summary>
    public virtual TimeSpan? UpkeepAfter => null;

    /// <summary>What a database wants done after many writes so that reading stays quick; nothing is lost without it.</summary>
    /// <param name="connection">Open, and ready for migrations.</param>
    /// <param name="thorough">Also where little seems to have changed; once a night.</param>
    /// <param name="cancellation">Stops it.</param>
    public virtual Task Upkeep(DbConnection connection, bool thorough, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Whether an exception says that a unique index was violated.</summary>
    public abstract bool IsUniqueViolation(Exception exception);

    /// <summary>The index or columns that a violation names, as the database writes them.</summary>
    public virtual string UniqueViolation(Exception exception) => exception.Message;
}

/// <summary>Rows on their way into a table; values as CLR types of the record model.</summary>
internal sealed record TableRows(string Table, IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <summary>The CLR type of each column, for bulk writers that must know it even when every value is null.</summary>
    public required IReadOnlyList<Type> Types { get; init; }
}

/// <summary>A transaction and what must be let go when it ends.</summary>
internal sealed class WriteTransaction(DbTransaction transaction, IDisposable? held) : IAsyncDisposable
{
    public DbTransaction Transaction => transaction;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            held?.Dispose();
        }
    }
}

/// <summary>JSON as it is stored.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
    };
}
