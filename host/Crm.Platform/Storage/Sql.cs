using System.Data.Common;
using System.Globalization;
using System.Text;
using Crm.Sdk.Records;

namespace Crm.Platform.Storage;

/// <summary>
/// Hand-written SQL on a connection, the same for all databases. The holes of the interpolated text become parameters, never text;
/// a hole that is itself <see cref="FormattableString"/> is put in as SQL with its own parameters.
/// </summary>
internal readonly record struct Sql(Dialect Dialect, DbConnection Connection, DbTransaction? Transaction = null)
{
    public async Task<int> Execute(FormattableString sql, CancellationToken cancellation)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<List<T>> Rows<T>(FormattableString sql, Func<SqlRow, T> row, CancellationToken cancellation)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(row(new SqlRow(Dialect, reader)));
        return rows;
    }

    public async Task<T?> First<T>(FormattableString sql, Func<SqlRow, T> row, CancellationToken cancellation) =>
        (await Rows(sql, row, cancellation)).FirstOrDefault();

    /// <summary>Runs work in a write transaction on this connection, which must not be in one.</summary>
    public async Task<T> InTransaction<T>(Func<Sql, Task<T>> work, CancellationToken cancellation)
    {
        await using var writing = await Dialect.BeginWrite(Connection, cancellation);
        var result = await work(this with { Transaction = writing.Transaction });
        await writing.Transaction.CommitAsync(cancellation);
        return result;
    }

    /// <summary>Ends a query with the database's way of saying how many rows at most.</summary>
    public FormattableString Limit(int rows) => Raw(Dialect.Limit(rows));

    /// <summary>Text that is SQL already; never from outside.</summary>
    public static FormattableString Raw(string sql) => System.Runtime.CompilerServices.FormattableStringFactory.Create(
        sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>Values side by side with commas, for <c>IN (…)</c>.</summary>
    public static FormattableString List<T>(IEnumerable<T> values)
    {
        var all = values.Cast<object?>().ToArray();
        return System.Runtime.CompilerServices.FormattableStringFactory.Create(
            string.Join(", ", Enumerable.Range(0, all.Length).Select(i => $"{{{i.ToString(CultureInfo.InvariantCulture)}}}")), all);
    }

    private DbCommand Command(FormattableString sql)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
        command.CommandText = Text(command, sql);
        return command;
    }

    private string Text(DbCommand command, FormattableString sql)
    {
        var holes = sql.GetArguments();
        var texts = new object[holes.Length];
        for (var i = 0; i < holes.Length; i++)
        {
            texts[i] = holes[i] switch
            {
                FormattableString inner => Text(command, inner),
                ExtensionData ext => Dialect.BindJson(command, ext.ToJson()),
                var value => Dialect.Bind(command, Dialect.ToColumn(value)),
            };
        }

        return new StringBuilder().AppendFormat(CultureInfo.InvariantCulture, sql.Format, texts).ToString();
    }
}

/// <summary>The current row of a query, by position.</summary>
internal readonly struct SqlRow(Dialect dialect, DbDataReader reader)
{
    public Guid Id(int column) => (Guid)dialect.Read(reader, column, typeof(Guid))!;

    public Guid? MaybeId(int column) => (Guid?)dialect.Read(reader, column, typeof(Guid));

    public string Text(int column) => reader.GetString(column);

    public string? MaybeText(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public int Int(int column) => reader.GetInt32(column);

    public long Long(int column) => Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture);

    public long? MaybeLong(int column) => reader.IsDBNull(column) ? null : Long(column);

    public bool Flag(int column) => reader.GetBoolean(column);

    public DateTimeOffset Moment(int column) => (DateTimeOffset)dialect.Read(reader, column, typeof(DateTimeOffset))!;

    public DateTimeOffset? MaybeMoment(int column) => (DateTimeOffset?)dialect.Read(reader, column, typeof(DateTimeOffset));

    public byte[] Bytes(int column) => (byte[])reader.GetValue(column);
}
