using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk.Records;

namespace Crm.Platform.Records;

/// <summary>Loads whole records, as entities, for whoever is about to change or show them. Rights are the caller's business.</summary>
internal sealed class RecordLoader(Session session, Current current)
{
    private const int ChunkSize = 1_000;

    /// <summary>Records by id, also those in the bin.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="ids">Which.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="along">A question asked in the same trip.</param>
    public Task<List<Record>> ByIds(RecordType type, IReadOnlyCollection<Guid> ids, CancellationToken cancellation, Question? along = null) =>
        Where(type, "t.id", [.. ids.Select(id => session.Dialect.ToColumn(id))], evenDeleted: true, cancellation, along);

    /// <summary>Live records whose field has one of the values.</summary>
    public Task<List<Record>> ByField(RecordType type, Field field, IReadOnlyCollection<object> values, CancellationToken cancellation) =>
        Where(type, session.Dialect.Expression(field), [.. values.Select(v => session.Dialect.ToDb(field, v))], evenDeleted: false, cancellation);

    private async Task<List<Record>> Where(RecordType type, string expression, object[] values, bool evenDeleted, CancellationToken cancellation, Question? along = null)
    {
        var dialect = session.Dialect;
        var columns = Columns(type);
        var records = new List<Record>(values.Length);
        foreach (var some in values.Chunk(ChunkSize))
        {
            var command = session.Question();
            var custom = type.IsCustom ? " AND t.type_key = " + dialect.Bind(command, type.Key) : "";
            command.CommandText =
                $"SELECT t.id, t.version, t.deleted_at, t.ext{string.Concat(columns.Select(f => ", t." + f.Column))} FROM {type.Table} t"
                + $" WHERE t.tenant_id = {dialect.Bind(command, dialect.ToColumn(current.Tenant.Id))}{custom}{(evenDeleted ? "" : " AND t.deleted_at IS NULL")}"
                + " AND " + dialect.In(command, expression, some);
            await session.Read(along is null ? [new(command, Rows)] : [new(command, Rows), along], cancellation);
            along = null;
        }

        return records;

        async Task Rows(DbDataReader reader)
        {
            while (await reader.ReadAsync(cancellation))
            {
                var record = type.Create();
                record.TenantId = current.Tenant.Id;
                record.Id = (Guid)dialect.Read(reader, 0, typeof(Guid))!;
                record.Version = (int)dialect.Read(reader, 1, typeof(int))!;
                record.DeletedAt = (DateTimeOffset?)dialect.Read(reader, 2, typeof(DateTimeOffset));
                record.Ext = new ExtensionData(reader.GetString(3));
                for (var i = 0; i < columns.Length; i++) columns[i].Setter?.Invoke(record, dialect.Read(reader, i + 4, columns[i]));
                records.Add(record);
            }
        }
    }

    /// <summary>The fields of a type that live in columns of their own.</summary>
    public static Field[] Columns(RecordType type) => [.. type.Fields.Where(f => !f.InExt)];
}
