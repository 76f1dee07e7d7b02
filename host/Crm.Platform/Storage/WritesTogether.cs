using System.Data.Common;
using Crm.Platform.Search;
using Crm.Platform.Tenancy;

namespace Crm.Platform.Storage;

/// <summary>
/// Rows on their way into several tables by one transaction: in one trip where the database is a trip away, each at once where it is not.
/// Whoever makes one sends it before the transaction ends.
/// </summary>
internal sealed class WritesTogether(Dialect dialect, DbConnection connection, DbTransaction transaction)
{
    private readonly List<DbCommand> waiting = [];

    public async Task Insert(TableRows rows, CancellationToken cancellation)
    {
        if (rows.Rows.Count == 0) return;
        if (dialect.Batches) waiting.AddRange(dialect.Inserts(connection, rows));
        else await dialect.Insert(connection, transaction, rows, cancellation);
    }

    public async Task Search(TenantInfo tenant, SearchChanges changes, CancellationToken cancellation)
    {
        if (dialect.Batches) waiting.AddRange(dialect.SearchCommands(connection, tenant, changes));
        else await SearchIndex.Update(dialect, connection, transaction, tenant, changes, cancellation);
    }

    /// <summary>Sends what waits, in its order.</summary>
    public async Task Send(CancellationToken cancellation)
    {
        if (waiting.Count == 0) return;
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var command in waiting)
        {
            batch.Take(command);
            await command.DisposeAsync();
        }

        waiting.Clear();
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

internal static class Batches
{
    /// <summary>Makes a command part of a batch; its parameters go with it.</summary>
    public static DbBatchCommand Take(this DbBatch batch, DbCommand command)
    {
        var part = batch.CreateBatchCommand();
        part.CommandText = command.CommandText;
        DbParameter[] parameters = [.. command.Parameters.Cast<DbParameter>()];
        command.Parameters.Clear();
        part.Parameters.AddRange(parameters);
        batch.BatchCommands.Add(part);
        return part;
    }
}
