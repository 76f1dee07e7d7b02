// Which relations of a record have anything in them: one question for all the tabs of its page.
using System.Data.Common;
using Crm.Platform.Storage;
using Crm.Platform.Tenancy;
using Crm.Sdk;
using Crm.Sdk.Records;
using Crm.Sdk.Users;
using MediatR;

namespace Crm.Platform.Records;

/// <summary>Which of some reference fields lead from a live record, within the caller's reach, to this one.</summary>
/// <param name="Id">The record they may point to.</param>
/// <param name="Fields">The fields.</param>
internal sealed record FindPointing(Guid Id, IReadOnlyList<PointingField> Fields) : IRequest<Result<IReadOnlySet<PointingField>>>;

/// <summary>A reference field of a record type, by their keys.</summary>
internal readonly record struct PointingField(string RecordType, string Field);

internal sealed class FindPointingHandler(Session session, Current current, RecordCounts counts) : IRequestHandler<FindPointing, Result<IReadOnlySet<PointingField>>>
{
    public async Task<Result<IReadOnlySet<PointingField>>> Handle(FindPointing find, CancellationToken cancellationToken)
    {
        var pointing = new HashSet<PointingField>();
        var command = session.Question();
        var questions = new List<string>();
        for (var i = 0; i < find.Fields.Count; i++)
        {
            if (!current.Catalog.TryGet(find.Fields[i].RecordType, out var type)) continue;
            var sql = new RecordSql(session.Dialect, type, current.Tenant, current.Actor, command, current.Catalog);
            var where = sql.Where(RecordAction.Read, Filter.Eq(find.Fields[i].Field, find.Id), deleted: false);

            // Looking through a large table takes longer than somebody waits for a page: such a relation counts as filled.
            var unknown = sql.Problems.Count > 0 || (sql is { Scans: true, UsesIndex: false } && await counts.Total(type, cancellationToken) > ListRecordsHandler.ScanLimit);
            if (unknown) pointing.Add(find.Fields[i]);
            else questions.Add($"SELECT {i} WHERE EXISTS (SELECT 1 FROM {type.Table} t WHERE {where})");
        }

        if (questions.Count == 0) return pointing;
        command.CommandText = string.Join(" UNION ALL ", questions);
        await session.Read([new(command, Found)], cancellationToken);
        return pointing;

        async Task Found(DbDataReader reader)
        {
            while (await reader.ReadAsync(cancellationToken)) pointing.Add(find.Fields[reader.GetInt32(0)]);
        }
    }
}
