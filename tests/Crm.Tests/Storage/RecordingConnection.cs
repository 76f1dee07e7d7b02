using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.SqlClient;

namespace Crm.Tests.Storage;

/// <summary>
/// A connection that leads nowhere and notes what would have been sent: no SQL Server is at hand, but what it would be asked can be read.
/// Queries find nothing unless rows were laid out for them; other commands change one row.
/// </summary>
internal sealed class RecordingConnection : DbConnection
{
    private readonly List<(string Part, object?[] Row)> laidOut = [];
    private ConnectionState state;

    /// <summary>Whether commands fail, as on a server that does not answer.</summary>
    public bool Fail { get; set; }

    public List<string> Texts { get; } = [];

    public List<IReadOnlyList<SqlParameter>> Parameters { get; } = [];

    /// <summary>Lays out a row for the queries whose text has a part.</summary>
    public void Answer(string part, params object?[] row) => laidOut.Add((part, row));

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "15.0";

    public override ConnectionState State => state;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close() => state = ConnectionState.Closed;

    public override void Open() => state = ConnectionState.Open;

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => new RecordedTransaction(this, isolationLevel);

    protected override DbCommand CreateDbCommand() => new RecordedCommand(this);

    private sealed class RecordedTransaction(RecordingConnection connection, IsolationLevel level) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => level;

        protected override DbConnection DbConnection => connection;

        public override void Commit() => connection.Note("COMMIT TRANSACTION", []);

        public override void Rollback() => connection.Note("ROLLBACK TRANSACTION", []);
    }

    private void Note(string text, IReadOnlyList<SqlParameter> parameters)
    {
        if (Fail) throw new TimeoutException("The server did not answer.");
        Texts.Add(text);
        Parameters.Add(parameters);
    }

    private sealed class RecordedCommand(RecordingConnection connection) : DbCommand
    {
        // The parameters are kept by the real driver's command.
        private readonly SqlCommand real = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; } = connection;

        protected override DbParameterCollection DbParameterCollection => real.Parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel()
        {
        }

        public override int ExecuteNonQuery()
        {
            Note();
            return 1;
        }

        public override object ExecuteScalar()
        {
            Note();
            return 0;
        }

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => new SqlParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            Note();
            var rows = connection.laidOut.Where(l => CommandText.Contains(l.Part, StringComparison.Ordinal)).Select(l => l.Row).ToList();
            var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
            for (var i = 0; i < (rows.Count == 0 ? 0 : rows[0].Length); i++)
            {
                table.Columns.Add("c" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), rows[0][i]?.GetType() ?? typeof(string));
            }

            foreach (var row in rows) table.Rows.Add([.. row.Select(v => v ?? DBNull.Value)]);
            return table.CreateDataReader();
        }

        private void Note() => connection.Note(CommandText, [.. real.Parameters.Cast<SqlParameter>()]);
    }
}
