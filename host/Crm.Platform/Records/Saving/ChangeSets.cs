using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Users;

namespace Crm.Platform.Records;

/// <summary>Notes that several saves belong together, so that they can be undone together.</summary>
internal sealed class ChangeSets(Session session, Current current, TimeProvider clock)
{
    /// <summary>Notes records saved under a change set; the first call makes it.</summary>
    public async Task Note(DbConnection connection, DbTransaction transaction, Guid id, string recordType, int records, CancellationToken cancellation)
    {
        var dialect = session.Dialect;
        await using var update = connection.CreateCommand();
        update.Transaction = transaction;
        update.CommandText = $"UPDATE platform_change_set SET records = records + {dialect.Bind(update, (long)records)}"
            + $" WHERE tenant_id = {dialect.Bind(update, dialect.ToColumn(current.Tenant.Id))} AND id = {dialect.Bind(update, dialect.ToColumn(id))}";
        if (await update.ExecuteNonQueryAsync(cancellation) > 0) return;
        object?[] row =
        [
            current.Tenant.Id, id, clock.GetUtcNow(), current.Actor.Source.PersistedName(), recordType, current.Actor.Id, current.Actor.Name, (long)records, null,
        ];
        await dialect.Insert(
            connection, transaction,
            new TableRows("platform_change_set", ["tenant_id", "id", "at", "kind", "record_type", "actor_id", "actor_name", "records", "undone_at"], [row])
            {
                Types = [typeof(Guid), typeof(Guid), typeof(DateTimeOffset), typeof(string), typeof(string), typeof(Guid), typeof(string), typeof(long), typeof(DateTimeOffset)],
            },
            cancellation);
    }
}
