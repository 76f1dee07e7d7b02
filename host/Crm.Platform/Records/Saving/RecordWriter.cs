using System.Data.Common;
using System.Text;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>Writes checked changes: rows of records, then what the journal adds, in one transaction.</summary>
internal sealed class RecordWriter(
    Session session, Current current, UniqueInExt unique, RecordJournal journal, ChangeSets changeSets, TimeProvider clock)
{
    private const int CommandsPerBatch = 500;

    private static readonly string[] SystemColumns = ["tenant_id", "id", "version", "owner_id", "created_at", "updated_at", "deleted_at", "ext"];

    private static readonly Type[] SystemTypes =
        [typeof(Guid), typeof(Guid), typeof(int), typeof(Guid), typeof(DateTimeOffset), typeof(DateTimeOffset), typeof(DateTimeOffset), typeof(ExtensionData)];

    /// <summary>Writes everything or nothing.</summary>
    /// <param name="changes">What to write.</param>
    /// <param name="reason">Goes into the history.</param>
    /// <param name="changeSet">The change set the changes are noted under; null to note none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Records that somebody else changed since they were loaded; when there are any, nothing was written.</returns>
    /// <exception cref="TakenMeanwhileException">Another record has a unique value that a change brings. Nothing was written.</exception>
    public async Task<IReadOnlySet<Guid>> Write(IReadOnlyList<RecordChange> changes, string? reason, Guid? changeSet, CancellationToken cancellation)
    {
        try
        {
            await session.Write(
                async (connection, transaction) =>
                {
                    await unique.Check(connection, transaction, changes, cancellation);
                    if (changeSet is { } id) await changeSets.Note(connection, transaction, id, changes[0].Type.Key, changes.Count, cancellation);
                    var search = journal.Begin(changes);
                    var now = clock.GetUtcNow();
                    now = new DateTimeOffset(now.Ticks - (now.Ticks % 10), TimeSpan.Zero);
                    var writes = new WritesTogether(session.Dialect, connection, transaction);
                    foreach (var group in changes.GroupBy(c => c.Type))
                    {
                        var created = group.Where(c => c.Action == RecordActions.Created).ToList();
                        if (created.Count > 0) await Insert(writes, group.Key, created, now, cancellation);

                        // In the order of ids, so that two who change the same records wait for one another instead of locking each other out.
                        var changed = group.Where(c => c.Action != RecordActions.Created).OrderBy(c => c.Record.Id).ToList();
                        if (changed.Count > 0) await Update(connection, transaction, group.Key, changed, now, cancellation);
                    }

                    // Of many rows those of the records go first: the database is at them while the rest is made ready.
                    if (changes.Count >= RecordJournal.Many) await writes.Send(cancellation);
                    await journal.Write(writes, changes, search, reason, cancellation);
                    await writes.Send(cancellation);
                    return true;
                },
                cancellation);
            return new HashSet<Guid>();
        }
        catch (LostRace lost)
        {
            return lost.Records;
        }
    }

    private Task Insert(WritesTogether writes, RecordType type, List<RecordChange> created, DateTimeOffset now, CancellationToken cancellation)
    {
        var fields = RecordLoader.Columns(type).Where(f => !SystemColumns.Contains(f.Column)).ToArray();
        string[] extra = type.IsCustom ? ["type_key"] : [];
        var rows = new List<object?[]>(created.Count);
        foreach (var change in created)
        {
            var record = change.Record;
            record.TenantId = current.Tenant.Id;
            record.Version = 1;
            record.CreatedAt = record.UpdatedAt = now;
            var row = new object?[SystemColumns.Length + extra.Length + fields.Length];
            (row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]) =
                (record.TenantId, record.Id, record.Version, record.OwnerId, now, now, record.DeletedAt, record.Ext);
            if (type.IsCustom) row[SystemColumns.Length] = type.Key;
            for (var i = 0; i < fields.Length; i++) row[SystemColumns.Length + extra.Length + i] = Dialect.Whole(fields[i], fields[i].Get(record));
            rows.Add(row);
        }

        var table = new TableRows(type.Table, [.. SystemColumns, .. extra, .. fields.Select(f => f.Column!)], rows)
        {
            Types = [.. SystemTypes, .. extra.Select(_ => typeof(string)), .. fields.Select(f => f.ColumnType ?? f.ValueType)],
        };
        return writes.Insert(table, cancellation);
    }

    private async Task Update(
        DbConnection connection, DbTransaction transaction, RecordType type, List<RecordChange> changed, DateTimeOffset now, CancellationToken cancellation)
    {
        var lost = new HashSet<Guid>();
        if (connection.CanCreateBatch)
        {
            foreach (var some in changed.Chunk(CommandsPerBatch))
            {
                await using var batch = connection.CreateBatch();
                batch.Transaction = transaction;
                foreach (var change in some)
                {
                    await using var command = connection.CreateCommand();
                    Compose(command, type, change, now);
                    batch.Take(command);
                }

                await batch.ExecuteNonQueryAsync(cancellation);
                for (var i = 0; i < some.Length; i++)
                {
                    if (batch.BatchCommands[i].RecordsAffected == 0) lost.Add(some[i].Record.Id);
                }
            }
        }
        else
        {
            foreach (var change in changed)
            {
                await using var command = connection.CreateCommand();
                command.Transaction = transaction;
                Compose(command, type, change, now);
                if (await command.ExecuteNonQueryAsync(cancellation) == 0) lost.Add(change.Record.Id);
            }
        }

        if (lost.Count > 0) throw new LostRace(lost);
        foreach (var change in changed)
        {
            change.Record.Version++;
            change.Record.UpdatedAt = now;
        }
    }

    private void Compose(DbCommand command, RecordType type, RecordChange change, DateTimeOffset now)
    {
        var dialect = session.Dialect;
        var record = change.Record;
        var sql = new StringBuilder("UPDATE ").Append(type.Table).Append(" SET version = version + 1, updated_at = ").Append(dialect.Bind(command, dialect.ToColumn(now)));
        if (change.Action is RecordActions.Deleted or RecordActions.Restored)
        {
            if (change.Action == RecordActions.Deleted) record.DeletedAt = now;
            else record.DeletedAt = null;
            sql.Append(", deleted_at = ").Append(dialect.Bind(command, dialect.ToColumn(record.DeletedAt)));
        }

        foreach (var delta in change.Fields)
        {
            if (!delta.Field.InExt) sql.Append(", ").Append(delta.Field.Column).Append(" = ").Append(dialect.Bind(command, dialect.ToDb(delta.Field, delta.Field.Get(record))));
        }

        if (change.Fields.Any(f => f.Field.InExt)) sql.Append(", ext = ").Append(dialect.BindJson(command, record.Ext.ToJson()));
        sql.Append(" WHERE tenant_id = ").Append(dialect.Bind(command, dialect.ToColumn(current.Tenant.Id)))
            .Append(" AND id = ").Append(dialect.Bind(command, dialect.ToColumn(record.Id)))
            .Append(" AND version = ").Append(dialect.Bind(command, record.Version));
        command.CommandText = sql.ToString();
    }

    private sealed class LostRace(IReadOnlySet<Guid> records) : Exception
    {
        public IReadOnlySet<Guid> Records => records;
    }
}
