using System.Data;
using System.Data.Common;
using System.Globalization;
using Crm.Platform.Tenancy;
using Crm.Sdk.Messaging;
using Crm.Sdk.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Crm.Platform.Storage;

/// <summary>
/// The one connection of a scope to its tenant's database, shared by the record engine and all module contexts,
/// so that whatever is saved together commits together.
/// </summary>
internal sealed class Session(Databases databases, Current current) : IAsyncDisposable
{
    private readonly List<IEvent> raised = [];
    private readonly List<WeakReference<DbContext>> contexts = [];
    private readonly List<Action> afterCommit = [];
    private DbConnection? connection;
    private WriteTransaction? writing;
    private int savepoints;
    private bool prepared;
    private bool ended;

    public Dialect Dialect => databases.Dialect;

    /// <summary>How often something was written here; what was read before the last time may be old.</summary>
    public int Writes { get; private set; }

    /// <summary>The transaction under way, or null.</summary>
    public DbTransaction? Transaction => writing?.Transaction;

    public async Task<DbConnection> Open(CancellationToken cancellation)
    {
        var open = await Connect(cancellation);
        if (prepared) return open;
        try
        {
            await databases.Dialect.Prepare(open, current.Tenant.Id, cancellation);
            prepared = true;
            return open;
        }
        catch
        {
            // Open but not prepared for its tenant, it must not be taken for ready.
            await open.CloseAsync();
            throw;
        }
    }

    /// <summary>A command on the connection, in the transaction under way.</summary>
    public async Task<DbCommand> Command(CancellationToken cancellation)
    {
        var command = (await Open(cancellation)).CreateCommand();
        command.Transaction = Transaction;
        return command;
    }

    /// <summary>A command for <see cref="Read"/>; nothing is opened for it yet.</summary>
    public DbCommand Question()
    {
        var command = Connection().CreateCommand();
        command.Transaction = Transaction;
        return command;
    }

    /// <summary>
    /// Asks several questions in one trip to the database, and with the first of a connection whose tenant it works for; one after the other
    /// where the database is no trip away or its driver cannot.
    /// </summary>
    public async Task Read(IReadOnlyList<Question> questions, CancellationToken cancellation)
    {
        if (questions.Count == 0) return;
        if (!Dialect.Batches || (questions.Count == 1 && prepared && Connection().State == ConnectionState.Open))
        {
            await Open(cancellation);
            foreach (var question in questions)
            {
                await using var reader = await question.Command.ExecuteReaderAsync(cancellation);
                await question.Read(reader);
            }

            return;
        }

        await using var answers = await Together([.. questions.Select(q => q.Command)], cancellation);
        foreach (var question in questions)
        {
            await question.Read(answers);
            await answers.NextResultAsync(cancellation);
        }
    }

    /// <summary>Sends commands in one trip, before them whose tenant they are for when the connection does not know yet.</summary>
    private async Task<DbDataReader> Together(IReadOnlyList<DbCommand> commands, CancellationToken cancellation)
    {
        var open = await Connect(cancellation);
        var first = !prepared;
        try
        {
            var batch = open.CreateBatch();
            batch.Transaction = Transaction;
            if (first) Dialect.Prepare(batch, current.Tenant.Id);
            foreach (var command in commands) batch.Take(command);
            var answers = await batch.ExecuteReaderAsync(cancellation);
            if (!first) return answers;
            await answers.NextResultAsync(cancellation);
            prepared = true;
            return answers;
        }
        catch when (first)
        {
            await open.CloseAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs work in a transaction: a new one that commits when the work is done, or the one under way. Of the latter, work that throws
    /// takes back its own part, so that whoever catches the exception goes on as if it had not been tried.
    /// </summary>
    public async Task<T> Write<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        var open = await Open(cancellation);
        if (writing is not null) return await Within(open, writing.Transaction, work, cancellation);
        await using var begun = await databases.Dialect.BeginWrite(open, cancellation);
        writing = begun;
        Writes++;
        try
        {
            await Enlist(begun.Transaction, cancellation);
            var result = await work(open, begun.Transaction);

            // Not to be cancelled half-way: nobody could tell then whether it happened.
            await begun.Transaction.CommitAsync(CancellationToken.None);
            var then = afterCommit.ToArray();
            afterCommit.Clear();
            foreach (var action in then) action();
            return result;
        }
        catch
        {
            afterCommit.Clear();
            throw;
        }
        finally
        {
            writing = null;
            await Enlist(null, CancellationToken.None);
        }
    }

    /// <summary>Does something right after the transaction under way commits, or now when there is none; not at all when it rolls back.</summary>
    public void AfterCommit(Action action)
    {
        if (writing is null) action();
        else afterCommit.Add(action);
    }

    /// <summary>Hand-written SQL in the transaction under way, or outside any.</summary>
    public async Task<Sql> Sql(CancellationToken cancellation) => new(Dialect, await Open(cancellation), Transaction);

    /// <summary>Runs hand-written SQL in the transaction under way, or a new one that commits when the work is done.</summary>
    public Task<T> Write<T>(Func<Sql, Task<T>> work, CancellationToken cancellation) =>
        Write((connection, transaction) => work(new Sql(Dialect, connection, transaction)), cancellation);

    public void Raise(IEvent happened) => raised.Add(happened);

    /// <summary>Events raised outside entities since the last save.</summary>
    public IReadOnlyList<IEvent> TakeEvents()
    {
        IEvent[] taken = [.. raised];
        raised.Clear();
        return taken;
    }

    /// <summary>Options for a module's context on this session's connection.</summary>
    public DbContextOptions<TDb> Options<TDb>() where TDb : ModuleDb
    {
        var options = new DbContextOptionsBuilder<TDb>();
        databases.Dialect.Use(options, Connection());
        options.AddInterceptors(new OpenThroughSession(this), new PreparedWithFirst(this));
        return options.Options;
    }

    public void Join(DbContext db)
    {
        contexts.Add(new(db));

        // Session.Write makes the savepoints.
        db.Database.AutoSavepointsEnabled = false;
        if (Transaction is not { } transaction) return;
        Dialect.BeforeContext(Connection(), transaction);
        db.Database.UseTransaction(transaction);
    }

    public async ValueTask DisposeAsync()
    {
        ended = true;
        if (connection is not null) await connection.DisposeAsync();
    }

    /// <summary>Work that outlives its scope, such as a handler given up for taking too long, finds no new connection here to write on.</summary>
    private DbConnection Connection()
    {
        ObjectDisposedException.ThrowIf(ended, this);
        return connection ??= databases.Dialect.Connect(databases.Of(current.Tenant));
    }

    /// <summary>The connection, open; whose tenant it works for it may not know yet.</summary>
    private async Task<DbConnection> Connect(CancellationToken cancellation)
    {
        var open = Connection();
        if (open.State == ConnectionState.Open) return open;

        // What was written so far is gone with the old connection; on a new one the rest would commit alone.
        if (writing is not null) throw new InvalidOperationException("The connection was lost in the middle of a transaction.");
        prepared = false;
        if (open.State != ConnectionState.Closed) await open.CloseAsync();
        await open.OpenAsync(cancellation);
        return open;
    }

    private async Task<T> Within<T>(DbConnection open, DbTransaction transaction, Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        var savepoint = "s" + (++savepoints).ToString(CultureInfo.InvariantCulture);
        var actions = afterCommit.Count;
        await Run(Dialect.Savepoint(savepoint), cancellation);
        try
        {
            return await work(open, transaction);
        }
        catch
        {
            afterCommit.RemoveRange(actions, afterCommit.Count - actions);
            try
            {
                await Run(Dialect.BackTo(savepoint), CancellationToken.None);
            }
            catch
            {
                // What cannot be taken back in part goes as a whole: without its connection nothing commits.
                await open.CloseAsync();
                throw;
            }

            throw;
        }

        async Task Run(string sql, CancellationToken token)
        {
            await using var command = open.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(token);
        }
    }

    private async Task Enlist(DbTransaction? transaction, CancellationToken cancellation)
    {
        foreach (var context in contexts)
        {
            if (context.TryGetTarget(out var db)) await db.Database.UseTransactionAsync(transaction, cancellation);
        }
    }

    /// <summary>EF Core opens and closes a connection around each command; here it stays open, prepared for its tenant, until the scope ends.</summary>
    private sealed class OpenThroughSession(Session session) : DbConnectionInterceptor, IDbTransactionInterceptor
    {
        public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
        {
            await session.Open(cancellationToken);
            return result;
        }

        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            await session.Connect(cancellationToken);
            return InterceptionResult.Suppress();
        }

        public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
            throw new NotSupportedException("Query with the asynchronous methods: ToListAsync, FirstOrDefaultAsync, …");

        public override ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
            new(InterceptionResult.Suppress());

        public override InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
            InterceptionResult.Suppress();
    }

    /// <summary>The first query of EF Core on a connection takes along whose tenant it is for.</summary>
    private sealed class PreparedWithFirst(Session session) : DbCommandInterceptor
    {
        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (!session.prepared && session.Dialect.Batches) return InterceptionResult<DbDataReader>.SuppressWithResult(await session.Together([command], cancellationToken));
            await session.Open(cancellationToken);
            return result;
        }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await session.Open(cancellationToken);
            return result;
        }

        public override async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        {
            await session.Open(cancellationToken);
            return result;
        }
    }
}

/// <summary>A question to the database and what reads its answer.</summary>
/// <param name="Command">From <see cref="Session.Question"/>; sent once.</param>
/// <param name="Read">Reads the rows.</param>
internal sealed record Question(DbCommand Command, Func<DbDataReader, Task> Read);

/// <summary>Raises events within the session.</summary>
internal sealed class RaisedEvents(Session session) : IEvents
{
    public void Raise(IEvent happened) => session.Raise(happened);
}

/// <summary>Whose tables: a module, by its key, or one of these two. Each has a table of its own in which EF Core notes what has been migrated.</summary>
internal static class TableOwner
{
    public const string Control = "control";
    public const string Platform = "platform";

    /// <summary>Where it is noted which migrations ran: <c>customers</c> → <c>crm_migrations_customers</c>.</summary>
    public static string History(string owner) => "crm_migrations_" + owner.Replace('-', '_');
}
