// Which relations of a record have anything in them: one question for all the tabs of its page.
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>A record for its own page, with which of some reference fields lead to it from live records within the caller's reach. One in the bin is shown too.</summary>
/// <param name="Type">Key of the record type.</param>
/// <param name="Id">The record.</param>
/// <param name="Fields">The fields.</param>
internal sealed record OpenRecord(string Type, Guid Id, IReadOnlyList<PointingField> Fields) : IRequest<Result<OpenedRecord>>;

internal sealed record OpenedRecord(RecordView Record, IReadOnlySet<PointingField> Pointing);

/// <summary>A reference field of a record type, by their keys.</summary>
internal readonly record struct PointingField(string RecordType, string Field);

/// <summary>Finds out which relations of a record have anything in them.</summary>
internal sealed class FindPointing(Session session, Current current, RecordCounts counts)
{
    /// <summary>Asks for those of some fields that lead to a record; null when there is nothing to ask.</summary>
    public async Task<Question?> To(Guid record, IReadOnlyList<PointingField> fields, ISet<PointingField> pointing, CancellationToken cancellation)
    {
        var command = session.Question();
        var questions = new List<string>();
        for (var i = 0; i < fields.Count; i++)
        {
            if (!current.Catalog.TryGet(fields[i].RecordType, out var type)) continue;
            var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog);
            var where = sql.Where(RecordAction.Read, Filter.Eq(fields[i].Field, record), deleted: false);

            // Looking through a large table takes longer than somebody waits for a page: such a relation counts as filled.
            var unknown = sql.Problems.Count > 0 || (sql is { Scans: true, UsesIndex: false } && await counts.Total(type, cancellation) > ListRecordsHandler.ScanLimit);
            if (unknown) pointing.Add(fields[i]);
            else questions.Add($"SELECT {i} WHERE EXISTS (SELECT 1 FROM {type.Table} t WHERE {where})");
        }

        if (questions.Count == 0) return null;
        command.CommandText = string.Join(" UNION ALL ", questions);
        return new(command, async reader =>
        {
            while (await reader.ReadAsync(cancellation)) pointing.Add(fields[reader.GetInt32(0)]);
        });
    }
}
