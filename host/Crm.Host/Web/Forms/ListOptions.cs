using Crm.Sdk;
using Crm.Sdk.Records;
using MediatR;

namespace Crm.Host.Web.Forms;

/// <summary>
/// A list that people set up, to choose from: in the order they gave it, by what its records belong to where that is not the same for all of
/// them, such as the stages of two pipelines.
/// </summary>
internal static class ListOptions
{
    /// <summary>Such a list is short, and wanted whole.</summary>
    private const int AtMost = 200;

    public static async Task<Result<IEnumerable<Option>>> Of(RecordType type, string query, IMediator mediator, CancellationToken cancellation)
    {
        var belongs = type.Fields.FirstOrDefault(f => f is { Kind: FieldKind.Reference, Required: true });
        var listed = await mediator.Send(
            new ListRecords(type.Key)
            {
                Filter = query.Length > 0 ? new Filter.Text(query) : null, Limit = AtMost, Titles = true,
                Fields = belongs is null || type.TitleFields.Contains(belongs.Key) ? type.TitleFields : [.. type.TitleFields, belongs.Key],
            },
            cancellation);
        if (listed.Failed) return Result<IEnumerable<Option>>.Fail(listed.Problems);
        var rows = listed.Value.Read().ToList();
        List<Guid?> wholes = belongs is null ? [] : [.. rows.Select(r => r.Reference(belongs.Key)).Distinct()];

        // To name the one pipeline there is with every stage would say nothing.
        if (wholes.Count < 2) return Result.Of(BestNameFirst.Of(query, rows.Select(r => new Option(r.Id, Title(r), null))));
        var ordered = await mediator.Send(new ListRecords(belongs!.References!) { Filter = new Filter.Ids([.. wholes.OfType<Guid>()]), Fields = [], Limit = AtMost }, cancellation);
        List<Guid> order = ordered.Failed ? [.. wholes.OfType<Guid>()] : [.. ordered.Value.Rows.Select(r => r.Id)];
        return Result.Of(BestNameFirst.Of(
            query, rows.OrderBy(r => r.Reference(belongs.Key) is { } whole && order.IndexOf(whole) is var at and >= 0 ? at : order.Count).Select(r => new Option(r.Id, Title(r), r.Title(belongs.Key)))));

        string Title(Row row) => string.Join(' ', type.TitleFields.Select(row.Text).Where(t => t is { Length: > 0 }));
    }
}
